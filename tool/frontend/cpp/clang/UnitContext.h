// What all extractors of one translation unit share: which files are facts, which functions are known.
#pragma once

#include "frontend/cpp/CppModule.h"
#include "frontend/cpp/clang/Awaitables.h"
#include "frontend/cpp/clang/FileBuilder.h"

#include "clang/AST/ASTContext.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <map>
#include <memory>
#include <optional>

namespace clearway::frontend::cpp {

class UnitContext {
public:
  UnitContext(clang::ASTContext &context, const ExtractOptions &options);

  clang::ASTContext &ast;
  const clang::SourceManager &sources;
  Awaitables awaitables;

  /// True if the declaration's own text lies under the root and in no system header: its body is ours to read.
  bool isOwn(clang::SourceLocation location);
  /// True if another unit's facts hold this function, or any instantiation of this pattern. Never for the main file's.
  bool isReadElsewhere(const clang::FunctionDecl &function);
  bool isPatternReadElsewhere(const clang::FunctionDecl &pattern);
  /// The facts of the file that holds `location` (own files only).
  FileBuilder &fileOf(clang::SourceLocation location);
  /// Reserves a function in its file; the same declaration gets the same id again.
  facts::FunctionId functionFor(FileBuilder &file, const clang::Decl &decl);
  bool isReserved(const clang::Decl &decl) const { return functions_.count(&decl) != 0; }
  facts::ClassId classFor(FileBuilder &file, const clang::CXXRecordDecl &record);
  facts::SourceRange range(clang::SourceRange range) const {
    return toRange(sources, ast.getLangOpts(), range);
  }
  std::string text(clang::SourceRange range) const;
  /// The finished files, the main file first, then by path.
  UnitFacts take();

private:
  struct FileState {
    bool own = false;
    std::string path; // relative to the root
    std::unique_ptr<FileBuilder> builder;
  };
  FileState &stateOf(clang::FileID file);
  std::optional<BodyPlace> placeInHeader(const clang::FunctionDecl &function);

  const ExtractOptions &options_;
  std::string root_;
  std::map<clang::FileID, FileState> states_;
  llvm::DenseMap<const clang::Decl *, facts::FunctionId> functions_;
  std::map<std::pair<const FileBuilder *, const clang::CXXRecordDecl *>, facts::ClassId> classes_;
};

} // namespace clearway::frontend::cpp
