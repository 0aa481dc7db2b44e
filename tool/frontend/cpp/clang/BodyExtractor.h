// Turns one function body into calls, scoped objects, suspensions and control flow. Records are made in source order
// by walking the statements as written; clang's control-flow graph then says in which order, on which path, and where
// objects are destroyed. Bodies that still depend on template parameters have no usable graph: their events are laid
// out in source order, with each block's objects dying at its end.
#pragma once

#include "frontend/cpp/clang/UnitContext.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/DenseSet.h"

#include <functional>
#include <optional>

namespace clang {
class CFG;
class CFGBlock;
class CFGElement;
} // namespace clang

namespace clearway::frontend::cpp {

class BodyExtractor {
public:
  BodyExtractor(UnitContext &unit, FileBuilder &file, facts::FunctionId function, facts::ClassId enclosingClass,
                std::function<facts::FunctionId(const clang::LambdaExpr &, facts::FunctionId)> extractLambda)
      : unit_(unit), file_(file), facts_(file.facts()), function_(function), class_(enclosingClass),
        extractLambda_(std::move(extractLambda)) {}

  /// Fills blocks, events, calls and returns of the function. `decl` gives parameters; `body` what runs.
  void run(const clang::FunctionDecl &decl, const clang::Stmt &body);
  bool hasSuspension() const { return suspended_; }
  bool hasYieldOnly() const { return yields_ && !awaits_; }

private:
  // Recording, in source order (BodyRecords.cpp)
  void walk(const clang::Stmt *stmt, facts::ResultUse use);
  void walkChildren(const clang::Stmt *stmt, facts::ResultUse use);
  void walkLoop(const clang::Stmt *stmt, facts::LoopKind kind, const clang::Expr *subject, const clang::Stmt *body);
  void walkDeclaration(const clang::DeclStmt *stmt);
  void walkCall(const clang::CallExpr *call, facts::ResultUse use);
  void walkReturned(const clang::Expr *result);
  void noteNamed(const clang::DeclRefExpr &reference);
  void walkConstruct(const clang::CXXConstructExpr *construct, facts::ResultUse use);
  void walkSuspension(const clang::CoroutineSuspendExpr *suspend, facts::ResultUse use);
  void addTemplateArguments(const clang::CallExpr &call, std::vector<facts::Argument> &given);
  facts::CallId addCall(const clang::Expr *expr, facts::CallKind kind, facts::ValueId callee,
                        llvm::ArrayRef<const clang::Expr *> arguments, clang::SourceLocation nameAt,
                        facts::ResultUse use);

  struct Step { // a recorded event in source order
    facts::EventKind kind;
    uint32_t index;
    uint32_t other = facts::kNone;
  };

  // Objects and what they hold (BodyObjects.cpp)
  static const clang::VarDecl *localOf(const clang::Expr &expr);
  static bool keeps(const clang::VarDecl &var);
  facts::CallId addDestroy(facts::ObjectId object, const clang::CXXRecordDecl &record, facts::SourceRange at);
  facts::ObjectId addObject(const clang::VarDecl &var);
  facts::ObjectId addTemporary(const clang::CXXBindTemporaryExpr &temporary);
  void noteTemporary(const clang::MaterializeTemporaryExpr &materialized);
  void handOver(const clang::Expr *argument);
  void leaveEmpty(const clang::VarDecl &var);
  bool walkAssignment(const clang::CallExpr *call, facts::ResultUse use);
  void addStep(const clang::Stmt *stmt, Step step);
  void replaceContents(const clang::Stmt *stmt, facts::ObjectId object, const clang::Expr *given);
  facts::ObjectId movedFrom(const clang::Expr *given);
  facts::ObjectId madeFrom(const clang::VarDecl &var);
  void noteRefill(const clang::CallExpr *call);
  void noteSwap(const clang::CallExpr *call);
  void makeHeld(const clang::CallExpr *call);

