#include "cli/Commands.h"
#include "cli/Terminal.h"
#include "cli/TimeWords.h"
#include "report/OutputFile.h"
#include "runtime/StallWriters.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace clearway::cli {

namespace {

StallFormat formatOf(const StallsArguments &arguments) {
  if (arguments.format)
    return *arguments.format;
  if (arguments.output.ends_with(".html") || arguments.output.ends_with(".htm"))
    return StallFormat::Html;
  return arguments.output.ends_with(".json") ? StallFormat::Json : StallFormat::Text;
}

void printComplaints(const runtime::RecordReader &reader, bool quiet) {
  for (const runtime::Complaint &complaint : reader.complaints()) {
    std::string place = complaint.file == "-" ? "standard input" : complaint.file;
    if (complaint.line != 0)
      place += ":" + std::to_string(complaint.line);
    if (complaint.fatal)
      printError(place + ": " + complaint.message);
    else if (!quiet)
      std::cerr << "clearway: warning: " << place << ": " << complaint.message << "\n";
  }
  if (reader.furtherComplaints() != 0 && !quiet)
    std::cerr << "clearway: warning: " << reader.furtherComplaints() << " more lines are no records\n";
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

bool writeOut(const std::string &text, const std::string &path) {
  bool toStandardOutput = path.empty() || path == "-";
  auto written = toStandardOutput ? report::writeAll(STDOUT_FILENO, text) : report::replaceFile(path, text);
  if (!written)
    printError((toStandardOutput ? "standard output " : "") + written.error() + "; the report is incomplete");
  return written.has_value();
}

/// Complaints are printed. False if a file that was named cannot be read, or there is nothing to report on.
bool readAll(runtime::RecordReader &reader, const std::vector<std::string> &files, bool quiet) {
  for (const std::string &file : files)
    reader.readFile(file);
  printComplaints(reader, quiet);
  return std::none_of(reader.complaints().begin(), reader.complaints().end(),
                      [](const runtime::Complaint &complaint) { return complaint.fatal; });
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
  runtime::RecordReader reader;
  bool worked = readAll(reader, options.files, arguments.check.quiet);
  runtime::Records records = reader.take();
  if (records.processes.empty()) {
    printError("no record of the probe was read");
    return kFailed;
  }
  std::optional<runtime::StallFilter> filter = filterOf(options, runtime::endOf(records));
  if (!filter)
    return kFailed;
  runtime::StallReport report = runtime::summarize(std::move(records), *filter);
  report.complaints = reader.complaints();
  worked &= writeOut(write(formatOf(options), report, arguments), options.output);
  return !worked ? kFailed : isLongerThan(report, limit) ? kFindings : kClean;
}

} // namespace clearway::cli
