// One translation unit through the whole pipeline: clang's tree, facts, program, analyses, findings. What `clearway check` does
// for a project, clang-tidy's plugin does for a unit.
#pragma once

#include "checks/Check.h"

#include "clang/AST/ASTContext.h"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace clearway::tidy {

/// Shared by the enabled checks of one unit: whoever comes first does the work. Not thread-safe.
class UnitRun {
public:
  /// A catalogue file of the user's own. To be called before the first call of `findings`.
  void addCatalog(const std::string &file) { catalogs_.insert(file); }

  /// The unit is read, linked and analysed on the first call. Findings that comments allow are left out.
  std::vector<report::Finding> findings(clang::ASTContext &ast, const checks::Check &check,
                                        const checks::Options &options);

  /// Where a finding lies in the unit's own source; invalid if the file is not part of the unit.
  clang::SourceLocation locate(const std::string &file, uint32_t line, uint32_t column) const;

  /// What is wrong with the user's catalogue files, once.
  std::vector<std::string> takeErrors() { return std::exchange(errors_, {}); }

private:
  struct Linked;
  void read(clang::ASTContext &ast);

  clang::SourceManager *sources_ = nullptr;
  std::string root_; // what the files of findings are relative to
  std::set<std::string> catalogs_;
  std::shared_ptr<Linked> linked_;
  std::vector<std::string> errors_;
};

} // namespace clearway::tidy
