#include "report/Suppressions.h"

#include "source/Glob.h"

#include <algorithm>

namespace clearway::report {

namespace {

bool beginsWith(std::string_view line, std::initializer_list<std::string_view> marks) {
  size_t at = line.find_first_not_of(" \t");
  std::string_view rest = at == std::string_view::npos ? std::string_view() : line.substr(at);
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return rest.starts_with(mark); });
}

bool isBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// Attributes are no comments, though they begin with a hash in Rust.
bool isComment(std::string_view line, facts::Language language) {
  if (language == facts::Language::Python)
    return beginsWith(line, {"#"});
  return beginsWith(line, {"//", "/*", "* "});
}

bool isDecoration(std::string_view line) {
  return beginsWith(line, {"@", "#[", "[["});
}

/// The first line from `line` on that is code.
uint32_t nextCode(const SourceText &text, uint32_t line, facts::Language language) {
  while (line <= text.lineCount() && (isBlank(text.line(line)) || isComment(text.line(line), language)))
    ++line;
  return line;
}

struct Lines {
  uint32_t first = 0, last = 0;
};

/// The whole function or class if `line` begins one, decorators and attributes included.
Lines definitionAt(const facts::FileFacts &file, const SourceText &text, uint32_t line) {
  uint32_t named = line;
  while (named < text.lineCount() && isDecoration(text.line(named)))
    ++named;
  for (const facts::Function &function : file.functions) {
    bool isNamed = !(function.flags & (facts::FunctionFlag::Lambda | facts::FunctionFlag::AsyncBlock)) &&
                   function.kind != facts::FunctionKind::Module && function.nameRange.valid();
    if (isNamed && (function.range.beginLine == line || function.nameRange.beginLine == named))
      return {line, function.range.endLine};
  }
  for (const facts::Class &type : file.classes)
    if (type.range.beginLine == line || (type.nameRange.valid() && type.nameRange.beginLine == named))
      return {line, type.range.endLine};
  return {line, line};
}

Lines linesOf(const facts::FileFacts &file, const facts::Directive &directive, const SourceText &text) {
  uint32_t line = directive.ownLine ? nextCode(text, directive.range.endLine + 1, file.language)
                                    : directive.range.beginLine;
  return definitionAt(file, text, line);
}

bool names(const Allowance &allowance, std::string_view check) {
  if (allowance.checks.empty())
    return true;
  return std::any_of(allowance.checks.begin(), allowance.checks.end(),
                     [&](const std::string &glob) { return source::globMatches(glob, check); });
}

bool matchesAny(std::string_view glob, std::span<const std::string_view> checks) {
  return std::any_of(checks.begin(), checks.end(),
                     [&](auto check) { return source::globMatches(glob, check); });
}

} // namespace

Suppressions::Suppressions(const link::Program &program, SourceCache &sources) {
  for (const facts::FileFacts &file : program.files)
    if (!file.directives.empty())
      readFile(file, sources);
}

void Suppressions::readFile(const facts::FileFacts &file, SourceCache &sources) {
  const SourceText &text = sources.file(file.path);
  for (const facts::Directive &directive : file.directives)
    readDirective(file, directive, text);
  borrowReasons(file);
}

void Suppressions::readDirective(const facts::FileFacts &file, const facts::Directive &directive,
                                 const SourceText &text) {
  auto parsed = parseDirective(directive.text.view());
  if (!parsed || parsed->kind == DirectiveKind::SyncContext)
    return;
  if (parsed->kind == DirectiveKind::Malformed) {
    malformed_.push_back({facts::DiagnosticLevel::Warning, "malformed-comment", file.path, directive.range,
                          "this comment " + parsed->reason});
    return;
  }
  if (parsed->kind != DirectiveKind::Allow)
    return addNoLint(file, directive, std::move(*parsed));
  Lines lines = linesOf(file, directive, text);
  byFile_[file.path].push_back({file.path, directive.range, lines.first, lines.last,
                                std::move(parsed->checks), std::move(parsed->reason), false, false});
}

