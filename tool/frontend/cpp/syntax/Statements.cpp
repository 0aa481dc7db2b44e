#include "frontend/cpp/TryLocks.h"
#include "frontend/cpp/syntax/Body.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace clearway::frontend::cpp::syntax {

using facts::BlockId;
using facts::EventKind;
using facts::ResultUse;

void readBody(Unit &unit, const Job &job) { Body(unit, job).run(); }

/// A coroutine type that can only yield, such as std::generator: its consumer runs it, and no loop is involved.
bool Body::isPlainGenerator(const facts::Function &function) const {
  std::string name(facts_.values[function.returnType].name.view());
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name.find("generator") != name.npos && name.find("async") == name.npos;
}

void Body::run() {
  flow_.begin();
  NodeId declarator = syntax_.get(job_.node, Part::Declarator);
  while (declarator != kNoNode && syntax_.get(declarator, Part::Parameters) == kNoNode) {
    const NodeId next = syntax_.get(declarator, Part::Declarator);
    declarator = next == kNoNode ? syntax_.child(declarator, Kind::FunctionDeclarator) : next;
  }
  addParameters(syntax_.get(declarator, Part::Parameters));
  if (const NodeId list = syntax_.child(job_.node, Kind::FieldInitializers); list != kNoNode)
    for (const NodeId initializer : syntax_.children(list))
      if (syntax_.kind(initializer) == Kind::FieldInitializer)
        memberInitializer(initializer);
  const NodeId body = syntax_.get(job_.node, Part::Body);
  if (body != kNoNode)
    statement(body);
  leave(0);
  noteMentions();
  facts::Function &function = facts_.functions[job_.function];
  function.blocks = flow_.finish();
  function.returns = unit_.build.operands(returns_);
  if (coroutine_)
    function.kind = !yields_ || suspends_ ? facts::FunctionKind::Coroutine
                    : isPlainGenerator(function) ? facts::FunctionKind::Generator
                                                 : facts::FunctionKind::AsyncGenerator;
  if (suspends_)
    function.flags |= facts::FunctionFlag::HasAwait;
}

/// `: Base(n), member_(n)`: a class has a name that is no member's, as far as can be seen here.
void Body::memberInitializer(NodeId node) {
  NodeId name = kNoNode, given = kNoNode;
  for (const NodeId child : syntax_.children(node))
    if (syntax_.kind(child) == Kind::ArgumentList || syntax_.kind(child) == Kind::InitializerList)
      given = child;
    else if (name == kNoNode)
      name = child;
  const std::vector<facts::Argument> arguments = this->arguments(given);
  if (name == kNoNode || given == kNoNode || owner_ == facts::kNone)
    return;
  const bool isMember = syntax_.kind(name) == Kind::FieldIdentifier && !isBase(unit_.nameOf(name));
  const facts::ValueId self = unit_.build.add({.kind = facts::ValueKind::Self, .a = owner_});
  const facts::ValueId callee = isMember ? unit_.build.add({.kind = facts::ValueKind::Attr, .name = Name(syntax_.text(name)), .a = self})
                                         : unit_.build.add({.kind = facts::ValueKind::Symbol, .name = Name(unit_.nameOf(name)), .a = self});
  addCall(node, name, facts::CallKind::Construct, callee, arguments, ResultUse::Stored);
  if (isMember && arguments.size() == 1) // `wakeup_(eventfd(0, EFD_NONBLOCK))`
    fieldInitialized(name, arguments.front().value);
}

bool Body::isBase(std::string_view name) const {
  for (const facts::ValueId base : facts_.operandsOf(facts_.classes[owner_].bases)) {
    const std::string_view written = facts_.values[base].name.view();
    if (written == name || (written.ends_with(name) && written.substr(0, written.size() - name.size()).ends_with("::")))
      return true;
  }
  return false;
}

