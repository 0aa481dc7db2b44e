#include "tidy/UnitCheck.h"

#include "report/Report.h"
#include "source/Glob.h"

#include "clang/ASTMatchers/ASTMatchers.h"
#include "llvm/ADT/StringExtras.h"

namespace clearway::tidy {

namespace {

/// Whether the last of the user's globs that matches `name` is about less than all checks, as for `clearway check`.
bool isNamed(llvm::StringRef name, const clang::tidy::ClangTidyOptions &options) {
  bool named = false;
  llvm::SmallVector<llvm::StringRef> globs;
  const std::string checks = options.Checks.value_or("");
  llvm::SplitString(checks, globs, ",\n");
  for (llvm::StringRef glob : globs) {
    glob = glob.trim();
    const bool takesAway = glob.consume_front("-");
    if (source::globMatches(std::string_view(glob.data(), glob.size()), std::string_view(name.data(), name.size())))
      named = !takesAway && glob != "*" && glob != "clearway-*";
  }
  return named;
}

/// clang-tidy has no notes of their own; its errors mean that the unit does not compile.
clang::DiagnosticIDs::Level levelOf(const report::Finding &finding) {
  return finding.level <= report::Level::Note ? clang::DiagnosticIDs::Remark : clang::DiagnosticIDs::Warning;
}

} // namespace

UnitCheck::UnitCheck(llvm::StringRef name, clang::tidy::ClangTidyContext *context,
                     const checks::Registration &check, std::shared_ptr<UnitRun> run)
    : ClangTidyCheck(name, context), check_(check), named_(isNamed(name, context->getOptions())),
      profile_(Options.getLocalOrGlobal("Profile", "default")),
      catalogs_(Options.getLocalOrGlobal("Catalogs", "")), run_(std::move(run)) {
  if (profile_ != "default" && profile_ != "strict")
    configurationDiag("'%0' is no profile of clearway; use 'default' or 'strict'") << profile_;
  llvm::SmallVector<llvm::StringRef> files;
  llvm::SplitString(catalogs_, files, ";");
  for (const llvm::StringRef file : files)
    run_->addCatalog(file.str());
}

void UnitCheck::storeOptions(clang::tidy::ClangTidyOptions::OptionMap &options) {
  Options.store(options, "Profile", profile_);
  Options.store(options, "Catalogs", catalogs_);
}

void UnitCheck::registerMatchers(clang::ast_matchers::MatchFinder *finder) {
  if (isWanted())
    finder->addMatcher(clang::ast_matchers::translationUnitDecl(), this);
}

bool UnitCheck::isWanted() const {
  return named_ || (!check_.optIn && (!check_.strictOnly || profile_ == "strict"));
}

void UnitCheck::check(const clang::ast_matchers::MatchFinder::MatchResult &result) {
  const checks::Options options{.strict = profile_ == "strict", .includeTests = true};
  const std::vector<report::Finding> findings = run_->findings(*result.Context, *check_.check, options);
  for (const std::string &error : run_->takeErrors())
    configurationDiag("%0") << error;
  for (const report::Finding &finding : findings)
    report(finding);
}

void UnitCheck::report(const report::Finding &finding) {
  const clang::SourceLocation at = locate(finding.primary);
  if (at.isInvalid())
    return;
  diag(at, "%0", levelOf(finding)) << finding.message;
  if (finding.chain.size() > 1)
    for (const report::Step &step : finding.chain)
      note(step.location, step.text);
  for (const report::Related &related : finding.related)
    note(related.location, related.text);
  if (!finding.advice.empty())
    note(finding.primary, finding.advice);
}

void UnitCheck::note(const report::Location &location, const std::string &text) {
  if (const clang::SourceLocation at = locate(location); at.isValid())
    diag(at, "%0", clang::DiagnosticIDs::Note) << text;
}

clang::SourceLocation UnitCheck::locate(const report::Location &location) const {
  return run_->locate(location.file, location.range.beginLine, location.range.beginColumn);
}

} // namespace clearway::tidy
