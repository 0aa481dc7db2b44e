#include "cli/Commands.h"
#include "cli/Selection.h"
#include "cli/Terminal.h"
#include "report/OutputFile.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <iostream>
#include <map>

namespace clearway::cli {

namespace {

std::string now() {
  std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

bool writeOutput(const Output &output, const report::Report &report, report::SourceCache &sources,
                 report::WriteOptions options, When color) {
  bool toStandardOutput = output.path.empty() || output.path == "-";
  options.color = toStandardOutput ? wantsColor(color, STDOUT_FILENO) : color == When::Always;
  std::string text = report::write(output.format, report, sources, options);
  auto written = toStandardOutput ? report::writeAll(STDOUT_FILENO, text) : report::replaceFile(output.path, text);
  if (!written)
    printError((toStandardOutput ? "standard output " : "") + written.error() + "; the report is incomplete");
  return written.has_value();
}

bool isAtOrAbove(const report::Report &report, report::Level level) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](const report::Finding &finding) { return !finding.suppressed && finding.level >= level; });
}

int exitCodeFor(const report::Report &report, const CheckArguments &arguments, const config::Settings &settings) {
  report::Level level = settings.failLevel.value_or(report::Level::Warning);
  bool never = arguments.exitZero || level == report::Level::None;
  return !never && isAtOrAbove(report, level) ? kFindings : kClean;
}

void printStatistics(const report::Report &report) {
  std::map<std::string, size_t> counts;
  for (const report::Finding &finding : report.findings)
    if (!finding.suppressed)
      ++counts[finding.check];
  std::vector<std::pair<std::string, size_t>> ordered(counts.begin(), counts.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](auto &a, auto &b) { return a.second > b.second; });
  for (const auto &[check, count] : ordered)
    std::cerr << std::string(count < 100000 ? 6 - std::to_string(count).size() : 0, ' ') << count << "  " << check << "\n";
}

report::WriteOptions writeOptions(const Arguments &arguments) {
  report::WriteOptions options;
  options.absolutePaths = arguments.check.sarifAbsolute;
  options.includeSuppressed = arguments.check.includeSuppressed;
  options.reproducible = arguments.check.reproducible;
  options.arguments = arguments.commandLine;
  return options;
}

int writeAllOutputs(const report::Report &report, const CheckArguments &arguments, report::WriteOptions options) {
  report::SourceCache sources(report.folder);
  bool written = true;
  for (const Output &output : arguments.outputs)
    written = writeOutput(output, report, sources, options, arguments.color) && written;
  return written ? kClean : kFailed;
}

} // namespace

int runCheck(const Arguments &arguments) {
  const CheckArguments &options = arguments.check;
  report::WriteOptions write = writeOptions(arguments);
  write.startTime = now();
  std::optional<Request> request = makeRequest(options);
  if (!request)
    return kFailed;
  auto selected = selectChecks(request->settings.checks, request->settings.strict);
  if (!selected) {
    printError(selected.error());
    return kFailed;
  }
  ProgressLine progress(!options.quiet);
  Analysed analysed = analyse(*request, [&](const char *what, size_t done, size_t total) { progress.show(what, done, total); });
  report::Report report = runChecks(analysed, *request, *selected);
  progress.clear();
  printNotifications(report.notifications, options.quiet);
  int worked = workDone(analysed);
  write.exitCode = std::max(worked, exitCodeFor(report, options, request->settings));
  write.endTime = now();
  worked = std::max(worked, writeAllOutputs(report, options, write));
  if (options.statistics)
    printStatistics(report);
  if (!options.quiet)
    std::cerr << "clearway: " << summaryOf(report) << "\n";
  return std::max(worked, write.exitCode);
}

} // namespace clearway::cli
