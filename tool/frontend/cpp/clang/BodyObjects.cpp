// Objects of one body: where they are born, what they hold, and when that goes elsewhere.
#include "frontend/cpp/Holders.h"
#include "frontend/cpp/clang/BodyExtractor.h"
#include "frontend/cpp/clang/Types.h"

#include "clang/AST/Attr.h"

namespace clearway::frontend::cpp {

using facts::EventKind;
using facts::ResultUse;

namespace {

const clang::CXXBindTemporaryExpr *boundIn(const clang::Expr *expr) {
  expr = expr ? expr->IgnoreParenImpCasts() : nullptr;
  if (const auto *cast = clang::dyn_cast_or_null<clang::CXXFunctionalCastExpr>(expr)) // `std::unique_lock<std::mutex>(m)`
    expr = cast->getSubExpr()->IgnoreParenImpCasts();
  return clang::dyn_cast_or_null<clang::CXXBindTemporaryExpr>(expr);
}

} // namespace

/// A local of a class, which ends with its scope.
const clang::VarDecl *BodyExtractor::localOf(const clang::Expr &expr) {
  const auto *reference = clang::dyn_cast<clang::DeclRefExpr>(expr.IgnoreParenImpCasts());
  const auto *var = reference ? clang::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  const bool own = var && var->isLocalVarDecl() && !var->isStaticLocal() && !var->getType()->isReferenceType();
  return own && recordOf(var->getType()) && !reference->refersToEnclosingVariableOrCapture() ? var : nullptr;
}

/// Whether the variable's name is the only way to what initializes it, and nobody said that the name is for show.
bool BodyExtractor::keeps(const clang::VarDecl &var) {
  return !clang::isa<clang::DecompositionDecl>(var) && !var.hasAttr<clang::UnusedAttr>() && !var.isStaticLocal();
}

/// `t = job();`, where t is a local: the name now stands for another object, but nobody has looked at it.
bool BodyExtractor::walkAssignment(const clang::CallExpr *call, ResultUse use) {
  const auto *assignment = clang::dyn_cast<clang::CXXOperatorCallExpr>(call);
  const auto *callee = clang::dyn_cast_or_null<clang::CXXMethodDecl>(call->getDirectCallee());
  if (!assignment || !callee || assignment->getOperator() != clang::OO_Equal)
    return false;
  const clang::VarDecl *var = localOf(*call->getArg(0));
  if (!var)
    return false;
  const clang::VarDecl *outer = initializing_;
  initializing_ = var;
  walk(call->getArg(1), keeps(*var) ? ResultUse::Assigned : ResultUse::Other);
  initializing_ = outer;
  const facts::ValueId receiver = file_.add({.kind = facts::ValueKind::Instance, .a = typeValue(file_, var->getType())});
  addCall(call, facts::CallKind::Operator, symbolFor(*callee, receiver), {call->getArg(1)}, call->getExprLoc(), use);
  if (auto it = objects_.find(var); it != objects_.end())
    replaceContents(call, it->second, call->getArg(1));
  return true;
}

void BodyExtractor::addStep(const clang::Stmt *stmt, Step step) {
  steps_[stmt].push_back(step);
  linear_.push_back(step);
}

/// The object loses what it held, a lock above all, and gets what `given` holds.
void BodyExtractor::replaceContents(const clang::Stmt *stmt, facts::ObjectId object, const clang::Expr *given) {
  addStep(stmt, {EventKind::Death, object});
  if (const auto moved = movedFrom(given); moved != facts::kNone)
    return addStep(stmt, {EventKind::Move, moved, object});
  const auto *materialized = clang::dyn_cast<clang::MaterializeTemporaryExpr>(given->IgnoreParenImpCasts());
  const clang::CXXBindTemporaryExpr *bound = boundIn(materialized ? materialized->getSubExpr() : given);
  if (auto it = temporaries_.find(bound); bound && it != temporaries_.end())
    addStep(stmt, {EventKind::Move, it->second, object});
}

/// `std::move(local)`: the local, from which whoever is given the expression takes. Its own hand-over is no event any more.
facts::ObjectId BodyExtractor::movedFrom(const clang::Expr *given) {
  const auto *move = clang::dyn_cast_or_null<clang::CallExpr>(given ? given->IgnoreParenImpCasts() : nullptr);
  const auto it = move ? steps_.find(move) : steps_.end();
  if (it == steps_.end() || it->second.size() != 1 || it->second.front().kind != EventKind::Move)
    return facts::kNone;
  const facts::ObjectId from = it->second.front().index;
  steps_.erase(it);
  std::erase_if(linear_, [&](const Step &step) { return step.kind == EventKind::Move && step.index == from && step.other == facts::kNone; });
  return from;
}

/// `auto other = std::move(lock);`: what it holds is what the first one held.
facts::ObjectId BodyExtractor::madeFrom(const clang::VarDecl &var) {
  const clang::Expr *made = var.getInit() ? var.getInit()->IgnoreParenImpCasts() : nullptr;
  const auto *construct = clang::dyn_cast_or_null<clang::CXXConstructExpr>(made);
  return construct && construct->getNumArgs() == 1 ? movedFrom(construct->getArg(0)) : facts::kNone;
}

/// `std::make_unique<T>(…)` runs T's constructor, in a header whose bodies nobody reads.
void BodyExtractor::makeHeld(const clang::CallExpr *call) {
  const clang::FunctionDecl *maker = call->getDirectCallee();
  const clang::TemplateArgumentList *given = maker ? maker->getTemplateSpecializationArgs() : nullptr;
  if (!given || !given->size() || !maker->getIdentifier() || holderMadeBy(std::string_view(maker->getName())).empty() ||
      given->get(0).getKind() != clang::TemplateArgument::Type)
    return;
  const clang::CXXRecordDecl *record = given->get(0).getAsType()->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || !unit_.isOwn(record->getLocation()))
    return;
  for (const clang::CXXConstructorDecl *constructor : record->ctors())
    if (constructor->isUserProvided() && !constructor->isCopyOrMoveConstructor() && constructor->getMinRequiredArguments() <= call->getNumArgs() &&
        call->getNumArgs() <= constructor->getNumParams()) {
      const facts::ValueId receiver = file_.add({.kind = facts::ValueKind::Instance, .a = typeValue(file_, given->get(0).getAsType())});
      const llvm::SmallVector<const clang::Expr *, 8> arguments(call->arguments());
      addCall(call, facts::CallKind::Construct, symbolFor(*constructor, receiver), arguments, call->getExprLoc(), ResultUse::Other);
    }
}

