#include "report/Causes.h"
#include "report/Writers.h"

#include <algorithm>

namespace clearway::report {

namespace {

class TextWriter {
public:
  TextWriter(SourceCache &sources, bool color) : sources_(sources), color_(color) {}

  void finding(const Finding &finding) {
    headline(finding.primary, finding.level, finding.message + " [" + finding.check + "]");
    excerpt(finding.primary);
    if (finding.chain.size() > 1)
      for (const Step &step : finding.chain)
        note(step.location, step.text);
    for (const Related &related : finding.related)
      note(related.location, related.text);
    if (finding.otherEntryPoints > 0)
      remark("reached from " + std::to_string(finding.otherEntryPoints) + " more " +
             (finding.otherEntryPoints == 1 ? "entry point" : "entry points"));
    if (finding.measurement && !finding.measurement->text.empty())
      remark("measured: " + finding.measurement->text);
    if (!finding.advice.empty())
      remark(finding.advice);
  }

  void cause(const Cause &cause) {
    note(cause.call.location, cause.call.text + ": " + std::to_string(cause.count) + " more findings begin here (" + cause.checks +
                                  "); what takes this call off the event loop takes them all. --format concise, json and sarif list them");
  }

  std::string take() { return std::move(text_); }

private:
  void note(const Location &location, const std::string &text) {
    headline(location, Level::Note, text);
    excerpt(location);
  }

  void remark(const std::string &text) { text_ += "      = " + text + "\n"; }

  void headline(const Location &location, Level level, const std::string &text) {
    uint32_t line = location.range.beginLine;
    uint32_t column = sources_.file(location.file).characterColumn(line, location.range.beginColumn);
    paint("1", location.file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ");
    paint(colorOf(level), std::string(toString(level)) + ": ");
    paint(level == Level::Note ? "" : "1", text);
    text_ += '\n';
  }

  /// The line and, below it, where in it; of a range over several lines the first.
  void excerpt(const Location &location) {
    const SourceText &source = sources_.file(location.file);
    std::string_view line = source.line(location.range.beginLine);
    if (line.empty())
      return;
    std::string number = std::to_string(location.range.beginLine);
    text_ += std::string(number.size() < 5 ? 5 - number.size() : 0, ' ') + number + " | ";
    appendClean(line);
    text_ += "\n      | ";
    paint("0;1;32", underline(source, line, location.range));
    text_ += '\n';
  }

  /// Control characters of a source line must not reach the terminal.
  void appendClean(std::string_view line) {
    for (char c : line)
      text_ += (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F ? '?' : c;
  }

  static std::string underline(const SourceText &source, std::string_view line,
                               const facts::SourceRange &range) {
    uint32_t begin = source.characterColumn(range.beginLine, range.beginColumn);
    uint32_t end = range.endLine == range.beginLine
                       ? source.characterColumn(range.beginLine, range.endColumn)
                       : source.characterColumn(range.beginLine, static_cast<uint32_t>(line.size()) + 1);
    std::string marks = indentLike(line, begin) + '^';
    marks.append(end > begin + 1 ? end - begin - 1 : 0, '~');
    return marks;
  }

  /// As wide as the line's first `column - 1` characters: tabs stay tabs.
  static std::string indentLike(std::string_view line, uint32_t column) {
    std::string indent;
    for (char c : line) {
      if (indent.size() + 1 >= column)
        break;
      if ((static_cast<unsigned char>(c) & 0xC0) != 0x80)
        indent += c == '\t' ? '\t' : ' ';
    }
    return indent;
  }

  static const char *colorOf(Level level) {
    return level == Level::Error ? "0;1;31" : level == Level::Warning ? "0;1;35" : "0;1;30";
  }

  void paint(const char *code, const std::string &text) {
    bool paints = color_ && *code;
    text_ += paints ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
  }

  SourceCache &sources_;
  bool color_;
  std::string text_;
};

} // namespace

std::string writeText(const Report &report, SourceCache &sources, const WriteOptions &options) {
  TextWriter writer(sources, options.color);
  const Causes causes = groupByCause(report.findings);
  for (size_t i = 0; i < report.findings.size(); ++i)
    if (!report.findings[i].suppressed && !causes.isLeftOut[i])
      writer.finding(report.findings[i]);
  for (const Cause &cause : causes.causes)
    writer.cause(cause);
  return writer.take();
}

std::string writeConcise(const Report &report, SourceCache &sources, const WriteOptions &) {
  std::string text;
  for (const Finding &finding : report.findings) {
    if (finding.suppressed)
      continue;
    const auto &[file, range, symbol] = finding.primary;
    text += file + ":" + std::to_string(range.beginLine) + ":" +
            std::to_string(sources.file(file).characterColumn(range.beginLine, range.beginColumn)) + ": " +
            std::string(toString(finding.level)) + ": " + finding.message + " [" + finding.check + "]\n";
  }
  return text;
}

} // namespace clearway::report