void Suppressions::addNoLint(const facts::FileFacts &file, const facts::Directive &directive,
                             ParsedDirective parsed) {
  if (file.language != facts::Language::Cpp)
    return;
  auto &allowances = byFile_[file.path];
  uint32_t line = directive.range.beginLine;
  if (parsed.kind == DirectiveKind::NoLintEnd) { // ends the innermost region of the same checks
    auto open = std::find_if(allowances.rbegin(), allowances.rend(), [&](const Allowance &allowance) {
      return allowance.isNoLint && allowance.lastLine == UINT32_MAX && allowance.checks == parsed.checks;
    });
    if (open != allowances.rend())
      open->lastLine = line;
    return;
  }
  uint32_t first = parsed.kind == DirectiveKind::NoLintNext ? directive.range.endLine + 1 : line;
  uint32_t last = parsed.kind == DirectiveKind::NoLintBegin ? UINT32_MAX : first;
  std::string reason = parsed.reason.empty() ? "NOLINT" : std::move(parsed.reason);
  allowances.push_back(
      {file.path, directive.range, first, last, std::move(parsed.checks), std::move(reason), true, false});
}

/// A SYNC CONTEXT comment beside an allowance is its reason.
void Suppressions::borrowReasons(const facts::FileFacts &file) {
  for (const facts::Directive &directive : file.directives) {
    auto parsed = parseDirective(directive.text.view());
    if (!parsed || parsed->kind != DirectiveKind::SyncContext)
      continue;
    for (Allowance &allowance : byFile_[file.path]) {
      uint32_t distance = std::max(allowance.comment.beginLine, directive.range.beginLine) -
                          std::min(allowance.comment.beginLine, directive.range.beginLine);
      if (allowance.reason.empty() && distance <= 1)
        allowance.reason = parsed->reason;
    }
  }
}

const Allowance *Suppressions::find(const std::string &file, uint32_t line, std::string_view check) const {
  auto found = byFile_.find(file);
  if (found == byFile_.end())
    return nullptr;
  for (const Allowance &allowance : found->second)
    if (allowance.firstLine <= line && line <= allowance.lastLine && names(allowance, check))
      return &allowance;
  return nullptr;
}

Allowance *Suppressions::covering(const Location &location, const std::string &check) {
  for (uint32_t line = location.range.beginLine;
       line <= std::max(location.range.beginLine, location.range.endLine); ++line)
    if (const Allowance *allowance = find(location.file, line, check))
      return const_cast<Allowance *>(allowance);
  return nullptr;
}

void Suppressions::apply(Finding &finding) {
  Allowance *allowance = covering(finding.primary, finding.check);
  if (!allowance && finding.otherEntryPoints == 0 && finding.related.empty())
    for (const Step &step : finding.chain)
      if (allowance = covering(step.location, finding.check); allowance)
        break;
  if (!allowance)
    return;
  allowance->used = true;
  finding.suppressed = true;
  finding.justification = allowance->reason;
}

std::vector<source::Notification> Suppressions::complaints(std::span<const std::string_view> known,
                                                           std::span<const std::string_view> run) const {
  std::vector<source::Notification> complaints = malformed_;
  auto complain = [&](const Allowance &allowance, facts::DiagnosticLevel level, const char *id,
                      std::string message) {
    complaints.push_back({level, id, allowance.file, allowance.comment, std::move(message)});
  };
  for (const auto &[file, allowances] : byFile_)
    for (const Allowance &allowance : allowances) {
      if (allowance.isNoLint)
        continue;
      bool allRan = true, allKnown = true;
      for (const std::string &check : allowance.checks) {
        allRan &= matchesAny(check, run);
        if (!matchesAny(check, known)) {
          allKnown = false;
          complain(allowance, facts::DiagnosticLevel::Warning, "unknown-check",
                   "there is no check '" + check + "' to allow");
        }
      }
      if (allowance.reason.empty())
        complain(allowance, facts::DiagnosticLevel::Note, "missing-reason",
                 "this allowance says no reason; write it behind the parenthesis");
      if (!allowance.used && allRan && allKnown)
        complain(allowance, facts::DiagnosticLevel::Note, "unused-allowance",
                 "nothing is reported here any more; remove this allowance");
    }
  return complaints;
}

} // namespace clearway::report
