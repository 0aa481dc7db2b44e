#include "cli/Commands.h"
#include "cli/RecordInput.h"
#include "cli/ReportOutput.h"
#include "cli/Selection.h"
#include "cli/Terminal.h"
#include "report/Fingerprint.h"
#include "report/Suppressions.h"
#include "runtime/Format.h"
#include "runtime/Verification.h"
#include "source/FileBytes.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <set>
#include <tuple>

namespace clearway::cli {

namespace {

using report::Finding;
using report::MeasuredVerdict;

using Place = std::tuple<std::string, std::string, facts::SourceRange>;

Place placeOf(const Finding &finding) {
  return {finding.check, finding.primary.file, finding.primary.range};
}

/// Nothing, with a message, if a file cannot be read or is no coverage.
std::optional<runtime::Coverage> readCoverage(const std::vector<std::string> &files) {
  runtime::Coverage coverage;
  for (const std::string &file : files) {
    auto text = source::readFile(file);
    auto added = text ? coverage.add(*text) : tl::unexpected(" " + text.error().message);
    if (!added) {
      printError("--coverage: " + file + (text ? ":" : "") + added.error());
      return std::nullopt;
    }
  }
  return coverage;
}

/// What the strict profile alone reports may be what stalled: such findings are reported once they are confirmed.
void addStrictFindings(report::Report &report, Analysed &analysed, Request request, std::set<Place> &strictOnly) {
  if (request.settings.strict)
    return;
  request.settings.strict = true;
  auto selected = selectChecks(request.settings.checks, true);
  if (!selected)
    return;
  std::set<Place> known;
  for (const Finding &finding : report.findings)
    known.insert(placeOf(finding));
  for (Finding &finding : runChecks(analysed, request, *selected).findings)
    if (!known.count(placeOf(finding))) {
      strictOnly.insert(placeOf(finding));
      report.findings.push_back(std::move(finding));
    }
  for (const checks::Registration &check : *selected)
    if (std::none_of(report.checks.begin(), report.checks.end(), [&](auto &info) { return info.name == check.name; }))
      report.checks.push_back({std::string(check.name), check.defaultLevel, report::parseCheckPage(pageOf(check.name))});
}

void addUnpredicted(report::Report &report, const std::vector<const runtime::Stall *> &stalls,
                    const runtime::ProgramIndex &index) {
  std::vector<Finding> found = runtime::unpredicted(stalls, index);
  std::stable_sort(found.begin(), found.end(), report::inReportOrder);
  report::SourceCache sources(report.folder);
  report::addFingerprints(found, sources);
  report::Suppressions suppressions(index.program(), sources);
  for (Finding &finding : found) {
    suppressions.apply(finding);
    report.findings.push_back(std::move(finding));
  }
  report.checks.push_back({std::string(runtime::kUnpredictedStall), report::Level::Warning,
                           report::parseCheckPage(runtime::unpredictedStallPage())});
}

void note(report::Report &report, facts::DiagnosticLevel level, const char *id, const report::Location &at,
          std::string message) {
  report.notifications.push_back({level, id, at.file, at.range, std::move(message)});
}

/// What no finding says: stalls outside the program, and allowances that cost something.
void addNotifications(report::Report &report, const std::vector<const runtime::Stall *> &elsewhere) {
  uint64_t total = 0;
  for (const runtime::Stall *stall : elsewhere)
    total += stall->durationNs;
  if (!elsewhere.empty())
    note(report, facts::DiagnosticLevel::Warning, "stalls-elsewhere", {},
         runtime::counted(elsewhere.size(), "stall") + ", " + runtime::durationText(total) +
             " in all, of which no frame is in the code that was analysed; `clearway stalls` shows them");
  for (const Finding &finding : report.findings)
    if (finding.suppressed && finding.measurement && finding.measurement->stalls != 0)
      note(report, facts::DiagnosticLevel::Warning, "costly-allowance", finding.primary,
           "a comment allows this " + finding.check + ", and it stopped the loop: " +
               runtime::counted(finding.measurement->stalls, "stall") + ", worst " +
               runtime::durationText(finding.measurement->worstNs));
}

void keepOnly(std::vector<Finding> &findings, const std::vector<std::string> &verdicts) {
  if (verdicts.empty())
    return;
  std::erase_if(findings, [&](const Finding &finding) {
    return std::find(verdicts.begin(), verdicts.end(), report::toString(finding.measurement->verdict)) == verdicts.end();
  });
}

void printSummary(const report::Report &report) {
  std::array<size_t, 5> counts{};
  for (const Finding &finding : report.findings)
    if (!finding.suppressed)
      ++counts[static_cast<size_t>(finding.measurement->verdict)];
  auto of = [&](MeasuredVerdict verdict) { return std::to_string(counts[static_cast<size_t>(verdict)]); };
  std::cerr << "clearway: " << of(MeasuredVerdict::Confirmed) << " confirmed, " << of(MeasuredVerdict::Unpredicted)
            << " unpredicted, " << of(MeasuredVerdict::Executed) << " executed but fast, "
            << of(MeasuredVerdict::NeverExecuted) << " never executed, " << of(MeasuredVerdict::NotSeen) << " not seen\n";
}

/// The findings of the program beside the stalls, in order of cost.
void verify(report::Report &report, Analysed &analysed, const Request &request, const runtime::Records &records,
            const runtime::Coverage &coverage) {
  std::set<Place> strictOnly;
  addStrictFindings(report, analysed, request, strictOnly);
  const runtime::ProgramIndex index(analysed.program);
  const runtime::Unexplained unexplained = runtime::measure(report.findings, records.stalls, index, coverage);
  std::erase_if(report.findings, [&](const Finding &finding) {
    return finding.measurement->stalls == 0 && strictOnly.count(placeOf(finding));
  });
  addUnpredicted(report, unexplained.here, index);
  addNotifications(report, unexplained.elsewhere);
  runtime::rankByCost(report.findings);
}

} // namespace

int runVerify(const Arguments &arguments) {
  const CheckArguments &options = arguments.check;
  report::WriteOptions write = writeOptions(arguments);
  write.startTime = now();
  std::optional<Request> request = makeRequest(options);
  auto coverage = readCoverage(arguments.verify.coverage);
  if (!request || !coverage)
    return kFailed;
  auto selected = selectChecks(request->settings.checks, request->settings.strict);
  if (!selected) {
    printError(selected.error());
    return kFailed;
  }
  RecordInput input = readRecords(arguments.verify.records, arguments.symbols, options.quiet);
  if (input.records.processes.empty())
    return kFailed;
  ProgressLine progress(!options.quiet);
  Analysed analysed = analyse(
      *request, [&](const char *what, size_t done, size_t total) { progress.show(what, done, total); });
  report::Report report = runChecks(analysed, *request, *selected);
  progress.clear();
  verify(report, analysed, *request, input.records, *coverage);
  keepOnly(report.findings, arguments.verify.only);
  printNotifications(report.notifications, options.quiet);
  int worked = std::max<int>(workDone(analysed), input.worked ? kClean : kFailed);
  write.exitCode = std::max(worked, exitCodeFor(report, options, request->settings));
  write.endTime = now();
  worked = std::max(worked, writeAllOutputs(report, options, write));
  if (!options.quiet)
    printSummary(report);
  return std::max(worked, write.exitCode);
}

} // namespace clearway::cli
