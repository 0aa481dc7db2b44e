#include "cli/Commands.h"
#include "cli/RecordInput.h"
#include "cli/ReportOutput.h"
#include "cli/Terminal.h"
#include "cli/TimeWords.h"
#include "runtime/StallWriters.h"

#include <unistd.h>

#include <algorithm>

namespace clearway::cli {

namespace {

StallFormat formatOf(const StallsArguments &arguments) {
  if (arguments.format)
    return *arguments.format;
  if (arguments.output.ends_with(".html") || arguments.output.ends_with(".htm"))
    return StallFormat::Html;
  return arguments.output.ends_with(".json") ? StallFormat::Json : StallFormat::Text;
}

/// Nothing, with a message, if an option is no time or duration.
std::optional<runtime::StallFilter> filterOf(const StallsArguments &arguments, uint64_t endUnixNs) {
  runtime::StallFilter filter;
  filter.loops = arguments.loops;
  filter.causes = arguments.causes;
  bool right = true;
  auto take = [&](const char *option, const tl::expected<uint64_t, std::string> &value, auto &to) {
    if (value)
      to = *value;
    else
      printError(std::string(option) + ": " + value.error());
    right &= value.has_value();
  };
  if (!arguments.since.empty())
    take("--since", parseTime(arguments.since, endUnixNs), filter.sinceUnixNs);
  if (!arguments.until.empty())
    take("--until", parseTime(arguments.until, endUnixNs), filter.untilUnixNs);
  if (!arguments.least.empty())
    take("--min", parseDuration(arguments.least), filter.leastNs);
  return right ? std::optional(filter) : std::nullopt;
}

std::string write(StallFormat format, const runtime::StallReport &report, const Arguments &arguments) {
  runtime::StallWriteOptions options;
  options.top = arguments.stalls.top.value_or(format == StallFormat::Html ? 100 : 10);
  options.color = arguments.stalls.output.empty() ? wantsColor(arguments.check.color, STDOUT_FILENO)
                                                  : arguments.check.color == When::Always;
  switch (format) {
  case StallFormat::Json:
    return runtime::writeStallJson(report, options);
  case StallFormat::Html:
    return runtime::writeStallHtml(report, options);
  case StallFormat::Trace:
    return runtime::writeStallTrace(report, options);
  case StallFormat::Text:
    break;
  }
  return runtime::writeStallText(report, options);
}

bool isLongerThan(const runtime::StallReport &report, const std::optional<uint64_t> &limit) {
  return limit && !report.stalls.empty() && report.stalls.front().durationNs > *limit;
}

} // namespace

int runStalls(const Arguments &arguments) {
  const StallsArguments &options = arguments.stalls;
  std::optional<uint64_t> limit;
  if (!options.failAbove.empty()) {
    auto parsed = parseDuration(options.failAbove);
    if (!parsed) {
      printError("--fail-above: " + parsed.error());
      return kFailed;
    }
    limit = *parsed;
  }
  RecordInput input = readRecords(options.files, arguments.symbols, arguments.check.quiet);
  if (input.records.processes.empty())
    return kFailed;
  std::optional<runtime::StallFilter> filter = filterOf(options, runtime::endOf(input.records));
  if (!filter)
    return kFailed;
  runtime::StallReport report = runtime::summarize(std::move(input.records), *filter);
  report.complaints = std::move(input.complaints);
  const bool worked = writeText(write(formatOf(options), report, arguments), options.output) && input.worked;
  return !worked ? kFailed : isLongerThan(report, limit) ? kFindings : kClean;
}

} // namespace clearway::cli