/// `guard.emplace(m)` and `guard.reset()` of a local std::optional or std::unique_ptr.
void BodyExtractor::noteRefill(const clang::CallExpr *call) {
  const auto *member = clang::dyn_cast<clang::CXXMemberCallExpr>(call);
  const clang::CXXMethodDecl *method = member ? member->getMethodDecl() : nullptr;
  const bool refills = method && method->getIdentifier() && (method->getName() == "emplace" || method->getName() == "reset");
  const clang::VarDecl *holder = refills ? localOf(*member->getImplicitObjectArgument()) : nullptr;
  const auto it = holder ? objects_.find(holder) : objects_.end();
  if (it == objects_.end() || !isHolder(qualifiedName(*method->getParent())))
    return;
  addStep(call, {EventKind::Death, it->second});
  const clang::Expr *made = method->getName() == "emplace" ? call : call->getNumArgs() ? call->getArg(0)->IgnoreParenImpCasts() : nullptr;
  if (const auto *allocated = clang::dyn_cast_or_null<clang::CXXNewExpr>(made))
    made = allocated->getConstructExpr();
  else if (made != call)
    return;
  const auto contents = static_cast<facts::ObjectId>(facts_.objects.size());
  const facts::Value &type = facts_.values[facts_.objects[it->second].type];
  const auto arguments = facts_.operandsOf(type.operands);
  facts_.objects.push_back({.function = function_, .initializer = value(made), .type = arguments.empty() ? 0 : arguments.front(),
                            .range = unit_.range(call->getSourceRange())});
  addStep(call, {EventKind::Birth, contents});
  addStep(call, {EventKind::Move, contents, it->second});
}

/// `std::swap(lock, other)`, `lock.swap(other)`: each has then what the other one held.
void BodyExtractor::noteSwap(const clang::CallExpr *call) {
  const clang::FunctionDecl *callee = call->getDirectCallee();
  if (!callee || !callee->getIdentifier() || callee->getName() != "swap")
    return;
  const auto *member = clang::dyn_cast<clang::CXXMemberCallExpr>(call);
  if (call->getNumArgs() != (member ? 1u : 2u))
    return;
  const auto first = objects_.find(localOf(*(member ? member->getImplicitObjectArgument() : call->getArg(0))));
  const auto second = objects_.find(localOf(*call->getArg(call->getNumArgs() - 1)));
  if (first == objects_.end() || second == objects_.end() || first == second)
    return;
  const auto between = static_cast<facts::ObjectId>(facts_.objects.size());
  facts_.objects.push_back({.function = function_, .range = unit_.range(call->getSourceRange())});
  addStep(call, {EventKind::Move, first->second, between});
  addStep(call, {EventKind::Move, second->second, first->second});
  addStep(call, {EventKind::Move, between, second->second});
}

