#include "cli/ReportOutput.h"

#include "cli/Terminal.h"
#include "report/OutputFile.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>

namespace clearway::cli {

bool writeText(const std::string &text, const std::string &path) {
  const bool toStandardOutput = path.empty() || path == "-";
  auto written = toStandardOutput ? report::writeAll(STDOUT_FILENO, text) : report::replaceFile(path, text);
  if (!written)
    printError((toStandardOutput ? "standard output " : "") + written.error() + "; the report is incomplete");
  return written.has_value();
}

std::string now() {
  std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

namespace {

bool writeOutput(const Output &output, const report::Report &report, report::SourceCache &sources,
                 report::WriteOptions options, When color) {
  bool toStandardOutput = output.path.empty() || output.path == "-";
  options.color = toStandardOutput ? wantsColor(color, STDOUT_FILENO) : color == When::Always;
  std::string text = report::write(output.format, report, sources, options);
  return writeText(text, output.path);
}

bool isAtOrAbove(const report::Report &report, report::Level level) {
  return std::any_of(report.findings.begin(), report.findings.end(), [&](const report::Finding &finding) {
    return !finding.suppressed && finding.level >= level;
  });
}

} // namespace

int exitCodeFor(const report::Report &report, const CheckArguments &arguments,
                const config::Settings &settings) {
  report::Level level = settings.failLevel.value_or(report::Level::Warning);
  bool never = arguments.exitZero || level == report::Level::None;
  return !never && isAtOrAbove(report, level) ? kFindings : kClean;
}

report::WriteOptions writeOptions(const Arguments &arguments) {
  report::WriteOptions options;
  options.absolutePaths = arguments.check.sarifAbsolute;
  options.includeSuppressed = arguments.check.includeSuppressed;
  options.reproducible = arguments.check.reproducible;
  options.arguments = arguments.commandLine;
  return options;
}

int writeAllOutputs(const report::Report &report, const CheckArguments &arguments,
                    report::WriteOptions options) {
  report::SourceCache sources(report.folder);
  bool written = true;
  for (const Output &output : arguments.outputs)
    written = writeOutput(output, report, sources, options, arguments.color) && written;
  return written ? kClean : kFailed;
}

} // namespace clearway::cli
