#include "facts/Stored.h"
#include "frontend/cpp/TryLocks.h"
#include "frontend/cpp/clang/BodyExtractor.h"
#include "frontend/cpp/clang/Types.h"

#include "clang/Analysis/CFG.h"

namespace clearway::frontend::cpp {

using facts::EventKind;

void BodyExtractor::run(const clang::FunctionDecl &decl, const clang::Stmt &body) {
  decl_ = &decl;
  if (const auto *constructor = clang::dyn_cast<clang::CXXConstructorDecl>(&decl))
    for (const clang::CXXCtorInitializer *initializer : constructor->inits())
      if (initializer->isWritten()) {
        walk(initializer->getInit(), facts::ResultUse::Stored);
        initialized(*initializer);
      }
  for (const clang::ParmVarDecl *parameter : decl.parameters())
    addObject(*parameter);
  const auto *coroutine = clang::dyn_cast<clang::CoroutineBodyStmt>(&body);
  const clang::Stmt &written = coroutine ? *coroutine->getBody() : body;
  walk(&written, facts::ResultUse::Discarded);
  layOut(decl, written);
  facts_.functions[function_].returns = file_.operands(returns_);
}

/// `: handler_(std::move(handler))`
void BodyExtractor::initialized(const clang::CXXCtorInitializer &initializer) {
  if (!initializer.isMemberInitializer() || class_ == facts::kNone)
    return;
  if (const clang::QualType type = initializer.getMember()->getType(); !maybeCallable(type) && !type->isReferenceType())
    return;
  const facts::ValueId given = value(initializer.getInit());
  const facts::ValueId self = file_.add({.kind = facts::ValueKind::Self, .a = class_});
  const facts::ValueId place = file_.add({.kind = facts::ValueKind::Attr, .name = Name(initializer.getMember()->getNameAsString()), .a = self});
  facts_.bindings.push_back({.scope = facts_.functions[function_].scope, .flags = facts::BindingFlag::Stored, .value = given,
                             .annotation = place, .range = unit_.range(initializer.getSourceRange())});
}

void BodyExtractor::layOut(const clang::FunctionDecl &decl, const clang::Stmt &body) {
  if (decl.isDependentContext() || decl.isInvalidDecl())
    return layOutLinear();
  clang::CFG::BuildOptions options;
  options.AddImplicitDtors = true;
  options.AddTemporaryDtors = true;
  options.AddInitializers = true;
  options.AddStaticInitBranches = false;
  options.PruneTriviallyFalseEdges = true;
  options.setAllAlwaysAdd();
  auto graph = clang::CFG::buildCFG(&decl, const_cast<clang::Stmt *>(&body), &unit_.ast, options);
  if (!graph)
    return layOutLinear();
  layOutGraph(*graph);
}

void BodyExtractor::layOutLinear() {
  facts::Function &function = facts_.functions[function_];
  function.blocks = {static_cast<uint32_t>(facts_.blocks.size()), 1};
  facts::Block block;
  block.events.first = static_cast<uint32_t>(facts_.events.size());
  for (const Step &step : linear_) {
    facts_.events.push_back({step.kind, step.index, step.other});
    if (step.kind == EventKind::Call)
      facts_.calls[step.index].block = function.blocks.first;
  }
  block.events.count = static_cast<uint32_t>(facts_.events.size()) - block.events.first;
  block.successors.first = static_cast<uint32_t>(facts_.successors.size());
  facts_.blocks.push_back(block);
}

void BodyExtractor::layOutGraph(const clang::CFG &graph) {
  const auto first = static_cast<uint32_t>(facts_.blocks.size());
  const uint32_t count = graph.getNumBlockIDs();
  // Block ids count down from the entry; facts want the entry first.
  const auto position = [&](const clang::CFGBlock &block) { return graph.getEntry().getBlockID() - block.getBlockID(); };
  std::vector<const clang::CFGBlock *> ordered(count, nullptr);
  for (const clang::CFGBlock *block : graph)
    if (position(*block) < count)
      ordered[position(*block)] = block;
  findTemporaries(graph);
  eventsOfBlock_.assign(count, {});
  for (const auto &[var, object] : objects_)
    if (clang::isa<clang::ParmVarDecl>(var))
      eventsOfBlock_[0].push_back({EventKind::Birth, object});
  std::sort(eventsOfBlock_[0].begin(), eventsOfBlock_[0].end(),
            [](const facts::Event &a, const facts::Event &b) { return a.index < b.index; });
  for (uint32_t i = 0; i < count; ++i)
    if (ordered[i])
      for (const clang::CFGElement &element : *ordered[i])
        addElement(element, i);
  std::vector<facts::Block> made(count);
  std::vector<facts::Block> between; // on the way of a branch where a test has shown that nothing was taken
  for (uint32_t i = 0; i < count; ++i) {
    made[i].events = addEvents(eventsOfBlock_[i], first + i);
    if (!ordered[i])
      continue;
    std::vector<uint32_t> next;
    bool holds = true; // what the condition is on the way to the first successor
    const std::optional<Refusal> refusal = refusalOf(*ordered[i]);
    for (const clang::CFGBlock::AdjacentBlock &way : ordered[i]->succs()) {
      if (const clang::CFGBlock *to = way.getReachableBlock()) {
        next.push_back(first + position(*to));
        if (refusal && refusal->succeededIf != holds) {
          const auto id = first + count + static_cast<uint32_t>(between.size());
          between.push_back({addEvents({refusal->event}, id), {static_cast<uint32_t>(facts_.successors.size()), 1}});
          facts_.successors.push_back(std::exchange(next.back(), id));
        }
      }
      holds = false;
    }
    made[i].successors = {static_cast<uint32_t>(facts_.successors.size()), static_cast<uint32_t>(next.size())};
    facts_.successors.insert(facts_.successors.end(), next.begin(), next.end());
  }
  facts_.blocks.insert(facts_.blocks.end(), made.begin(), made.end());
  facts_.blocks.insert(facts_.blocks.end(), between.begin(), between.end());
  facts_.functions[function_].blocks = {first, count + static_cast<uint32_t>(between.size())};
}

facts::Span BodyExtractor::addEvents(const std::vector<facts::Event> &events, uint32_t block) {
  const facts::Span span{static_cast<uint32_t>(facts_.events.size()), static_cast<uint32_t>(events.size())};
  for (const facts::Event &event : events) {
    facts_.events.push_back(event);
    if (event.kind == EventKind::Call)
      facts_.calls[event.index].block = block;
  }
  return span;
}

/// `mutex.try_lock()`, `!guard`, `!guard.owns_lock()`: what has not got its lock where the test fails.
std::optional<facts::Event> BodyExtractor::refusedBy(const clang::Expr &condition, bool &succeededIf) const {
  const clang::Expr *test = condition.IgnoreParenImpCasts();
  while (const auto *negated = clang::dyn_cast<clang::UnaryOperator>(test)) {
    if (negated->getOpcode() != clang::UO_LNot)
      return std::nullopt;
    succeededIf = !succeededIf;
    test = negated->getSubExpr()->IgnoreParenImpCasts();
  }
  if (const auto *named = clang::dyn_cast<clang::DeclRefExpr>(test)) // `const bool taken = mutex.try_lock();`
    if (const auto *var = clang::dyn_cast<clang::VarDecl>(named->getDecl()); var && var->isLocalVarDecl() && var->getInit())
      test = var->getInit()->IgnoreParenImpCasts();
  const auto *call = clang::dyn_cast<clang::CXXMemberCallExpr>(test);
  const clang::CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
  if (!method)
    return std::nullopt;
  const std::string_view name = method->getIdentifier() ? std::string_view(method->getName()) : std::string_view();
  if (triesLock(name))
    if (auto it = calls_.find(call); it != calls_.end())
      return facts::Event{EventKind::Refused, it->second};
  if (!clang::isa<clang::CXXConversionDecl>(method) && !tellsOwnership(name))
    return std::nullopt;
  if (const auto *named = clang::dyn_cast<clang::DeclRefExpr>(call->getImplicitObjectArgument()->IgnoreParenImpCasts()))
    if (auto it = objects_.find(clang::dyn_cast<clang::VarDecl>(named->getDecl())); it != objects_.end())
      return facts::Event{EventKind::Refused, facts::kNone, it->second};
  return std::nullopt;
}

std::optional<BodyExtractor::Refusal> BodyExtractor::refusalOf(const clang::CFGBlock &tested) const {
  const clang::Expr *condition = tested.getLastCondition();
  Refusal made;
  const auto event = condition && tested.succ_size() == 2 ? refusedBy(*condition, made.succeededIf) : std::nullopt;
  if (!event)
    return std::nullopt;
  made.event = *event;
  return made;
}

void BodyExtractor::addElement(const clang::CFGElement &element, uint32_t block) {
  if (auto statement = element.getAs<clang::CFGStmt>())
    addStatement(statement->getStmt(), block);
  else if (auto initializer = element.getAs<clang::CFGInitializer>())
    addStatement(initializer->getInitializer()->getInit(), block);
  else if (auto automatic = element.getAs<clang::CFGAutomaticObjDtor>())
    addDeath(*automatic->getVarDecl(), block);
  else if (auto temporary = element.getAs<clang::CFGTemporaryDtor>())
    addTemporaryDeath(*temporary->getBindTemporaryExpr(), block);
}

/// `auto lock = take();` binds a temporary that is no object of its own: the variable is made in its place.
void BodyExtractor::findTemporaries(const clang::CFG &graph) {
  mortal_.clear();
  for (const auto &[var, temporary] : extended_)
    mortal_.insert(temporary);
  for (const clang::CFGBlock *block : graph)
    for (const clang::CFGElement &element : *block)
      if (auto temporary = element.getAs<clang::CFGTemporaryDtor>())
        mortal_.insert(temporary->getBindTemporaryExpr());
}

void BodyExtractor::addTemporaryDeath(const clang::CXXBindTemporaryExpr &temporary, uint32_t block) {
  const auto it = temporaries_.find(&temporary);
  if (it == temporaries_.end())
    return;
  eventsOfBlock_[block].push_back({EventKind::Call, temporaryDestroys_[&temporary]});
  eventsOfBlock_[block].push_back({EventKind::Death, it->second});
}

void BodyExtractor::addStatement(const clang::Stmt *stmt, uint32_t block) {
  if (!stmt)
    return;
  if (const auto *temporary = clang::dyn_cast<clang::CXXBindTemporaryExpr>(stmt))
    if (auto it = temporaries_.find(temporary); it != temporaries_.end() && mortal_.contains(temporary))
      eventsOfBlock_[block].push_back({EventKind::Birth, it->second});
  if (const auto *declaration = clang::dyn_cast<clang::DeclStmt>(stmt)) {
    // The graph splits `A a, b;` into synthetic statements of one declaration each.
    for (const clang::Decl *decl : declaration->decls())
      if (const auto *var = clang::dyn_cast<clang::VarDecl>(decl))
        if (auto it = objects_.find(var); it != objects_.end()) {
          const auto from = madeFrom_.find(var);
          eventsOfBlock_[block].push_back(from == madeFrom_.end() ? facts::Event{EventKind::Birth, it->second}
                                                                  : facts::Event{EventKind::Move, from->second, it->second});
        }
    return;
  }
  auto it = steps_.find(stmt);
  if (it == steps_.end())
    return;
  for (const Step &step : it->second)
    eventsOfBlock_[block].push_back({step.kind, step.index, step.other});
  steps_.erase(it); // shared sub-expressions of coroutines appear twice in the graph
}

void BodyExtractor::addDeath(const clang::VarDecl &var, uint32_t block) {
  if (const auto bound = extended_.find(&var); bound != extended_.end())
    return addTemporaryDeath(*bound->second, block);
  auto it = objects_.find(&var);
  if (it == objects_.end())
    return;
  eventsOfBlock_[block].push_back({EventKind::Call, destroys_[&var]});
  eventsOfBlock_[block].push_back({EventKind::Death, it->second});
}

} // namespace clearway::frontend::cpp
