#include "frontend/cpp/clang/BodyExtractor.h"
#include "frontend/cpp/clang/Types.h"

#include "clang/AST/Attr.h"
#include "clang/AST/Stmt.h"

namespace clearway::frontend::cpp {

using facts::EventKind;
using facts::ResultUse;

namespace {

/// Whether a macro's own text writes what stands here, not one of the arguments that the macro was given.
bool isMacroText(const clang::SourceManager &sources, clang::SourceLocation at) {
  while (at.isMacroID() && sources.isMacroArgExpansion(at))
    at = sources.getImmediateSpellingLoc(at);
  return at.isMacroID();
}

} // namespace

void BodyExtractor::noteNamed(const clang::DeclRefExpr &reference) {
  const auto *var = clang::dyn_cast<clang::VarDecl>(reference.getDecl());
  if (var && var->isLocalVarDecl() && recordOf(var->getType()) && named_.insert(var).second)
    file_.add({.kind = facts::ValueKind::Variable, .name = Name({var->getName().data(), var->getName().size()}),
               .a = bindingFor(*var)});
}

void BodyExtractor::walkReturned(const clang::Expr *result) {
  walk(result, ResultUse::Returned);
  if (!result)
    return;
  returns_.push_back(value(result));
  const clang::Expr *returned = result->IgnoreParenImpCasts();
  if (const auto *transfer = clang::dyn_cast<clang::CXXConstructExpr>(returned); transfer && transfer->getNumArgs() == 1)
    returned = transfer->getArg(0);
  if (const clang::VarDecl *var = localOf(*returned)) // moved, or made where the caller wants it
    leaveEmpty(*var);
}

void BodyExtractor::walk(const clang::Stmt *stmt, ResultUse use) {
  if (!stmt)
    return;
  using namespace clang;
  if (const auto *expr = dyn_cast<Expr>(stmt)) {
    if (const auto *materialized = dyn_cast<MaterializeTemporaryExpr>(expr))
      noteTemporary(*materialized);
    // Wrappers that leave the use of the result as it is.
    if (isa<ParenExpr, ImplicitCastExpr, ExprWithCleanups, MaterializeTemporaryExpr, ConstantExpr>(expr)) {
      walkChildren(stmt, use);
      return;
    }
  }
  if (const auto *temporary = dyn_cast<CXXBindTemporaryExpr>(stmt)) {
    walk(temporary->getSubExpr(), use);
    addTemporary(*temporary);
    return;
  }
  if (const auto *lambda = dyn_cast<LambdaExpr>(stmt)) {
    for (const Expr *capture : lambda->capture_inits())
      walk(capture, ResultUse::Stored);
    lambdas_[lambda] = extractLambda_(*lambda, function_);
    return;
  }
  if (const auto *reference = dyn_cast<DeclRefExpr>(stmt))
    return noteNamed(*reference);
  if (const auto *suspend = dyn_cast<CoroutineSuspendExpr>(stmt))
    return walkSuspension(suspend, use);
  if (const auto *await = dyn_cast<DependentCoawaitExpr>(stmt)) {
    walk(await->getOperand(), ResultUse::Awaited);
    facts_.suspensions.push_back({.function = function_,
                                  .kind = facts::SuspensionKind::CoAwait,
                                  .operand = value(await->getOperand()),
                                  .loop = loop_,
                                  .range = unit_.range(stmt->getSourceRange())});
    suspended_ = awaits_ = true;
    linear_.push_back({EventKind::Suspend, static_cast<uint32_t>(facts_.suspensions.size() - 1)});
    steps_[stmt].push_back(linear_.back());
    return;
  }
  if (const auto *call = dyn_cast<CallExpr>(stmt))
    return walkCall(call, use);
  if (const auto *construct = dyn_cast<CXXConstructExpr>(stmt))
    return walkConstruct(construct, use);
  if (const auto *declaration = dyn_cast<DeclStmt>(stmt))
    return walkDeclaration(declaration);
  if (const auto *loop = dyn_cast<WhileStmt>(stmt))
    return walkLoop(stmt, facts::LoopKind::While, loop->getCond(), loop->getBody());
  if (const auto *loop = dyn_cast<DoStmt>(stmt))
    return walkLoop(stmt, facts::LoopKind::While, loop->getCond(), loop->getBody());
  if (const auto *loop = dyn_cast<ForStmt>(stmt))
    return walkLoop(stmt, loop->getCond() ? facts::LoopKind::For : facts::LoopKind::Infinite, loop->getCond(),
                    loop->getBody());
  if (const auto *loop = dyn_cast<CXXForRangeStmt>(stmt))
    return walkLoop(stmt, facts::LoopKind::For, loop->getRangeInit(), loop->getBody());
  if (const auto *result = dyn_cast<ReturnStmt>(stmt))
    return walkReturned(result->getRetValue());
  if (const auto *result = dyn_cast<CoreturnStmt>(stmt))
    return walkReturned(result->getOperand());
  if (const auto *compound = dyn_cast<CompoundStmt>(stmt)) {
    const size_t outer = scopeObjects_.size();
    for (const Stmt *child : compound->body())
      walk(child, ResultUse::Discarded);
    while (scopeObjects_.size() > outer) {
      linear_.push_back({EventKind::Death, scopeObjects_.back()});
      scopeObjects_.pop_back();
    }
    return;
  }
  if (const auto *assignment = dyn_cast<BinaryOperator>(stmt); assignment && assignment->isAssignmentOp()) {
    walk(assignment->getRHS(), ResultUse::Stored);
    walk(assignment->getLHS(), ResultUse::Operand);
    const bool keeps = assignment->getOpcode() == BO_Assign || assignment->getOpcode() == BO_OrAssign;
    changed(assignment->getLHS(), keeps ? value(assignment->getRHS()) : 0);
    return;
  }
  if (const auto *unary = dyn_cast<UnaryOperator>(stmt); unary && (unary->isIncrementDecrementOp() || unary->getOpcode() == UO_AddrOf))
    changed(unary->getSubExpr(), 0); // whoever gets the address may write there
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(stmt)) // who writes `(void)` means it
    return walkChildren(stmt, cast->getType()->isVoidType() ? ResultUse::Other : use);
  walkChildren(stmt, isa<Expr>(stmt) ? ResultUse::Operand : ResultUse::Discarded);
}

