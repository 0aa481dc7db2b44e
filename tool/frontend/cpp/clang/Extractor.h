// Walks a translation unit and writes the facts of every function that is ours.
#pragma once

#include "frontend/cpp/clang/UnitContext.h"

#include "clang/AST/RecursiveASTVisitor.h"

namespace clearway::frontend::cpp {

class Extractor : public clang::RecursiveASTVisitor<Extractor> {
public:
  explicit Extractor(UnitContext &unit) : unit_(unit) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool shouldVisitImplicitCode() const { return false; }
  bool shouldWalkTypesOfTypeLocs() const { return false; }
  bool VisitFunctionDecl(clang::FunctionDecl *decl);
  bool TraverseLambdaExpr(clang::LambdaExpr *) { return true; } // read with the body that holds it
  bool TraverseStmt(clang::Stmt *) { return true; }             // bodies are read by BodyExtractor
  bool TraverseTypeLoc(clang::TypeLoc, bool = true) { return true; }

private:
  facts::FunctionId extract(const clang::FunctionDecl &decl, facts::FunctionId parent);
  void describe(facts::Function &out, const clang::FunctionDecl &decl, FileBuilder &file);
  bool isWorthReading(const clang::FunctionDecl &decl);

  UnitContext &unit_;
  llvm::DenseMap<const clang::FunctionDecl *, unsigned> instantiations_; // by pattern
};

/// Each instantiation has its own types; past this many of one pattern the rest say nothing new.
inline constexpr unsigned kMaxInstantiations = 8;

/// The facts of a parsed unit.
UnitFacts extractUnit(UnitContext &unit);

} // namespace clearway::frontend::cpp