void Body::die(size_t downTo) {
  for (size_t i = locals_.size(); i-- > downTo;)
    if (locals_[i].object != facts::kNone) {
      facts_.calls[locals_[i].destroy].block = flow_.current();
      flow_.emit(EventKind::Call, locals_[i].destroy);
      flow_.emit(EventKind::Death, locals_[i].object);
    }
}

void Body::leave(size_t mark) {
  die(mark);
  locals_.resize(mark);
}

void Body::statements(NodeId parent) {
  for (const NodeId child : syntax_.children(parent))
    statement(child);
}

void Body::scoped(NodeId node) {
  const size_t mark = locals_.size();
  statement(node);
  leave(mark);
}

void Body::statement(NodeId node) {
  if (node == kNoNode || depth_ > 300)
    return;
  ++depth_;
  switch (syntax_.kind(node)) {
  case Kind::Compound: {
    const size_t mark = locals_.size();
    statements(node);
    leave(mark);
    break;
  }
  case Kind::Declaration: declaration(node); break;
  case Kind::ExpressionStatement: each(node, ResultUse::Discarded); break;
  case Kind::Return: leaveFunction(node); break;
  case Kind::CoReturn:
    coroutine_ = true;
    leaveFunction(node);
    break;
  case Kind::Throw:
    each(node, ResultUse::Operand);
    die(0);
    unreachable();
    break;
  case Kind::If: branch(node); break;
  case Kind::While:
  case Kind::Do:
  case Kind::For:
  case Kind::ForRange: loop(node); break;
  case Kind::Switch: selection(node); break;
  case Kind::Try: attempt(node); break;
  case Kind::Break:
  case Kind::Continue: jump(node); break;
  case Kind::Class:
  case Kind::Struct:
  case Kind::Union:
  case Kind::Enum:
  case Kind::Using:
  case Kind::Alias:
  case Kind::NamespaceAlias: break;
  case Kind::None: // labels, branches of the preprocessor, else clauses
  case Kind::Error: statements(node); break;
  default: expression(node, ResultUse::Discarded);
  }
  --depth_;
}

void Body::leaveFunction(NodeId node) {
  const facts::ValueId value = each(node, ResultUse::Returned);
  if (value)
    returns_.push_back(value);
  for (const NodeId child : syntax_.children(node)) // a local is moved, or made where the caller wants it
    if (const Local *local = syntax_.kind(child) == Kind::Identifier ? find(syntax_.text(child)) : nullptr;
        local && local->object != facts::kNone)
      facts_.calls[local->destroy].callee = 0;
  die(0);
  unreachable();
}

void Body::condition(NodeId node) {
  if (syntax_.kind(node) != Kind::ConditionClause) {
    expression(node, ResultUse::Operand);
    return;
  }
  for (const NodeId child : syntax_.children(node))
    if (syntax_.kind(child) == Kind::Declaration)
      declaration(child);
    else if (syntax_.partOf(child) == Part::Initializer)
      statements(child);
    else if (syntax_.partOf(child) == Part::Value)
      expression(child, ResultUse::Operand);
}

NodeId Body::insideOf(NodeId parentheses) const {
  for (const NodeId child : syntax_.children(parentheses))
    if (syntax_.kind(child) != Kind::TokOpen && syntax_.kind(child) != Kind::TokClose)
      return child;
  return kNoNode;
}