void BodyExtractor::walkChildren(const clang::Stmt *stmt, ResultUse use) {
  using namespace clang;
  // Conditions are operands, bodies are statements.
  if (const auto *branch = dyn_cast<IfStmt>(stmt)) {
    walk(branch->getInit(), ResultUse::Discarded);
    if (branch->getConditionVariableDeclStmt())
      walk(branch->getConditionVariableDeclStmt(), ResultUse::Discarded);
    walk(branch->getCond(), ResultUse::Operand);
    walk(branch->getThen(), ResultUse::Discarded);
    walk(branch->getElse(), ResultUse::Discarded);
    return;
  }
  for (const Stmt *child : stmt->children())
    walk(child, use);
}

void BodyExtractor::walkLoop(const clang::Stmt *stmt, facts::LoopKind kind, const clang::Expr *subject,
                             const clang::Stmt *body) {
  const facts::LoopId outer = loop_;
  if (subject)
    if (std::optional<facts::ValueId> fixed = constant(*subject); fixed && kind == facts::LoopKind::While)
      kind = facts::LoopKind::Infinite;
  loop_ = static_cast<facts::LoopId>(facts_.loops.size());
  facts_.loops.push_back({.function = function_, .parent = outer, .kind = kind,
                          .range = unit_.range(stmt->getSourceRange())});
  const facts::LoopId mine = loop_;
  for (const clang::Stmt *child : stmt->children())
    walk(child, child && child != body && clang::isa<clang::Expr>(child) ? ResultUse::Operand : ResultUse::Discarded);
  if (subject)
    facts_.loops[mine].subject = value(subject);
  loop_ = outer;
}

