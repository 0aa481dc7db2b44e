#include "report/Writers.h"

namespace clearway::report {

namespace {

/// Workflow commands end at a line break; properties end at a comma or colon, too.
std::string escaped(std::string_view text, bool isProperty) {
  std::string result;
  for (char c : text) {
    if (c == '%')
      result += "%25";
    else if (c == '\r')
      result += "%0D";
    else if (c == '\n')
      result += "%0A";
    else if (isProperty && c == ':')
      result += "%3A";
    else if (isProperty && c == ',')
      result += "%2C";
    else
      result += c;
  }
  return result;
}

std::string_view commandOf(Level level) {
  return level == Level::Error ? "error" : level == Level::Warning ? "warning" : "notice";
}

/// An annotation shows one place, so the chain goes into its text.
std::string bodyOf(const Finding &finding) {
  std::string body = finding.message;
  if (finding.chain.size() > 1)
    for (const Step &step : finding.chain)
      body +=
          "\n" + step.location.file + ":" + std::to_string(step.location.range.beginLine) + ": " + step.text;
  if (!finding.advice.empty())
    body += "\n" + finding.advice;
  return body;
}

} // namespace

std::string writeGitHub(const Report &report, SourceCache &sources, const WriteOptions &) {
  std::string text;
  for (const Finding &finding : report.findings) {
    if (finding.suppressed)
      continue;
    const facts::SourceRange &range = finding.primary.range;
    const SourceText &source = sources.file(finding.primary.file);
    text += "::" + std::string(commandOf(finding.level)) +
            " file=" + escaped(projectPath(report, finding.primary.file), true) +
            ",line=" + std::to_string(range.beginLine) + ",endLine=" + std::to_string(range.endLine) +
            ",col=" + std::to_string(source.characterColumn(range.beginLine, range.beginColumn));
    if (range.endLine == range.beginLine) // columns of several lines are refused
      text += ",endColumn=" + std::to_string(source.characterColumn(range.endLine, range.endColumn));
    text += ",title=" + escaped("clearway: " + finding.check, true) + "::" + escaped(bodyOf(finding), false) +
            "\n";
  }
  return text;
}

} // namespace clearway::report
