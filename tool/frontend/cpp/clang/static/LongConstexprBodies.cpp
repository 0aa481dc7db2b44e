// clang asks its clients which bodies to skip, but not about constexpr functions. The linker (--wrap) leads the parser's question
// here first.
#include "frontend/cpp/clang/LongConstexprBodies.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "clang/Sema/Sema.h"

namespace clearway::frontend::cpp {
namespace {

/// True if there are two semicolons between the braces that follow the declarator. Reads no further than that.
bool hasLongBody(const clang::FunctionDecl &function, const clang::Sema &sema) {
  const clang::SourceLocation end = function.getEndLoc();
  if (!end.isFileID())
    return false;
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

/// What template arguments, noexcept and requires are made of: numbers and truths that no object is asked for.
bool computesConstants(const clang::FunctionDecl &function) {
  const auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  return (!method || method->isStatic()) &&
         (function.param_empty() || function.getReturnType()->isIntegralOrEnumerationType());
}

bool mayBeLeftOut(const clang::FunctionDecl &function, clang::Sema &sema) {
  return function.isConstexpr() && !function.isConsteval() && !llvm::isa<clang::CXXConstructorDecl>(function) &&
         !computesConstants(function) && !function.getReturnType()->getContainedDeducedType() && hasLongBody(function, sema);
}

} // namespace
} // namespace clearway::frontend::cpp

namespace clang {

bool ownAnswer(Sema &sema, Decl *decl) __asm__("__real__ZN5clang4Sema19canSkipFunctionBodyEPNS_4DeclE");
bool answer(Sema &sema, Decl *decl) __asm__("__wrap__ZN5clang4Sema19canSkipFunctionBodyEPNS_4DeclE");

bool answer(Sema &sema, Decl *decl) {
  using namespace clearway::frontend::cpp;
  if (ownAnswer(sema, decl))
    return true;
  LongConstexprBodies *skipping = LongConstexprBodies::skipping();
  const FunctionDecl *function = decl ? decl->getAsFunction() : nullptr;
  if (!skipping || !function || !sema.Consumer.shouldSkipFunctionBody(decl) || !mayBeLeftOut(*function, sema))
    return false;
  skipping->noteSkipped();
  return true;
}

} // namespace clang
