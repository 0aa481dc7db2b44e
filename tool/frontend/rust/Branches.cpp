// Conditions, matches and loops: where temporaries of conditions and scrutinees end.
#include "frontend/rust/Body.h"

#include "frontend/rust/Types.h"

#include <utility>

namespace clearway::frontend::rust {

using facts::kNone;
using facts::ObjectId;
using facts::ValueId;
using facts::ValueKind;

std::string_view Body::labelOf(NodeId node) const { return syntax_.text(syntax_.child(node, Kind::Label)); }

// ---- scrutinees

Body::Scrutinee Body::scrutinee(NodeId pattern, NodeId node) {
  Scrutinee made;
  made.pattern = pattern;
  Result result = evaluate(node);
  use(result, facts::ResultUse::Operand);
  made.value = result.value;
  if (result.owned) {
    makeTemporary(node, result, temporaryScope());
    made.moved = {lastTemporary_};
  } else {
    made.moved = result.moved; // a variable: emptied only where a pattern binds
  }
  return made;
}

std::vector<Body::Scrutinee> Body::scrutinees(NodeId node) {
  std::vector<Scrutinee> found;
  if (syntax_.kind(node) == Kind::LetCondition) {
    found.push_back(scrutinee(syntax_.get(node, Field::Pattern), syntax_.get(node, Field::Value)));
  } else if (syntax_.kind(node) == Kind::LetChain) {
    // A pattern's names are visible in the conditions after it, so it is bound at once.
    for (const NodeId part : syntax_.children(node)) {
      if (isToken(syntax_.kind(part)))
        continue;
      if (syntax_.kind(part) != Kind::LetCondition && syntax_.kind(part) != Kind::LetChain) {
        condition(part);
        continue;
      }
      std::vector<Scrutinee> inner = scrutinees(part);
      bindAll(inner);
    }
  } else {
    condition(node);
  }
  return found;
}

void Body::bindAll(std::vector<Scrutinee> &all) {
  for (Scrutinee &one : all) {
    Binding how;
    how.scope = flow_.innermost();
    how.droppable = true;
    how.moved = one.moved;
    bind(one.pattern, one.value, how);
  }
}

namespace {

bool isEmptyVariant(std::string_view variant) { return variant == "None" || variant == "Err"; }

} // namespace

// Where a value turned out to be `None` or `Err`, it holds nothing.
void Body::dropEmpty(NodeId pattern, bool matched, const std::vector<ObjectId> &subject) {
  const Kind kind = syntax_.kind(pattern);
  const std::string_view variant = kind == Kind::TupleStructPattern ? lastName(unit_, syntax_.get(pattern, Field::Type))
                                   : kind == Kind::Identifier       ? syntax_.text(pattern)
                                                                    : std::string_view();
  const bool isEmpty = matched ? isEmptyVariant(variant) : variant == "Some" || variant == "Ok";
  if (isEmpty)
    for (const ObjectId object : subject)
      flow_.death(object);
}

// `guard.is_none()`, `!guard.is_ok()`
Body::Try Body::triedBy(NodeId test) {
  Try attempt;
  while (syntax_.kind(test) == Kind::UnaryExpression && syntax_.text(test).starts_with("!")) {
    attempt.emptyIf = !attempt.emptyIf;
    test = syntax_.inner(test);
  }
  const NodeId callee = syntax_.kind(test) == Kind::CallExpression ? syntax_.get(test, Field::Function) : kNoNode;
  if (syntax_.kind(callee) != Kind::FieldExpression)
    return {};
  const std::string_view method = syntax_.text(syntax_.get(callee, Field::Field));
  const bool full = method == "is_some" || method == "is_ok", empty = method == "is_none" || method == "is_err";
  const NodeId receiver = syntax_.get(callee, Field::Value);
  if ((full || empty) && syntax_.kind(receiver) == Kind::Identifier)
    attempt.variable = receiver;
  attempt.emptyIf ^= full;
  return attempt;
}

// The branch that begins here is the one where the variable holds nothing, if the condition `holds` says so.
void Body::refused(const Try &attempt, bool holds) {
  if (attempt.variable == kNoNode || attempt.emptyIf != holds)
    return;
  const uint32_t variable = find(Name(syntax_.text(attempt.variable)));
  if (variable != kNone)
    for (const ObjectId object : unit_.variables[variable].objects)
      flow_.emit(facts::EventKind::Refused, kNone, object);
}

// ---- if

void Body::condition(NodeId node) {
  openTemporaryScope();
  Result result = evaluate(node);
  use(result, facts::ResultUse::Operand);
  giveAway(result);
  closeTemporaryScope({});
}

Result Body::branch(NodeId node) {
  openTemporaryScope();
  Result result = evaluate(node);
  closeTemporaryScope(result);
  return result;
}

Result Body::elseBranch(NodeId node) {
  const NodeId alternative = syntax_.get(node, Field::Alternative);
  return alternative == kNoNode ? Result{} : branch(syntax_.inner(alternative));
}

Result Body::ifExpression(NodeId node) {
  const NodeId test = syntax_.get(node, Field::Condition);
  const bool binds = syntax_.kind(test) == Kind::LetCondition || syntax_.kind(test) == Kind::LetChain;
  // Edition 2024 drops a scrutinee's temporaries before the else branch; before, they live as long as the statement.
  const bool ownScope = binds && unit_.edition2024;
  const uint32_t outerLocals = locals_;
  if (ownScope)
    openTemporaryScope();
  flow_.openScope(); // names bound by a chain
  std::vector<Scrutinee> tested = scrutinees(test);
  const BlockIndex head = flow_.current(), then = flow_.newBlock(), otherwise = flow_.newBlock(), next = flow_.newBlock();
  flow_.edge(head, then);
  flow_.edge(head, otherwise);
  ++conditional_;
  flow_.setCurrent(otherwise);
  flow_.dropFrom(ownScope ? temporaryScope() : flow_.innermost());
  for (const Scrutinee &one : tested)
    dropEmpty(one.pattern, false, one.moved);
  const Try attempt = triedBy(test);
  refused(attempt, false);
  flow_.setCurrent(then);
  flow_.openScope();
  refused(attempt, true);
  bindAll(tested);
  Result result = branch(syntax_.get(node, Field::Consequence));
  flow_.closeScope(result.moved);
  flow_.closeScope(result.moved);
  if (ownScope)
    closeTemporaryScope(result);
  flow_.edge(flow_.current(), next);
  locals_ = outerLocals;
  flow_.setCurrent(otherwise);
  Result alternative = elseBranch(node);
  flow_.edge(flow_.current(), next);
  --conditional_;
  flow_.setCurrent(next);
  merge(result, alternative);
  return result;
}

void Body::merge(Result &into, const Result &other) {
  const ValueId both[] = {into.value, other.value};
  into.value = record_.join(both);
  into.call = kNone;
  into.owned |= other.owned;
  into.moved.insert(into.moved.end(), other.moved.begin(), other.moved.end());
}

// ---- match

Result Body::match(NodeId node) {
  const Scrutinee subject = scrutinee(kNoNode, syntax_.get(node, Field::Value));
  const BlockIndex head = flow_.current(), next = flow_.newBlock();
  Result result;
  bool first = true;
  ++conditional_;
  for (const NodeId arm : syntax_.children(syntax_.get(node, Field::Body))) {
    if (syntax_.kind(arm) != Kind::MatchArm)
      continue;
    const BlockIndex start = flow_.newBlock();
    flow_.edge(head, start);
    flow_.setCurrent(start);
    Result one = matchArm(arm, subject);
    flow_.edge(flow_.current(), next);
    if (first)
      result = std::move(one);
    else
      merge(result, one);
    first = false;
  }
  --conditional_;
  if (first)
    flow_.edge(head, next);
  flow_.setCurrent(next);
  result.call = kNone;
  return result;
}

Result Body::matchArm(NodeId arm, const Scrutinee &subject) {
  const uint32_t outerLocals = locals_;
  flow_.openScope();
  std::vector<Scrutinee> bound{subject};
  const NodeId pattern = syntax_.get(arm, Field::Pattern);
  bound.front().pattern = syntax_.kind(pattern) == Kind::MatchPattern ? firstPattern(pattern) : pattern;
  dropEmpty(bound.front().pattern, true, subject.moved);
  bindAll(bound);
  if (const NodeId guard = syntax_.get(pattern, Field::Condition); guard != kNoNode) {
    std::vector<Scrutinee> inner = scrutinees(guard);
    bindAll(inner);
  }
  Result result = branch(syntax_.get(arm, Field::Value));
  flow_.closeScope(result.moved);
  locals_ = outerLocals;
  return result;
}

NodeId Body::firstPattern(NodeId pattern) const {
  for (const NodeId child : syntax_.children(pattern))
    if (!isToken(syntax_.kind(child)) && syntax_.fieldOf(child) != Field::Condition)
      return child;
  return kNoNode;
}

// ---- loops

facts::LoopId Body::openLoop(NodeId node, facts::LoopKind kind, BlockIndex exit, BlockIndex next) {
  facts::Loop loop;
  loop.function = function_;
  loop.parent = loop_;
  loop.kind = kind;
  loop.range = unit_.range(node);
  unit_.facts.loops.push_back(loop);
  breakables_.push_back({labelOf(node), exit, next, flow_.depth(), {}});
  ++conditional_;
  return std::exchange(loop_, static_cast<facts::LoopId>(unit_.facts.loops.size()) - 1);
}

Result Body::closeLoop(facts::LoopId outer) {
  Result result;
  result.value = record_.join(breakables_.back().values);
  result.owned = !breakables_.back().values.empty();
  breakables_.pop_back();
  --conditional_;
  loop_ = outer;
  return result;
}

Result Body::loop(NodeId node) {
  const BlockIndex head = flow_.newBlock(), exit = flow_.newBlock();
  flow_.continueIn(head);
  const facts::LoopId outer = openLoop(node, facts::LoopKind::Infinite, exit, head);
  Result body = branch(syntax_.get(node, Field::Body));
  giveAway(body);
  flow_.edge(flow_.current(), head);
  flow_.setCurrent(exit);
  return closeLoop(outer);
}

// `while let` drops its scrutinee's temporaries at the end of each iteration, and before it leaves.
Result Body::whileLoop(NodeId node) {
  const uint32_t outerLocals = locals_;
  const BlockIndex head = flow_.newBlock(), start = flow_.newBlock(), exit = flow_.newBlock(), done = flow_.newBlock();
  flow_.continueIn(head);
  const facts::LoopId outer = openLoop(node, facts::LoopKind::While, exit, head);
  openTemporaryScope();
  flow_.openScope();
  std::vector<Scrutinee> tested = scrutinees(syntax_.get(node, Field::Condition));
  if (!tested.empty())
    unit_.facts.loops[loop_].subject = tested.front().value;
  flow_.edge(flow_.current(), start);
  flow_.edge(flow_.current(), done);
  flow_.setCurrent(done);
  flow_.dropFrom(temporaryScope());
  flow_.edge(done, exit);
  flow_.setCurrent(start);
  bindAll(tested);
  Result body = branch(syntax_.get(node, Field::Body));
  giveAway(body);
  flow_.closeScope();
  closeTemporaryScope({});
  flow_.edge(flow_.current(), head);
  locals_ = outerLocals;
  flow_.setCurrent(exit);
  return closeLoop(outer);
}

// What is iterated over, and its temporaries, live for the whole loop.
Result Body::forLoop(NodeId node) {
  const uint32_t outerLocals = locals_;
  const NodeId subjectNode = syntax_.get(node, Field::Value);
  Result subject = evaluate(subjectNode);
  use(subject, facts::ResultUse::Iterated);
  if (subject.owned || !subject.moved.empty())
    makeTemporary(subjectNode, subject, temporaryScope());
  const BlockIndex head = flow_.newBlock(), start = flow_.newBlock(), exit = flow_.newBlock();
  flow_.continueIn(head);
  const facts::LoopId outer = openLoop(node, facts::LoopKind::For, exit, head);
  unit_.facts.loops[loop_].subject = subject.value;
  const facts::CallId iteration = recordCall(subjectNode, subjectNode, subject.value, {}, false);
  unit_.facts.calls[iteration].kind = facts::CallKind::Iterate;
  unit_.facts.calls[iteration].flags |= facts::CallFlag::Implicit;
  flow_.edge(flow_.current(), start);
  flow_.edge(flow_.current(), exit);
  flow_.setCurrent(start);
  flow_.openScope();
  Binding how;
  how.scope = flow_.innermost();
  how.droppable = true;
  bind(syntax_.get(node, Field::Pattern), record_.unary(ValueKind::Element, subject.value), how);
  Result body = branch(syntax_.get(node, Field::Body));
  giveAway(body);
  flow_.closeScope();
  flow_.edge(flow_.current(), head);
  locals_ = outerLocals;
  flow_.setCurrent(exit);
  closeLoop(outer);
  return {};
}

} // namespace clearway::frontend::rust
