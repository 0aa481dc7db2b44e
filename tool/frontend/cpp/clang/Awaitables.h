// Which types are awaitables, and whether what is behind them starts by itself. The catalogue's keys for it are
// "coroutine::lazy" (runs when it is awaited) and "coroutine::eager" (runs anyway, or nobody can tell).
#pragma once

#include "facts/Name.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseMap.h"

#include <vector>

namespace clearway::frontend::cpp {

/// Of one translation unit; not thread-safe.
class Awaitables {
public:
  explicit Awaitables(clang::ASTContext &context) : context_(context) {}
  /// Keys for a function that returns this type by value: the type's name, which the catalogue may know better, then
  /// one of the above. None if the type is no awaitable.
  const std::vector<Name> &marksOf(clang::QualType returned);

private:
  enum class Start { None, Lazy, Eager };
  Start startOf(const clang::CXXRecordDecl &record);
  bool canBeAwaited(const clang::CXXRecordDecl &record);
  bool hasFreeOperator(const clang::CXXRecordDecl &record);

  clang::ASTContext &context_;
  llvm::DenseMap<const clang::CXXRecordDecl *, std::vector<Name>> known_;
};

} // namespace clearway::frontend::cpp