/// Asked when the condition has just been evaluated.
Body::Try Body::triedBy(NodeId test) {
  Try attempt;
  if (syntax_.kind(test) == Kind::ConditionClause) {
    const bool declares = syntax_.child(test, Kind::Declaration) != kNoNode && syntax_.get(test, Part::Value) == kNoNode;
    if (declares && !locals_.empty()) // `if (std::unique_lock lock{m, std::try_to_lock})`
      attempt.guard = locals_.back().object;
    test = syntax_.get(test, Part::Value);
  }
  while (syntax_.kind(test) == Kind::Parenthesized || syntax_.kind(test) == Kind::Unary) {
    const bool unary = syntax_.kind(test) == Kind::Unary;
    if (unary && !syntax_.text(test).starts_with("!") && !syntax_.text(test).starts_with("not"))
      return {};
    attempt.succeededIf ^= unary;
    test = unary ? syntax_.get(test, Part::Argument) : insideOf(test);
  }
  NodeId named = test;
  if (syntax_.kind(test) == Kind::Call) {
    const NodeId callee = syntax_.get(test, Part::Function);
    const std::string_view method = syntax_.text(syntax_.get(callee, Part::FieldName));
    if (triesLock(method) && facts_.calls.size() && facts_.calls.back().range == unit_.range(test))
      attempt.call = static_cast<facts::CallId>(facts_.calls.size() - 1);
    named = tellsOwnership(method) ? syntax_.get(callee, Part::Argument) : kNoNode;
  }
  if (syntax_.kind(named) == Kind::Identifier)
    if (const Local *local = find(syntax_.text(named))) {
      const bool bound = !local->value && local->binding != facts::kNone;
      const facts::Value &held = facts_.values[bound ? facts_.bindings[local->binding].value : local->value];
      attempt.guard = local->object;
      if (held.kind == facts::ValueKind::CallResult && triesLock(facts_.values[facts_.calls[held.a].callee].name.view()))
        attempt.call = held.a;
    }
  return attempt;
}

/// Whether the branch on which the condition `holds`, or does not, is one without the lock.
bool Body::refuses(const Try &attempt, bool holds) const {
  return attempt.succeededIf != holds && (attempt.call != facts::kNone || attempt.guard != facts::kNone);
}

/// The branch that begins here is the one without the lock, if the condition `holds` says so.
void Body::refused(const Try &attempt, bool holds) {
  if (!refuses(attempt, holds))
    return;
  if (attempt.call != facts::kNone)
    flow_.emit(EventKind::Refused, attempt.call);
  else if (attempt.guard != facts::kNone)
    flow_.emit(EventKind::Refused, facts::kNone, attempt.guard);
}

void Body::branch(NodeId node) {
  const size_t mark = locals_.size();
  condition(syntax_.get(node, Part::Condition));
  const Try attempt = triedBy(syntax_.get(node, Part::Condition));
  const BlockId before = flow_.current();
  flow_.startNext();
  refused(attempt, true);
  scoped(syntax_.get(node, Part::Consequence));
  const BlockId thenEnd = flow_.current();
  BlockId elseEnd = before;
  if (const NodeId otherwise = syntax_.get(node, Part::Alternative); otherwise != kNoNode || refuses(attempt, false)) {
    const BlockId start = flow_.newBlock();
    flow_.edge(before, start);
    flow_.start(start);
    refused(attempt, false);
    scoped(otherwise);
    elseEnd = flow_.current();
  }
  const BlockId after = flow_.newBlock();
  flow_.edge(thenEnd, after);
  flow_.edge(elseEnd, after);
  flow_.start(after);
  leave(mark);
}

