#include "cli/Commands.h"
#include "cli/Selection.h"
#include "cli/Terminal.h"
#include "report/Audit.h"
#include "report/OutputFile.h"

#include <unistd.h>

#include <algorithm>

namespace clearway::cli {

namespace {

bool writeAudit(const Output &output, const Analysed &analysed, const report::Report &report,
                const Arguments &arguments) {
  std::vector<report::AuditRow> rows = report::audit(analysed.program, report);
  report::SourceCache sources(report.folder);
  report::WriteOptions options;
  options.absolutePaths = arguments.check.sarifAbsolute;
  options.includeSuppressed = true;
  options.reproducible = true;
  std::string text = output.format == report::Format::Text ? report::writeAuditText(rows, report)
                     : output.format == report::Format::Json
                         ? report::writeAuditJson(rows, report)
                         : report::write(output.format, report, sources, options);
  bool toStandardOutput = output.path.empty() || output.path == "-";
  auto written =
      toStandardOutput ? report::writeAll(STDOUT_FILENO, text) : report::replaceFile(output.path, text);
  if (!written)
    printError((toStandardOutput ? "standard output " : "") + written.error() + "; the report is incomplete");
  return written.has_value();
}

} // namespace

int runAudit(const Arguments &arguments) {
  std::optional<Request> request = makeRequest(arguments.check);
  if (!request)
    return kFailed;
  request->settings.strict = true;
  auto selected = selectChecks(request->settings.checks, true);
  if (!selected) {
    printError(selected.error());
    return kFailed;
  }
  ProgressLine progress(!arguments.check.quiet);
  Analysed analysed = analyse(
      *request, [&](const char *what, size_t done, size_t total) { progress.show(what, done, total); });
  report::Report report = runChecks(analysed, *request, *selected);
  progress.clear();
  printNotifications(report.notifications, arguments.check.quiet);
  int worked = workDone(analysed);
  for (const Output &output : arguments.check.outputs)
    if (!writeAudit(output, analysed, report, arguments))
      worked = kFailed;
  return worked;
}

} // namespace clearway::cli
