#include "frontend/cpp/clang/Awaitables.h"

#include "frontend/cpp/clang/Types.h"

#include "clang/AST/DeclTemplate.h"

namespace clearway::frontend::cpp {
namespace {

clang::DeclarationName nameOf(clang::ASTContext &context, llvm::StringRef name) {
  return &context.Idents.get(name);
}

/// The definition to look into: of a nested class of an instantiation, which nobody needed so far, its pattern.
const clang::CXXRecordDecl *definitionOf(const clang::CXXRecordDecl *record) {
  if (record && !record->hasDefinition())
    if (const clang::CXXRecordDecl *pattern = record->getTemplateInstantiationPattern())
      record = pattern;
  return record && record->hasDefinition() ? record->getDefinition() : nullptr;
}

/// A member of the class or of a base, dependent bases included.
const clang::NamedDecl *memberOf(const clang::CXXRecordDecl *written, clang::DeclarationName name, unsigned depth = 0) {
  const clang::CXXRecordDecl *record = definitionOf(written);
  if (!record || depth > 8)
    return nullptr;
  if (const auto found = record->lookup(name); !found.empty())
    return found.front();
  for (const clang::CXXBaseSpecifier &base : record->bases())
    if (const clang::NamedDecl *found = memberOf(recordOf(base.getType()), name, depth + 1))
      return found;
  return nullptr;
}

const clang::CXXRecordDecl *promiseOf(clang::ASTContext &context, const clang::CXXRecordDecl &record) {
  const clang::NamedDecl *member = memberOf(&record, nameOf(context, "promise_type"));
  if (const auto *nested = llvm::dyn_cast_or_null<clang::CXXRecordDecl>(member))
    return nested;
  if (const auto *alias = llvm::dyn_cast_or_null<clang::TypedefNameDecl>(member))
    return recordOf(alias->getUnderlyingType());
  return nullptr;
}

/// What initial_suspend() returns, by name; empty if it does not say.
llvm::StringRef initialAwaiter(clang::ASTContext &context, const clang::CXXRecordDecl &promise) {
  const auto *start = llvm::dyn_cast_or_null<clang::FunctionDecl>(memberOf(&promise, nameOf(context, "initial_suspend")));
  const clang::CXXRecordDecl *awaiter = start ? recordOf(start->getReturnType()) : nullptr;
  return awaiter && awaiter->getDeclName().isIdentifier() ? awaiter->getName() : llvm::StringRef();
}

const clang::CXXRecordDecl *patternOf(const clang::CXXRecordDecl *record) {
  if (const auto *made = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record))
    return made->getSpecializedTemplate()->getTemplatedDecl()->getCanonicalDecl();
  return record ? record->getCanonicalDecl() : nullptr;
}

} // namespace

bool Awaitables::hasFreeOperator(const clang::CXXRecordDecl &record) {
  const auto name = context_.DeclarationNames.getCXXOperatorName(clang::OO_Coawait);
  for (const clang::NamedDecl *found : record.getDeclContext()->getEnclosingNamespaceContext()->lookup(name)) {
    const auto *function = llvm::dyn_cast_or_null<clang::FunctionDecl>(found->getAsFunction());
    if (function && function->getNumParams() == 1 &&
        patternOf(recordOf(function->getParamDecl(0)->getType())) == patternOf(&record))
      return true;
  }
  return false;
}

bool Awaitables::canBeAwaited(const clang::CXXRecordDecl &record) {
  return (memberOf(&record, nameOf(context_, "await_ready")) && memberOf(&record, nameOf(context_, "await_suspend"))) ||
         memberOf(&record, context_.DeclarationNames.getCXXOperatorName(clang::OO_Coawait)) || hasFreeOperator(record);
}

Awaitables::Start Awaitables::startOf(const clang::CXXRecordDecl &record) {
  const bool awaitable = canBeAwaited(record);
  const clang::CXXRecordDecl *promise = promiseOf(context_, record);
  const bool generator = promise && !awaitable && memberOf(promise, nameOf(context_, "yield_value"));
  if (promise && !generator && initialAwaiter(context_, *promise) == "suspend_always")
    return Start::Lazy;
  return awaitable ? Start::Eager : Start::None;
}

const std::vector<Name> &Awaitables::marksOf(clang::QualType returned) {
  static const std::vector<Name> none;
  const clang::CXXRecordDecl *record = returned.isNull() || returned->isDependentType() ? nullptr : returned->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->isLambda())
    return none;
  const auto [it, fresh] = known_.try_emplace(record->getCanonicalDecl());
  if (!fresh)
    return it->second;
  if (const Start start = startOf(*record->getDefinition()); start != Start::None)
    it->second = {Name(qualifiedName(*record)), Name(start == Start::Lazy ? "coroutine::lazy" : "coroutine::eager")};
  return it->second;
}

} // namespace clearway::frontend::cpp