void Body::loop(NodeId node) {
  const size_t mark = locals_.size();
  const Kind kind = syntax_.kind(node);
  const bool counted = kind == Kind::For;
  if (counted) {
    if (const NodeId initializer = syntax_.get(node, Part::Initializer); initializer != kNoNode)
      statement(initializer);
  }
  const NodeId subject = syntax_.get(node, kind == Kind::ForRange ? Part::Right : Part::Condition);
  const std::string_view text = syntax_.text(subject);
  const bool endless = (counted && subject == kNoNode) || text == "(true)" || text == "(1)" || text == "true";
  const facts::ValueId iterated = kind == Kind::ForRange ? expression(subject, ResultUse::Iterated) : 0;
  const facts::LoopId outer = loop_;
  loop_ = static_cast<facts::LoopId>(facts_.loops.size());
  facts_.loops.push_back({.function = job_.function, .parent = outer,
                          .kind = endless ? facts::LoopKind::Infinite
                                  : kind == Kind::For || kind == Kind::ForRange ? facts::LoopKind::For
                                                                                : facts::LoopKind::While,
                          .subject = iterated, .range = unit_.range(node)});
  const BlockId header = flow_.startNext();
  const BlockId after = flow_.newBlock(), next = flow_.newBlock();
  const size_t inner = locals_.size();
  Try attempt;
  if ((kind == Kind::While || counted) && subject != kNoNode) {
    condition(subject);
    attempt = triedBy(subject);
  }
  const BlockId test = flow_.current();
  if (refuses(attempt, false)) { // on the way out
    flow_.startNext();
    refused(attempt, false);
  }
  if (kind != Kind::Do && !endless)
    flow_.edge(flow_.current(), after);
  const BlockId inside = flow_.newBlock();
  flow_.edge(test, inside);
  flow_.start(inside);
  refused(attempt, true);
  if (kind == Kind::ForRange)
    declareLocal(syntax_.get(node, Part::Type), syntax_.get(node, Part::Declarator), kNoNode, node, iterated);
  targets_.push_back({after, next, inner});
  scoped(syntax_.get(node, Part::Body));
  targets_.pop_back();
  flow_.edge(flow_.current(), next);
  flow_.start(next);
  if (kind == Kind::Do)
    condition(subject);
  if (const NodeId update = syntax_.get(node, Part::Update); update != kNoNode)
    expression(update, ResultUse::Discarded);
  die(inner);
  flow_.edge(flow_.current(), header);
  if (kind == Kind::Do && !endless)
    flow_.edge(flow_.current(), after);
  flow_.start(after);
  loop_ = outer;
  locals_.resize(inner);
  leave(mark);
}

void Body::selection(NodeId node) {
  const size_t mark = locals_.size();
  condition(syntax_.get(node, Part::Condition));
  const BlockId before = flow_.current();
  const BlockId after = flow_.newBlock();
  targets_.push_back({after, targets_.empty() ? facts::kNone : targets_.back().onContinue, mark});
  if (targets_.size() > 1)
    targets_.back().locals = locals_.size();
  unreachable();
  const NodeId body = syntax_.get(node, Part::Body);
  const size_t inner = locals_.size();
  for (const NodeId child : body == kNoNode ? syntax_.children(node) : syntax_.children(body)) {
    if (syntax_.kind(child) != Kind::Case)
      continue;
    const BlockId start = flow_.newBlock();
    flow_.edge(flow_.current(), start);
    flow_.edge(before, start);
    flow_.start(start);
    for (const NodeId inside : syntax_.children(child))
      if (syntax_.partOf(inside) != Part::Value)
        statement(inside);
  }
  die(inner);
  locals_.resize(inner);
  targets_.pop_back();
  flow_.edge(flow_.current(), after);
  flow_.edge(before, after);
  flow_.start(after);
  leave(mark);
}

void Body::attempt(NodeId node) {
  const BlockId before = flow_.current();
  flow_.startNext();
  scoped(syntax_.get(node, Part::Body));
  std::vector<BlockId> ends = {flow_.current()};
  for (const NodeId child : syntax_.children(node)) {
    if (syntax_.kind(child) != Kind::Catch)
      continue;
    const BlockId start = flow_.newBlock();
    flow_.edge(before, start);
    flow_.start(start);
    scoped(syntax_.get(child, Part::Body));
    ends.push_back(flow_.current());
  }
  const BlockId after = flow_.newBlock();
  for (const BlockId end : ends)
    flow_.edge(end, after);
  flow_.start(after);
}

void Body::jump(NodeId node) {
  if (targets_.empty())
    return;
  const bool isBreak = syntax_.kind(node) == Kind::Break;
  const BlockId to = isBreak ? targets_.back().onBreak : targets_.back().onContinue;
  size_t keep = targets_.back().locals;
  if (!isBreak) // past the switches between here and the loop
    for (size_t i = targets_.size(); i-- > 0 && targets_[i].onContinue == to;)
      keep = targets_[i].locals;
  if (to == facts::kNone)
    return;
  die(keep);
  flow_.edge(flow_.current(), to);
  unreachable();
}

} // namespace clearway::frontend::cpp::syntax
