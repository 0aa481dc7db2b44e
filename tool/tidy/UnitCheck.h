// A check of clearway as clang-tidy runs it.
#pragma once

#include "tidy/UnitRun.h"

#include "clang-tidy/ClangTidyCheck.h"

namespace clearway::tidy {

/// Options, for one check (`clearway-blocking-lock.Profile`) or for all (`Profile`): `Profile` (`default` or `strict`) and
/// `Catalogs` (files, separated by semicolons).
class UnitCheck : public clang::tidy::ClangTidyCheck {
public:
  /// `run` is shared by the checks of one unit.
  UnitCheck(llvm::StringRef name, clang::tidy::ClangTidyContext *context, const checks::Registration &check,
            std::shared_ptr<UnitRun> run);

  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &options) override;
  void registerMatchers(clang::ast_matchers::MatchFinder *finder) override;
  void check(const clang::ast_matchers::MatchFinder::MatchResult &result) override;

private:
  bool isWanted() const;
  void report(const report::Finding &finding);
  void note(const report::Location &location, const std::string &text);
  clang::SourceLocation locate(const report::Location &location) const;

  const checks::Registration &check_;
  const bool named_; // by a glob that means this check and not all of them
  const std::string profile_, catalogs_;
  std::shared_ptr<UnitRun> run_;
};

} // namespace clearway::tidy
