// clang asks its clients which bodies to skip, but not about constexpr functions, and prepares for those that it skips. The linker
// (--wrap) leads the parser's calls here first.
#include "frontend/cpp/clang/ForeignBodies.h"

#include "frontend/cpp/clang/Types.h"
#include "frontend/cpp/clang/UnitContext.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "clang/Sema/Sema.h"

namespace clearway::frontend::cpp {
namespace {

/// True if there are two semicolons between the braces that follow the declarator. Reads no further than that.
bool hasLongBody(const clang::FunctionDecl &function, const clang::Sema &sema) {
  const clang::SourceLocation end = sema.SourceMgr.getExpansionRange(function.getEndLoc()).getEnd(); // perhaps a macro for noexcept
  const auto [file, offset] = sema.SourceMgr.getDecomposedLoc(end);
  const llvm::StringRef text = sema.SourceMgr.getBufferData(file);
  clang::Lexer lexer(end, sema.getLangOpts(), text.begin(), text.begin() + offset, text.end());
  unsigned depth = 0, statements = 0;
  clang::Token token;
  for (lexer.LexFromRawLexer(token); token.isNot(clang::tok::eof); lexer.LexFromRawLexer(token)) {
    if (token.is(clang::tok::l_brace))
      ++depth;
    else if (token.is(clang::tok::r_brace) && depth > 0 && --depth == 0)
      return false;
    else if (token.is(clang::tok::semi) && (depth == 0 || ++statements == 2))
      return depth > 0;
  }
  return false;
}

/// A class whose objects have something to clean up. A template need not be instantiated to be asked.
bool cleansUp(const clang::CXXRecordDecl *record) {
  if (const auto *made = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record))
    record = made->getSpecializedTemplate()->getTemplatedDecl();
  record = record ? record->getDefinition() : nullptr;
  return record && record->hasUserDeclaredDestructor() &&
         llvm::any_of(record->methods(), [](const clang::CXXMethodDecl *method) {
           return llvm::isa<clang::CXXDestructorDecl>(method) && !method->isDefaulted();
         });
}

/// Constants are hardly ever objects with something to clean up, strings and containers above all.
bool isAboutWhatCleansUp(const clang::FunctionDecl &function) {
  const auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  const clang::QualType result = function.getReturnType();
  return (method && cleansUp(method->getParent())) ||
         (!result->isReferenceType() && !result->isPointerType() && cleansUp(recordOf(result)));
}

/// What template arguments, noexcept and requires are made of: numbers and truths that no object is asked for.
bool computesConstants(const clang::FunctionDecl &function) {
  const auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  return (!method || method->isStatic()) &&
         (function.param_empty() || function.getReturnType()->isIntegralOrEnumerationType());
}

bool mayBeLeftOut(const clang::FunctionDecl &function, clang::Sema &sema) {
  return function.isConstexpr() && !function.isConsteval() && !llvm::isa<clang::CXXConstructorDecl>(function) &&
         !computesConstants(function) && !function.getReturnType()->getContainedDeducedType() &&
         (isAboutWhatCleansUp(function) || hasLongBody(function, sema));
}

/// A deleted function's types need no definition either, and nothing else is done differently for one that has parameters and a
/// return type.
clang::Sema::FnBodyKind kindOf(clang::Sema::FnBodyKind kind, clang::SourceLocation name) {
  const ForeignBodies *bodies = ForeignBodies::current();
  return bodies && bodies->areAt(name) && kind == clang::Sema::FnBodyKind::Other ? clang::Sema::FnBodyKind::Delete : kind;
}

} // namespace

bool ForeignBodies::areAt(clang::SourceLocation location) const {
  return unit_ && location.isValid() && !unit_->isOwn(location);
}

} // namespace clearway::frontend::cpp

namespace clang {

using namespace clearway::frontend::cpp;

bool ownAnswer(Sema &sema, Decl *decl) __asm__("__real__ZN5clang4Sema19canSkipFunctionBodyEPNS_4DeclE");
bool answer(Sema &sema, Decl *decl) __asm__("__wrap__ZN5clang4Sema19canSkipFunctionBodyEPNS_4DeclE");

bool answer(Sema &sema, Decl *decl) {
  if (ownAnswer(sema, decl))
    return true;
  ForeignBodies *bodies = ForeignBodies::current();
  const FunctionDecl *function = decl ? decl->getAsFunction() : nullptr;
  if (!bodies || !bodies->leavesOutConstexpr() || !function || !bodies->areAt(function->getLocation()) ||
      !mayBeLeftOut(*function, sema))
    return false;
  bodies->noteLeftOut();
  return true;
}

Decl *startOwn(Sema &sema, Scope *scope, Decl *decl, SkipBodyInfo *skip, Sema::FnBodyKind kind) __asm__(
    "__real__ZN5clang4Sema23ActOnStartOfFunctionDefEPNS_5ScopeEPNS_4DeclEPNS_12SkipBodyInfoENS0_10FnBodyKindE");
Decl *start(Sema &sema, Scope *scope, Decl *decl, SkipBodyInfo *skip, Sema::FnBodyKind kind) __asm__(
    "__wrap__ZN5clang4Sema23ActOnStartOfFunctionDefEPNS_5ScopeEPNS_4DeclEPNS_12SkipBodyInfoENS0_10FnBodyKindE");

Decl *start(Sema &sema, Scope *scope, Decl *decl, SkipBodyInfo *skip, Sema::FnBodyKind kind) {
  return startOwn(sema, scope, decl, skip, decl ? kindOf(kind, decl->getLocation()) : kind);
}

Decl *startOwn(Sema &sema, Scope *scope, Declarator &declarator, MultiTemplateParamsArg parameters, SkipBodyInfo *skip,
               Sema::FnBodyKind kind) __asm__("__real__ZN5clang4Sema23ActOnStartOfFunctionDefEPNS_5ScopeERNS_10DeclaratorEN4llvm"
                                              "15MutableArrayRefIPNS_21TemplateParameterListEEEPNS_12SkipBodyInfoENS0_10FnBodyKindE");
Decl *start(Sema &sema, Scope *scope, Declarator &declarator, MultiTemplateParamsArg parameters, SkipBodyInfo *skip,
            Sema::FnBodyKind kind) __asm__("__wrap__ZN5clang4Sema23ActOnStartOfFunctionDefEPNS_5ScopeERNS_10DeclaratorEN4llvm"
                                           "15MutableArrayRefIPNS_21TemplateParameterListEEEPNS_12SkipBodyInfoENS0_10FnBodyKindE");

Decl *start(Sema &sema, Scope *scope, Declarator &declarator, MultiTemplateParamsArg parameters, SkipBodyInfo *skip,
            Sema::FnBodyKind kind) {
  return startOwn(sema, scope, declarator, parameters, skip, kindOf(kind, declarator.getIdentifierLoc()));
}

/// Nobody reads what an unknown attribute may have been meant to be, and looking costs a hundredth of a unit of standard headers.
std::optional<StringRef> nearestName(const AttributeCommonInfo &attribute, StringRef scope, StringRef name,
                                     const TargetInfo &target, const LangOptions &language)
    __asm__("__wrap__ZNK5clang19AttributeCommonInfo23tryGetCorrectedAttrNameEN4llvm9StringRefES2_RKNS_10TargetInfoERKNS_11LangOptionsE");

std::optional<StringRef> nearestName(const AttributeCommonInfo &, StringRef, StringRef, const TargetInfo &, const LangOptions &) {
  return std::nullopt;
}

} // namespace clang