void BodyExtractor::walkDeclaration(const clang::DeclStmt *stmt) {
  for (const clang::Decl *decl : stmt->decls()) {
    const auto *var = clang::dyn_cast<clang::VarDecl>(decl);
    if (!var || var->isImplicit())
      if (!var || !var->getInit())
        continue;
    const clang::VarDecl *outer = initializing_;
    initializing_ = var;
    walk(var->getInit(), keeps(*var) ? ResultUse::Assigned : ResultUse::Other);
    initializing_ = outer;
    const uint32_t binding = bindingFor(*var);
    if (var->getInit())
      facts_.bindings[binding].value = value(var->getInit());
    noteFields(*var);
    if (const facts::ObjectId object = addObject(*var); object != facts::kNone) {
      const facts::ObjectId from = madeFrom(*var);
      if (from != facts::kNone)
        madeFrom_[var] = from;
      linear_.push_back(from == facts::kNone ? Step{EventKind::Birth, object} : Step{EventKind::Move, from, object});
      scopeObjects_.push_back(object);
    }
  }
}

void BodyExtractor::walkSuspension(const clang::CoroutineSuspendExpr *suspend, ResultUse) {
  const bool isYield = clang::isa<clang::CoyieldExpr>(suspend);
  // As written: the awaiter protocol around the operand is no code of the user's.
  const clang::Expr *operand = suspend->getOperand();
  walk(operand, isYield ? ResultUse::Returned : ResultUse::Awaited);
  (isYield ? yields_ : awaits_) = true;
  suspended_ = true;
  const auto id = static_cast<facts::SuspensionId>(facts_.suspensions.size());
  facts_.suspensions.push_back(
      {.function = function_,
       .kind = isYield ? facts::SuspensionKind::CoYield : facts::SuspensionKind::CoAwait,
       .operand = value(operand),
       .loop = loop_,
       .range = unit_.range(suspend->getSourceRange())});
  steps_[suspend].push_back({EventKind::Suspend, id});
  linear_.push_back({EventKind::Suspend, id});
}

void BodyExtractor::walkCall(const clang::CallExpr *call, ResultUse use) {
  using namespace clang;
  const FunctionDecl *callee = call->getDirectCallee();
  // std::move(x): a hand-over of x, not a call anybody wants to see.
  if (callee && call->getNumArgs() == 1 && callee->isInStdNamespace() && callee->getDeclName().isIdentifier() &&
      (callee->getName() == "move" || callee->getName() == "forward")) {
    walk(call->getArg(0), use);
    if (const auto *ref = dyn_cast<DeclRefExpr>(call->getArg(0)->IgnoreParenImpCasts()))
      if (const auto *var = dyn_cast<VarDecl>(ref->getDecl()))
        if (auto it = objects_.find(var); it != objects_.end()) {
          steps_[call].push_back({EventKind::Move, it->second});
          linear_.push_back({EventKind::Move, it->second});
          leaveEmpty(*var);
        }
    return;
  }
  if (walkAssignment(call, use))
    return;
  ResultUse receiverUse = ResultUse::Receiver;
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(call))
    walk(member->getImplicitObjectArgument(), receiverUse);
  else if (!isa<CXXOperatorCallExpr>(call))
    walk(call->getCallee(), receiverUse);
  const bool conversion = isa<CXXMemberCallExpr>(call) && callee && isa<CXXConversionDecl>(callee);
  for (const Expr *argument : call->arguments()) {
    walk(argument, ResultUse::Argument);
    handOver(argument);
  }
  if (conversion)
    return;
  const facts::CallKind kind = isa<CXXOperatorCallExpr>(call) ? facts::CallKind::Operator : facts::CallKind::Call;
  llvm::SmallVector<const Expr *, 8> arguments(call->arguments());
  SourceLocation nameAt = call->getCallee()->getExprLoc();
  makeHeld(call);
  addCall(call, kind, calleeOf(*call), arguments, nameAt, use);
  noteRefill(call);
  noteSwap(call);
}