  // Plain variables (BodyVariables.cpp)
  void changed(const clang::Expr *target, facts::ValueId value);
  void stored(const clang::Expr *target, facts::ValueId value);
  void initialized(const clang::CXXCtorInitializer &initializer);
  facts::ValueId captured(const clang::VarDecl &var);
  void fieldChanged(const clang::MemberExpr &field, facts::ValueId value);
  void noteFields(const clang::VarDecl &var);

  // Expressions as values (BodyValues.cpp)
  facts::ValueId value(const clang::Expr *expr, unsigned depth = 0);
  facts::ValueId symbolFor(const clang::FunctionDecl &callee, facts::ValueId receiver,
                           clang::QualType result = clang::QualType());
  facts::ValueId typed(facts::ValueId path, clang::QualType type);
  facts::ValueId calleeOf(const clang::CallExpr &call);
  std::optional<facts::ValueId> constant(const clang::Expr &expr);
  uint32_t bindingFor(const clang::VarDecl &var);

  // Control flow (BodyFlow.cpp)
  void layOut(const clang::FunctionDecl &decl, const clang::Stmt &body);
  void layOutLinear();
  void layOutGraph(const clang::CFG &graph);
  void addElement(const clang::CFGElement &element, uint32_t block);
  void addStatement(const clang::Stmt *stmt, uint32_t block);
  void findTemporaries(const clang::CFG &graph);
  facts::Span addEvents(const std::vector<facts::Event> &events, uint32_t block);
  void addTemporaryDeath(const clang::CXXBindTemporaryExpr &temporary, uint32_t block);
  void addDeath(const clang::VarDecl &var, uint32_t block);
  std::optional<facts::Event> refusedBy(const clang::Expr &condition, bool &succeededIf) const;
  struct Refusal { // what a branch says of a lock that was tried
    facts::Event event;
    bool succeededIf = true; // what the condition is where the lock was taken
  };
  std::optional<Refusal> refusalOf(const clang::CFGBlock &tested) const;

  UnitContext &unit_;
  FileBuilder &file_;
  facts::FileFacts &facts_;
  facts::FunctionId function_;
  const clang::FunctionDecl *decl_ = nullptr;
  facts::ClassId class_;
  std::function<facts::FunctionId(const clang::LambdaExpr &, facts::FunctionId)> extractLambda_;

  facts::LoopId loop_ = facts::kNone;
  bool suspended_ = false, awaits_ = false, yields_ = false;
  const clang::VarDecl *initializing_ = nullptr;
  std::vector<facts::ValueId> returns_;
  std::vector<Step> linear_; // for bodies without a graph
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<Step, 2>> steps_; // what each statement does
  llvm::DenseMap<const clang::Expr *, facts::CallId> calls_;
  llvm::DenseMap<const clang::VarDecl *, facts::ObjectId> objects_;
  llvm::DenseMap<const clang::VarDecl *, facts::ObjectId> madeFrom_; // the object that it was moved from
  llvm::DenseMap<const clang::VarDecl *, facts::CallId> destroys_;
  llvm::DenseMap<const clang::CXXBindTemporaryExpr *, facts::ObjectId> temporaries_;
  llvm::DenseMap<const clang::CXXBindTemporaryExpr *, facts::CallId> temporaryDestroys_;
  llvm::DenseSet<const clang::CXXBindTemporaryExpr *> mortal_; // objects that end: not those that initialize another in place
  llvm::DenseMap<const clang::VarDecl *, const clang::CXXBindTemporaryExpr *> extended_; // `auto &&g = take();`
  llvm::DenseMap<const clang::VarDecl *, uint32_t> bindings_;
  llvm::DenseSet<const clang::VarDecl *> named_; // locals that anything but an assignment mentions
  llvm::DenseMap<const clang::LambdaExpr *, facts::FunctionId> lambdas_;
  std::vector<std::vector<facts::Event>> eventsOfBlock_;
  std::vector<facts::ObjectId> scopeObjects_; // for layOutLinear
};

} // namespace clearway::frontend::cpp
