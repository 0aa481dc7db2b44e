#include "cli/Commands.h"
#include "cli/ReportOutput.h"
#include "cli/Selection.h"
#include "cli/Terminal.h"
#include "report/Baseline.h"
#include "report/Fixes.h"
#include "report/OutputFile.h"
#include "source/FileBytes.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>

namespace clearway::cli {

namespace {

void printStatistics(const report::Report &report) {
  std::map<std::string, size_t> counts;
  for (const report::Finding &finding : report.findings)
    if (!finding.suppressed)
      ++counts[finding.check];
  std::vector<std::pair<std::string, size_t>> ordered(counts.begin(), counts.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](auto &a, auto &b) { return a.second > b.second; });
  for (const auto &[check, count] : ordered)
    std::cerr << std::string(count < 100000 ? 6 - std::to_string(count).size() : 0, ' ') << count << "  "
              << check << "\n";
}

tl::expected<std::string, std::string> readDiff(const std::string &file) {
  if (file == "-") {
    std::ostringstream text;
    text << std::cin.rdbuf();
    return text.str();
  }
  auto text = source::readFile(file);
  if (!text)
    return tl::unexpected("--diff: " + file + " " + text.error().message);
  return *text;
}

/// Lines that --new-from-rev or --diff call changed; nothing if neither is given.
tl::expected<std::optional<source::ChangedLines>, std::string> changedLines(const CheckArguments &arguments,
                                                                            const std::string &project) {
  std::optional<source::ChangedLines> changed;
  if (!arguments.newFromRev.empty()) {
    auto lines = source::gitChangedSince(project, arguments.newFromRev);
    if (!lines)
      return tl::unexpected("--new-from-rev: " + lines.error());
    changed = std::move(*lines);
  }
  if (!arguments.diff.empty()) {
    auto text = readDiff(arguments.diff);
    if (!text)
      return tl::unexpected(text.error());
    source::ChangedLines lines = source::parseDiff(*text, project);
    if (lines.empty() && text->find_first_not_of(" \t\r\n") != std::string::npos)
      return tl::unexpected("--diff: " + arguments.diff + " is no unified diff");
    changed = changed.value_or(source::ChangedLines{});
    changed->merge(lines);
  }
  return changed;
}

bool updateBaseline(const report::Report &report, const std::string &file) {
  auto written = report::replaceFile(file, report::Baseline::of(report).text());
  if (!written)
    printError(written.error());
  return written.has_value();
}

/// False, with a message, if the baseline or the changed lines cannot be had.
bool narrow(report::Report &report, const CheckArguments &arguments) {
  auto changed = changedLines(arguments, report.project);
  if (!changed) {
    printError(changed.error());
    return false;
  }
  if (*changed)
    report::keepChanged(report.findings, **changed, report::SourceCache(report.folder));
  if (arguments.baseline.empty() || arguments.updateBaseline)
    return arguments.baseline.empty() || updateBaseline(report, arguments.baseline);
  auto text = source::readFile(arguments.baseline);
  if (!text) {
    bool missing = text.error().id == "vanished";
    printError(arguments.baseline + ": " +
               (missing ? "there is no such baseline; --update-baseline writes it" : text.error().message));
    return false;
  }
  auto baseline = report::Baseline::parse(arguments.baseline, *text);
  if (!baseline)
    printError(baseline.error());
  else
    baseline->apply(report, arguments.baseline);
  return baseline.has_value();
}

/// Says what was changed. The report is of the code as it was.
int fix(const report::Report &report, const CheckArguments &arguments) {
  report::SourceCache sources(report.folder);
  report::FixResult result = report::applyFixes(report.findings, sources, arguments.unsafeFixes);
  for (const std::string &error : result.errors)
    printError(error);
  std::cerr << "clearway: applied " << result.applied << (result.applied == 1 ? " fix" : " fixes");
  if (result.skipped > 0)
    std::cerr << "; " << result.skipped << " more on the next run";
  std::cerr << "\n";
  return result.errors.empty() ? kClean : kFailed;
}

} // namespace

int runCheck(const Arguments &arguments) {
  const CheckArguments &options = arguments.check;
  report::WriteOptions write = writeOptions(arguments);
  write.startTime = now();
  std::optional<Request> request = makeRequest(options);
  if (!request)
    return kFailed;
  if (options.updateBaseline && options.baseline.empty()) {
    printError("--update-baseline needs --baseline FILE: where to write");
    return kFailed;
  }
  request->readsTests = request->settings.includeTests;
  auto selected = selectChecks(request->settings.checks, request->settings.strict);
  if (!selected) {
    printError(selected.error());
    return kFailed;
  }
  ProgressLine progress(!options.quiet);
  // Lives until the process ends: taking a million small pieces apart would only delay that.
  static Analysed *kept = nullptr;
  kept = new Analysed(analyse(
      *request, [&](const char *what, size_t done, size_t total) { progress.show(what, done, total); }));
  Analysed &analysed = *kept;
  report::Report report = runChecks(analysed, *request, *selected);
  progress.clear();
  bool narrowed = narrow(report, options);
  printNotifications(report.notifications, options.quiet);
  int worked = std::max<int>(workDone(analysed), narrowed ? kClean : kFailed);
  write.exitCode = std::max(worked, exitCodeFor(report, options, request->settings));
  write.endTime = now();
  worked = std::max(worked, writeAllOutputs(report, options, write));
  if (options.fix || options.unsafeFixes) // last: the report shows the code it is about
    worked = std::max(worked, fix(report, options));
  if (options.statistics)
    printStatistics(report);
  if (!options.quiet)
    std::cerr << "clearway: " << summaryOf(report) << "\n";
  return std::max(worked, write.exitCode);
}

} // namespace clearway::cli
