#include "frontend/cpp/clang/UnitErrors.h"

#include "clang/Basic/SourceManager.h"

namespace clearway::frontend::cpp {
namespace {

constexpr size_t kMaxErrors = 3; // the rest mostly follows from them

std::string consequence(bool bySyntax) {
  return bySyntax ? "this file is analysed by its syntax alone, with less confidence"
                  : "what it could not understand was left out";
}

} // namespace

void UnitErrors::HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic &info) {
  clang::DiagnosticConsumer::HandleDiagnostic(level, info);
  fatal_ = fatal_ || level == clang::DiagnosticsEngine::Fatal;
  if (level < clang::DiagnosticsEngine::Error || (errors_.size() >= kMaxErrors && lackConstant_))
    return;
  llvm::SmallString<128> text;
  info.FormatDiagnostic(text);
  lackConstant_ = lackConstant_ || text.str().contains("constant");
  if (errors_.size() >= kMaxErrors)
    return;
  Error made{std::string(text)};
  if (info.hasSourceManager() && info.getLocation().isValid()) {
    const clang::SourceManager &sources = info.getSourceManager();
    const clang::SourceLocation location = sources.getExpansionLoc(info.getLocation());
    const clang::PresumedLoc at = sources.getPresumedLoc(location);
    if (at.isValid())
      made.file = at.getFilename(), made.line = at.getLine(), made.column = at.getColumn();
    made.inMainFile = sources.getFileID(location) == sources.getMainFileID();
  }
  errors_.push_back(std::move(made));
}

void UnitErrors::describe(facts::FileFacts &main, bool bySyntax) const {
  main.hadErrors = main.hadErrors || !errors_.empty() || !missingHeaders_.empty();
  if (!missingHeaders_.empty())
    return describeHeaders(main, bySyntax);
  for (const Error &error : errors_) {
    facts::Diagnostic made{.level = facts::DiagnosticLevel::Warning, .id = Name("compile-error")};
    std::string where = error.file.empty() ? "" : " (" + error.file + ":" + std::to_string(error.line) + ")";
    if (error.inMainFile && error.line)
      made.range = {error.line, error.column, error.line, error.column + 1}, where.clear();
    made.message = Name("clang reports: " + error.text + where + "; " + consequence(bySyntax) +
                        ". Check the compile command of this file, or add what is missing with --extra-arg.");
    main.diagnostics.push_back(made);
  }
}

void UnitErrors::describeHeaders(facts::FileFacts &main, bool bySyntax) const {
  std::string names = "'" + missingHeaders_.front() + "'";
  if (missingHeaders_.size() > 1)
    names += " and " + std::to_string(missingHeaders_.size() - 1) + " more headers";
  main.diagnostics.push_back(
      {.level = facts::DiagnosticLevel::Warning,
       .id = Name("missing-header"),
       .message = Name("clang does not find " + names + "; " + consequence(bySyntax) +
                       ". Build what is generated first, or say where to look with --extra-arg=-I…")});
}

} // namespace clearway::frontend::cpp
