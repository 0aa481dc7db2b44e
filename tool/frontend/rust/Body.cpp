#include "frontend/rust/Body.h"

#include "facts/Discarded.h"
#include "frontend/rust/Types.h"

namespace clearway::frontend::rust {

using facts::kNone;
using facts::ObjectId;
using facts::ValueId;

Body::Body(Unit &unit, const Job &job)
    : unit_(unit), syntax_(unit.syntax), record_(unit.record), job_(job), function_(job.function),
      scope_(unit.facts.functions[job.function].scope), flow_(unit.facts, job.function), locals_(job.locals) {
  for (facts::FunctionId f = function_; f != kNone && class_ == kNone; f = unit.facts.functions[f].parent)
    class_ = unit.facts.functions[f].enclosingClass;
}

void Body::walk() {
  openTemporaryScope();
  const NodeId node = job_.node;
  if (job_.captures)
    adoptCaptures(node);
  Result result;
  switch (syntax_.kind(node)) {
  case Kind::FunctionItem:
    parameters(node);
    result = block(unit_.syntax.tree.expanded(syntax_.get(node, Field::Body)));
    break;
  case Kind::ClosureExpression:
    parameters(node);
    result = evaluate(syntax_.get(node, Field::Body));
    break;
  case Kind::AsyncBlock:
  case Kind::GenBlock:
    result = block(syntax_.child(node, Kind::Block));
    break;
  default: // the body of a macro, parsed apart
    result = block(node);
    break;
  }
  finish(std::move(result));
}

void Body::walkInitializers() {
  openTemporaryScope();
  for (size_t i = 0; i < unit_.initializers.size(); ++i) { // macros may give further items
    const Initializer initializer = unit_.initializers[i];
    scope_ = initializer.scope;
    openTemporaryScope();
    Result result = evaluate(initializer.value);
    use(result, facts::ResultUse::Stored);
    unit_.facts.bindings[initializer.binding].value = result.value;
    giveAway(result);
    closeTemporaryScope({});
  }
  finish({});
}

void Body::finish(Result result) {
  use(result, facts::ResultUse::Returned);
  if (result.value)
    returned_.push_back(result.value);
  closeTemporaryScope({});
  fillCollections();
  unit_.facts.functions[function_].returns = record_.operands(returned_);
  flow_.finish();
}

// ---- parameters

void Body::parameters(NodeId item) {
  const NodeId list = syntax_.get(item, Field::Parameters);
  if (list == kNoNode)
    return;
  const bool isClosure = syntax_.kind(item) == Kind::ClosureExpression;
  uint32_t position = 0;
  for (const NodeId node : syntax_.children(list)) {
    const Kind kind = syntax_.kind(node);
    if (kind == Kind::Parameter) {
      const NodeId pattern = syntax_.get(node, Field::Pattern);
      if (syntax_.kind(pattern) == Kind::SelfWord)
        continue;
      const NodeId type = syntax_.get(node, Field::Type);
      const Kind typeKind = syntax_.kind(type);
      const bool droppable = typeKind != Kind::ReferenceType && typeKind != Kind::PrimitiveType;
      const ValueId declared = isClosure ? typeValue(unit_, scope_, type)
                                         : unit_.facts.parametersOf(unit_.facts.functions[function_])[position].annotation;
      parameter(pattern, position++, declared, droppable);
    } else if (isClosure && (!isToken(kind) || kind == Kind::TokUnderscore)) {
      parameter(node, position++, 0, false);
    }
  }
}

void Body::parameter(NodeId pattern, uint32_t position, ValueId declared, bool droppable) {
  facts::Value value;
  value.kind = facts::ValueKind::Param;
  value.a = function_;
  value.b = position;
  Binding how;
  how.declared = declared;
  how.scope = flow_.innermost();
  how.droppable = droppable;
  const auto before = unit_.facts.objects.size();
  bind(pattern, record_.add(value), how);
  for (auto object = before; object < unit_.facts.objects.size(); ++object)
    unit_.facts.objects[object].isParameter = 1;
}

// What a `move` closure takes over lives in it from its start.
void Body::adoptCaptures(NodeId node) {
  for (const uint32_t outer : captured(node, unit_.facts.functions[function_].parent)) {
    const uint32_t binding = unit_.variables[outer].binding;
    facts::Value value;
    value.kind = facts::ValueKind::Variable;
    value.a = binding;
    const Name name = unit_.facts.bindings[binding].name;
    const ValueId read = record_.add(value);
    const ObjectId object = newObject(node, name, read);
    unit_.facts.objects[object].isParameter = 1;
    flow_.birth(object);
    flow_.own(object, flow_.innermost());
    unit_.variables.push_back({binding, function_, {object}, read, flow_.innermost()});
    unit_.locals.push_back({name, static_cast<uint32_t>(unit_.variables.size()) - 1, locals_});
    locals_ = static_cast<uint32_t>(unit_.locals.size()) - 1;
  }
}

// ---- blocks and statements

Result Body::block(NodeId node) {
  if (node == kNoNode)
    return {};
  const std::string_view label = labelOf(node);
  if (label.empty())
    return statements(node);
  const BlockIndex exit = flow_.newBlock();
  breakables_.push_back({label, exit, kNone, flow_.depth(), {}});
  Result result = statements(node);
  flow_.continueIn(exit);
  std::vector<ValueId> values = std::move(breakables_.back().values);
  breakables_.pop_back();
  result.owned |= !values.empty();
  values.push_back(result.value);
  result.value = record_.join(values);
  return result;
}

Result Body::statements(NodeId node) {
  const uint32_t outerLocals = locals_, outerScope = blockScope_;
  blockScope_ = flow_.openScope();
  Result result = sequence(node);
  flow_.closeScope(result.moved);
  locals_ = outerLocals;
  blockScope_ = outerScope;
  return result;
}

Result Body::sequence(NodeId node) {
  std::vector<NodeId> attributes;
  Result result;
  const NodeId end = syntax_.tree[node].next;
  for (NodeId child = node + 1; child < end; child = syntax_.tree[child].next) {
    const Kind kind = syntax_.kind(child);
    if (kind == Kind::AttributeItem) {
      attributes.push_back(child);
      continue;
    }
    if (isToken(kind))
      continue;
    if (isLeftOut(attributes)) {
      attributes.clear();
      continue;
    }
    if (kind == Kind::LetDeclaration)
      let(child);
    else if (attributedItem(child, attributes))
      ;
    else if (kind == Kind::ExpressionStatement && syntax_.has(child, Kind::TokSemicolon))
      statement(syntax_.inner(child));
    else if (isLast(child, end))
      result = tail(kind == Kind::ExpressionStatement ? syntax_.inner(child) : child);
    else
      statement(kind == Kind::ExpressionStatement ? syntax_.inner(child) : child);
    attributes.clear();
  }
  return result;
}

/// `#[cfg(test)] hold();` in code that is no test, and what is for other worlds.
bool Body::isLeftOut(std::span<const NodeId> attributes) const {
  const bool inTest = unit_.facts.functions[function_].flags & facts::FunctionFlag::Test;
  return Items(unit_).isLeftOut(attributes) || (!inTest && Items(unit_).marksTest(attributes));
}

bool Body::isLast(NodeId child, NodeId end) const {
  for (NodeId next = syntax_.tree[child].next; next < end; next = syntax_.tree[next].next)
    if (!isToken(syntax_.kind(next)))
      return false;
  return true;
}

bool Body::attributedItem(NodeId item, std::span<const NodeId> attributes) {
  if (syntax_.kind(item) == Kind::ExpressionStatement)
    return false;
  ItemContext context;
  context.scope = scope_;
  context.enclosingFunction = function_;
  context.isTest = unit_.facts.functions[function_].flags & facts::FunctionFlag::Test;
  return Items(unit_).read(item, context, attributes);
}

// Edition 2024 ends the temporaries of a block's last expression before the block's variables; before, they belonged
// to the statement around the block.
Result Body::tail(NodeId expression) {
  if (!unit_.edition2024)
    return evaluate(expression);
  openTemporaryScope();
  Result result = evaluate(expression);
  closeTemporaryScope(result);
  return result;
}

// What a macro gives where a statement stands are statements of the block around it: what they bind lives as long.
bool Body::macroStatement(NodeId expression) {
  if (syntax_.kind(expression) != Kind::MacroInvocation)
    return false;
  const NodeId body = expanded(expression);
  if (body == kNoNode)
    return false;
  ++macroDepth_;
  openTemporaryScope();
  Result result = sequence(body);
  use(result, facts::ResultUse::Discarded);
  giveAway(result);
  closeTemporaryScope({});
  --macroDepth_;
  return true;
}

void Body::statement(NodeId expression) {
  if (macroStatement(expression))
    return;
  openTemporaryScope();
  Result result = evaluate(expression);
  use(result, facts::ResultUse::Discarded);
  giveAway(result);
  closeTemporaryScope({});
}

namespace {

bool isPlace(const Syntax &syntax, NodeId node) {
  switch (syntax.kind(node)) {
  case Kind::Identifier:
  case Kind::SelfWord:
  case Kind::ScopedIdentifier:
  case Kind::FieldExpression:
  case Kind::IndexExpression:
    return true;
  case Kind::ParenthesizedExpression:
    return isPlace(syntax, syntax.inner(node));
  default:
    return false;
  }
}

} // namespace

void Body::let(NodeId node) {
  const NodeId pattern = syntax_.get(node, Field::Pattern), value = syntax_.get(node, Field::Value);
  Binding how;
  how.scope = blockScope_;
  if (const NodeId type = syntax_.get(node, Field::Type); type != kNoNode)
    how.declared = typeValue(unit_, scope_, type);
  if (value == kNoNode)
    return bind(pattern, 0, how);
  openTemporaryScope();
  if (syntax_.kind(pattern) == Kind::TokUnderscore) {
    Result dropped;
    const uint32_t binding = unmentioned(value);
    if (isPlace(syntax_, value))
      place(value); // `let _ = g;` moves nothing
    if (binding != kNone)
      unit_.mentions.remove(binding);
    if (!isPlace(syntax_, value))
      dropped = extending(value, blockScope_);
    use(dropped, facts::ResultUse::Discarded);
    giveAway(dropped);
    return closeTemporaryScope({});
  }
  Result initial = extending(value, blockScope_);
  if (const NodeId alternative = syntax_.get(node, Field::Alternative); alternative != kNoNode) {
    letElse(alternative, initial);
    how.scope = blockScope_;
  }
  use(initial, syntax_.get(node, Field::Alternative) == kNoNode ? facts::ResultUse::Assigned : facts::ResultUse::Operand);
  how.call = initial.call;
  how.droppable = initial.owned;
  how.moved = initial.moved;
  bind(pattern, initial.value, how);
  initial.moved = how.moved;
  giveAway(initial);
  if (syntax_.get(node, Field::Alternative) == kNoNode)
    closeTemporaryScope({});
}

// The initializer's temporaries are gone before the else block runs, and before what follows.
void Body::letElse(NodeId alternative, const Result &initial) {
  closeTemporaryScope(initial);
  const BlockIndex head = flow_.current(), otherwise = flow_.newBlock(), next = flow_.newBlock();
  flow_.edge(head, otherwise);
  flow_.edge(head, next);
  flow_.setCurrent(otherwise);
  for (const ObjectId object : initial.moved)
    flow_.death(object);
  ++conditional_;
  Result diverges = block(alternative);
  giveAway(diverges);
  --conditional_;
  flow_.setCurrent(next);
}

// ---- helpers

void Body::use(const Result &result, facts::ResultUse how) {
  if (const facts::Value &value = unit_.facts.values[result.value];
      how == facts::ResultUse::Discarded && value.kind == facts::ValueKind::Closure && macroDepth_ == 0)
    unit_.facts.functions[value.a].flags |= facts::FunctionFlag::Discarded;
  if (result.call != kNone && unit_.facts.calls[result.call].use == facts::ResultUse::Other)
    unit_.facts.calls[result.call].use = how;
}

void Body::giveAway(Result &result) {
  for (const ObjectId object : result.moved)
    flow_.move(object, kNone);
  result.moved.clear();
}

ValueId Body::makeTemporary(NodeId node, Result &result, uint32_t scope) {
  const ObjectId object = newObject(node, Name(), result.value);
  if (result.moved.empty())
    flow_.birth(object);
  for (const ObjectId from : result.moved)
    flow_.move(from, object);
  result.moved.clear();
  flow_.own(object, scope);
  lastTemporary_ = object;
  return result.value;
}

uint32_t Body::openTemporaryScope() {
  temporaryScopes_.push_back(flow_.openScope());
  return temporaryScopes_.back();
}

void Body::closeTemporaryScope(const Result &result) {
  temporaryScopes_.pop_back();
  flow_.closeScope(result.moved);
}

void Body::dropFutures(size_t from) {
  for (size_t i = futures_.size(); i-- > from;)
    flow_.death(futures_[i]);
  futures_.resize(from);
}

} // namespace clearway::frontend::rust