void BodyExtractor::walkConstruct(const clang::CXXConstructExpr *construct, ResultUse use) {
  const clang::CXXConstructorDecl *constructor = construct->getConstructor();
  const bool transfers = constructor->isCopyOrMoveConstructor() && construct->getNumArgs() >= 1;
  for (const clang::Expr *argument : construct->arguments())
    walk(argument, transfers ? use : ResultUse::Argument), handOver(argument);
  // Copies and moves of temporaries are not calls of interest; constructors written in std:: seldom are, but a lock's is.
  if (transfers || (construct->getNumArgs() == 0 && constructor->isTrivial()))
    return;
  const facts::ValueId receiver =
      file_.add({.kind = facts::ValueKind::Instance, .a = typeValue(file_, construct->getType())});
  llvm::SmallVector<const clang::Expr *, 8> arguments(construct->arguments());
  addCall(construct, facts::CallKind::Construct, symbolFor(*constructor, receiver), arguments,
          construct->getLocation(), use);
}

/// `server.register_handler<&Service::echo>(&service)`: what is called later is named among the template's arguments.
void BodyExtractor::addTemplateArguments(const clang::CallExpr &call, std::vector<facts::Argument> &given) {
  const clang::FunctionDecl *callee = call.getDirectCallee();
  const clang::TemplateArgumentList *list = callee ? callee->getTemplateSpecializationArgs() : nullptr;
  const auto add = [&](const clang::TemplateArgument &argument) {
    if (argument.getKind() == clang::TemplateArgument::Declaration)
      if (const auto *function = clang::dyn_cast<clang::FunctionDecl>(argument.getAsDecl()))
        given.push_back({.keyword = Name("template"), .value = symbolFor(*function, facts::kNone)});
  };
  for (unsigned i = 0; list && i < list->size(); ++i)
    if (const clang::TemplateArgument &argument = list->get(i); argument.getKind() == clang::TemplateArgument::Pack)
      for (const clang::TemplateArgument &packed : argument.pack_elements())
        add(packed);
    else
      add(argument);
}

facts::CallId BodyExtractor::addCall(const clang::Expr *expr, facts::CallKind kind, facts::ValueId callee,
                                     llvm::ArrayRef<const clang::Expr *> arguments, clang::SourceLocation nameAt,
                                     ResultUse use) {
  std::vector<facts::Argument> made;
  for (const clang::Expr *argument : arguments)
    if (!clang::isa<clang::CXXDefaultArgExpr>(argument)) {
      const std::optional<facts::ValueId> fixed = constant(*argument); // `0ms` is a call, too, but its value says more
      made.push_back({.value = fixed ? *fixed : value(argument)});
    }
  if (const auto *written = clang::dyn_cast<clang::CallExpr>(expr))
    addTemplateArguments(*written, made);
  facts::CallSite site{.caller = function_, .kind = kind, .use = use};
  site.callee = callee;
  site.arguments = {static_cast<uint32_t>(facts_.arguments.size()), static_cast<uint32_t>(made.size())};
  facts_.arguments.insert(facts_.arguments.end(), made.begin(), made.end());
  site.loop = loop_;
  if (use == ResultUse::Awaited)
    site.flags |= facts::CallFlag::Awaited;
  if (isMacroText(unit_.sources, nameAt))
    site.flags |= facts::CallFlag::FromMacro;
  if (use == ResultUse::Assigned && initializing_)
    site.boundTo = bindingFor(*initializing_);
  site.range = unit_.range(expr->getSourceRange());
  site.nameRange = unit_.range(clang::SourceRange(nameAt, nameAt));
  const auto id = static_cast<facts::CallId>(facts_.calls.size());
  facts_.calls.push_back(site);
  for (const facts::Argument &argument : made) {
    const facts::Value *given = &facts_.values[argument.value];
    while (given->kind == facts::ValueKind::Cast) // `pool.resume(task.handle())`, with a conversion
      given = &facts_.values[given->a];
    if (given->kind == facts::ValueKind::CallResult)
      facts_.calls[given->a].awaitedBy = id;
  }
  calls_[expr] = id;
  steps_[expr].push_back({EventKind::Call, id});
  linear_.push_back({EventKind::Call, id});
  return id;
}

} // namespace clearway::frontend::cpp