/// What a local's destructor does it does to nothing once the object was moved away.
void BodyExtractor::leaveEmpty(const clang::VarDecl &var) {
  if (auto it = destroys_.find(&var); it != destroys_.end())
    facts_.calls[it->second].callee = 0;
}

facts::ObjectId BodyExtractor::addObject(const clang::VarDecl &var) {
  if (var.getType()->isReferenceType() || var.isStaticLocal())
    return facts::kNone;
  const clang::CXXRecordDecl *record = recordOf(var.getType());
  if (!record || var.getType()->isPointerType() || record->isLambda())
    return facts::kNone;
  if (record->hasDefinition() && record->hasTrivialDestructor())
    return facts::kNone;
  const auto id = static_cast<facts::ObjectId>(facts_.objects.size());
  facts::ScopedObject object{.function = function_, .name = Name({var.getName().data(), var.getName().size()})};
  if (unit_.isOwn(record->getLocation()))
    unit_.classFor(file_, *record); // its fields say whether it carries a guard
  object.type = typeValue(file_, var.getType());
  object.isParameter = clang::isa<clang::ParmVarDecl>(var);
  object.range = unit_.range(var.getSourceRange());
  if (!object.isParameter && var.getInit())
    object.initializer = value(var.getInit());
  facts_.objects.push_back(object);
  objects_[&var] = id;
  destroys_[&var] = addDestroy(id, *record, object.range);
  return id;
}

facts::ObjectId BodyExtractor::addTemporary(const clang::CXXBindTemporaryExpr &temporary) {
  const clang::CXXRecordDecl *record = recordOf(temporary.getType());
  if (!record || record->isLambda())
    return facts::kNone;
  const auto id = static_cast<facts::ObjectId>(facts_.objects.size());
  facts::ScopedObject object{.function = function_, .initializer = value(temporary.getSubExpr())};
  object.type = typeValue(file_, temporary.getType());
  object.range = unit_.range(temporary.getSourceRange());
  for (const auto &[var, bound] : extended_) // `auto &&lock = take();`
    if (bound == &temporary)
      object.name = Name({var->getName().data(), var->getName().size()});
  facts_.objects.push_back(object);
  temporaries_[&temporary] = id;
  temporaryDestroys_[&temporary] = addDestroy(id, *record, object.range);
  return id;
}

/// `const auto &lock = take();` makes the temporary live as long as the name.
void BodyExtractor::noteTemporary(const clang::MaterializeTemporaryExpr &materialized) {
  const auto *var = clang::dyn_cast_or_null<clang::VarDecl>(materialized.getExtendingDecl());
  if (const auto *bound = var && var->isLocalVarDecl() ? boundIn(materialized.getSubExpr()) : nullptr)
    extended_[var] = bound;
}

/// `futures.push_back(std::async(f))`: who takes a temporary by `&&` takes what is in it, and leaves nothing to destroy.
void BodyExtractor::handOver(const clang::Expr *argument) {
  const auto *materialized = clang::dyn_cast<clang::MaterializeTemporaryExpr>(argument->IgnoreParens());
  if (!materialized || materialized->isBoundToLvalueReference())
    return;
  if (const auto *bound = boundIn(materialized->getSubExpr()))
    if (auto it = temporaryDestroys_.find(bound); it != temporaryDestroys_.end())
      facts_.calls[it->second].callee = 0;
}

facts::CallId BodyExtractor::addDestroy(facts::ObjectId object, const clang::CXXRecordDecl &record,
                                        facts::SourceRange at) {
  facts::CallSite site{.caller = function_, .kind = facts::CallKind::Destroy, .use = ResultUse::Discarded};
  site.flags = facts::CallFlag::Implicit;
  site.loop = loop_;
  site.range = site.nameRange = at;
  const facts::ValueId receiver =
      file_.add({.kind = facts::ValueKind::Cast, .a = facts_.objects[object].initializer,
                 .b = facts_.objects[object].type});
  if (const clang::CXXDestructorDecl *destructor = record.hasDefinition() ? record.getDestructor() : nullptr)
    site.callee = symbolFor(*destructor, receiver);
  else
    site.callee = file_.add({.kind = facts::ValueKind::Symbol,
                             .name = Name(qualifiedName(record) + "::~" + record.getName().str()),
                             .a = receiver});
  facts_.calls.push_back(site);
  return static_cast<facts::CallId>(facts_.calls.size() - 1);
}

} // namespace clearway::frontend::cpp
