// Expressions other than calls, branches, closures and macros.
#include "frontend/rust/Body.h"

#include "frontend/rust/Types.h"

namespace clearway::frontend::rust {

using facts::DisplayKind;
using facts::kNone;
using facts::LiteralKind;
using facts::ObjectId;
using facts::ValueId;
using facts::ValueKind;

Result Body::evaluate(NodeId node) {
  if (node == kNoNode)
    return {};
  if (depth_ >= kMaxDepth) {
    record_.diagnose(facts::DiagnosticLevel::Warning, unit_.range(node), "too-deep",
                     "expression nested too deeply; what is inside is not analysed. Split it");
    return {};
  }
  ++depth_;
  Result result = evaluateInner(node);
  --depth_;
  return result;
}

Result Body::evaluateInner(NodeId node) {
  switch (syntax_.kind(node)) {
  case Kind::Identifier:
  case Kind::SelfWord:
  case Kind::ScopedIdentifier:
  case Kind::GenericFunction: return name(node);
  case Kind::ParenthesizedExpression: return evaluate(syntax_.inner(node));
  case Kind::CallExpression: return call(node, false);
  case Kind::MacroInvocation: return macro(node);
  case Kind::AwaitExpression: return await(node);
  case Kind::TryExpression: return tryOperator(node);
  case Kind::FieldExpression:
  case Kind::IndexExpression: {
    Result result;
    result.value = place(node);
    return result;
  }
  case Kind::UnaryExpression:
  case Kind::ReferenceExpression: {
    Result result;
    result.value = place(node);
    return result;
  }
  case Kind::BinaryExpression: return binary(node);
  case Kind::AssignmentExpression: return assignment(node);
  case Kind::CompoundAssignmentExpr: return compoundAssignment(node);
  case Kind::TypeCastExpression: {
    Result result = evaluate(syntax_.get(node, Field::Value));
    result.value = record_.unary(ValueKind::Instance, typeValue(unit_, scope_, syntax_.get(node, Field::Type)));
    result.owned = false;
    return result;
  }
  case Kind::TupleExpression: return collection(node, DisplayKind::Tuple);
  case Kind::ArrayExpression: return collection(node, DisplayKind::List);
  case Kind::StructExpression: return structure(node);
  case Kind::RangeExpression:
    for (const NodeId child : syntax_.children(node))
      if (!isToken(syntax_.kind(child)))
        place(child);
    return {};
  case Kind::Block:
  case Kind::ConstBlock:
  case Kind::UnsafeBlock:
  case Kind::TryBlock:
    return block(syntax_.kind(node) == Kind::Block ? node : syntax_.child(node, Kind::Block));
  case Kind::IfExpression: return ifExpression(node);
  case Kind::MatchExpression: return match(node);
  case Kind::WhileExpression: return whileLoop(node);
  case Kind::LoopExpression: return loop(node);
  case Kind::ForExpression: return forLoop(node);
  case Kind::ClosureExpression: return closure(node);
  case Kind::AsyncBlock: return asyncBlock(node, facts::FunctionKind::Coroutine);
  case Kind::GenBlock: return asyncBlock(node, facts::FunctionKind::Generator);
  case Kind::ReturnExpression: return returns(node);
  case Kind::BreakExpression: return breaks(node);
  case Kind::ContinueExpression: return continues(node);
  case Kind::YieldExpression: return yield(node);
  case Kind::LetCondition: { // outside an `if`: only in code that does not parse
    Result result;
    result.value = place(syntax_.get(node, Field::Value));
    return result;
  }
  case Kind::Error:
    for (const NodeId child : syntax_.children(node))
      if (!isToken(syntax_.kind(child)))
        statement(child);
    return {};
  case Kind::UnitExpression: {
    Result result;
    result.value = record_.display(DisplayKind::Tuple, {});
    return result;
  }
  default: return literal(node);
  }
}

Result Body::literal(NodeId node) {
  Result result;
  switch (syntax_.kind(node)) {
  case Kind::StringLiteral:
  case Kind::RawStringLiteral:
    result.value = record_.literal(LiteralKind::String, syntax_.text(syntax_.child(node, Kind::StringContent)));
    break;
  case Kind::BooleanLiteral: result.value = record_.literal(LiteralKind::Bool, syntax_.text(node)); break;
  case Kind::IntegerLiteral: result.value = record_.literal(LiteralKind::Int, syntax_.text(node)); break;
  case Kind::FloatLiteral: result.value = record_.literal(LiteralKind::Float, syntax_.text(node)); break;
  case Kind::CharLiteral:
  case Kind::NegativeLiteral: result.value = record_.literal(LiteralKind::Other, syntax_.text(node)); break;
  default: break;
  }
  return result;
}

Result Body::name(NodeId node) {
  Result result;
  const Kind kind = syntax_.kind(node);
  if (kind == Kind::SelfWord) {
    if (const uint32_t local = find(Name("self")); local != kNone) {
      result.value = unit_.variables[local].value;
      return result;
    }
    facts::Value self;
    self.kind = ValueKind::Self;
    self.a = class_;
    result.value = record_.add(self);
    return result;
  }
  if (kind != Kind::Identifier) {
    result.value = pathValue(unit_, scope_, node);
    return result;
  }
  const uint32_t local = find(Name(syntax_.text(node)));
  if (local == kNone) {
    result.value = record_.ref(scope_, syntax_.text(node));
    return result;
  }
  const Variable &variable = unit_.variables[local];
  result.value = variable.value;
  if (variable.function == function_)
    result.moved = variable.objects;
  return result;
}

// ---- places and temporaries

ValueId Body::place(NodeId node, std::optional<uint32_t> scope) {
  switch (syntax_.kind(node)) {
  case Kind::None:
    return 0;
  case Kind::Identifier:
  case Kind::SelfWord:
  case Kind::ScopedIdentifier:
  case Kind::GenericFunction: return name(node).value;
  case Kind::ParenthesizedExpression: return place(syntax_.inner(node), scope);
  case Kind::FieldExpression:
    return record_.attribute(nestedPlace(syntax_.get(node, Field::Value), scope),
                             syntax_.text(syntax_.get(node, Field::Field)), false);
  case Kind::IndexExpression: {
    const ValueId base = nestedPlace(syntax_.inner(node), scope);
    Result index = evaluate(syntax_.inner(node, 1));
    giveAway(index);
    return record_.unary(ValueKind::Element, base, 2);
  }
  case Kind::UnaryExpression: {
    const bool dereferences = syntax_.has(node, Kind::TokStar);
    const ValueId operand = nestedPlace(syntax_.inner(node), scope);
    return dereferences ? record_.unary(ValueKind::Deref, operand) : 0;
  }
  case Kind::ReferenceExpression:
    return record_.unary(ValueKind::Deref, nestedPlace(syntax_.get(node, Field::Value), scope), 1);
  default: {
    Result result = evaluate(node);
    use(result, facts::ResultUse::Receiver);
    if (result.owned || !result.moved.empty())
      makeTemporary(node, result, scope.value_or(temporaryScope()));
    return result.value;
  }
  }
}

ValueId Body::nestedPlace(NodeId node, std::optional<uint32_t> scope) {
  if (depth_ >= kMaxDepth)
    return 0;
  ++depth_;
  const ValueId value = place(node, scope);
  --depth_;
  return value;
}

Result Body::extending(NodeId node, uint32_t scope) {
  switch (syntax_.kind(node)) {
  case Kind::ReferenceExpression: {
    Result result;
    result.value = place(node, scope);
    return result;
  }
  case Kind::ParenthesizedExpression: return extending(syntax_.inner(node), scope);
  case Kind::TupleExpression: return collection(node, DisplayKind::Tuple, scope);
  case Kind::ArrayExpression: return collection(node, DisplayKind::List, scope);
  case Kind::StructExpression: return structure(node, scope);
  default: return evaluate(node);
  }
}

// ---- operators

Result Body::binary(NodeId node) {
  const NodeId left = syntax_.get(node, Field::Left), right = syntax_.get(node, Field::Right);
  const Kind op = syntax_.kind(syntax_.get(node, Field::Operator));
  if (op != Kind::TokAndAnd && op != Kind::TokOrOr) {
    place(left);
    place(right);
    return {};
  }
  condition(left);
  const BlockIndex head = flow_.current(), second = flow_.newBlock(), next = flow_.newBlock();
  flow_.edge(head, second);
  flow_.edge(head, next);
  flow_.setCurrent(second);
  ++conditional_;
  condition(right);
  --conditional_;
  flow_.continueIn(next);
  return {};
}

void Body::condition(NodeId node) {
  openTemporaryScope();
  Result result = evaluate(node);
  use(result, facts::ResultUse::Operand);
  giveAway(result);
  closeTemporaryScope({});
}

// The right side comes first.
Result Body::assignment(NodeId node) {
  const NodeId left = syntax_.get(node, Field::Left);
  Result value = evaluate(syntax_.get(node, Field::Right));
  if (syntax_.kind(left) == Kind::TokUnderscore || (syntax_.kind(left) == Kind::Identifier && syntax_.text(left) == "_")) {
    use(value, facts::ResultUse::Discarded);
    giveAway(value);
    return {};
  }
  assignTo(left, value);
  return {};
}

void Body::assignTo(NodeId left, Result &value) {
  const uint32_t local = syntax_.kind(left) == Kind::Identifier ? find(Name(syntax_.text(left))) : kNone;
  if (local == kNone || unit_.variables[local].function != function_) {
    use(value, facts::ResultUse::Stored);
    place(left);
    return giveAway(value);
  }
  use(value, facts::ResultUse::Assigned);
  facts::Binding &binding = unit_.facts.bindings[unit_.variables[local].binding];
  if (binding.value == 0)
    binding.value = value.value;
  if (value.call != kNone)
    unit_.facts.calls[value.call].boundTo = unit_.variables[local].binding;
  const std::vector<ObjectId> before = unit_.variables[local].objects;
  for (const ObjectId object : before)
    flow_.death(object);
  if (!value.owned && value.moved.empty())
    return;
  const ObjectId object = newObject(left, binding.name, value.value);
  if (value.moved.empty())
    flow_.birth(object);
  for (const ObjectId from : value.moved)
    flow_.move(from, object);
  value.moved.clear();
  flow_.own(object, unit_.variables[local].scope);
  unit_.variables[local].objects.push_back(object);
}

namespace {

// `text += &more` is a call of add_assign, whose receiver is evaluated first; on numbers the right side is.
bool looksOverloaded(const Syntax &syntax, NodeId right) {
  switch (syntax.kind(right)) {
  case Kind::ReferenceExpression:
  case Kind::StringLiteral:
  case Kind::RawStringLiteral:
    return true;
  case Kind::CallExpression: {
    const NodeId function = syntax.get(right, Field::Function);
    return syntax.kind(function) == Kind::FieldExpression &&
           syntax.text(syntax.get(function, Field::Field)).starts_with("as_");
  }
  default:
    return false;
  }
}

} // namespace

Result Body::compoundAssignment(NodeId node) {
  const NodeId left = syntax_.get(node, Field::Left), right = syntax_.get(node, Field::Right);
  const bool leftFirst = looksOverloaded(syntax_, right);
  if (leftFirst)
    place(left);
  Result value = evaluate(right);
  use(value, facts::ResultUse::Operand);
  giveAway(value);
  if (!leftFirst)
    place(left);
  return {};
}

// ---- aggregates

namespace {

void absorb(Result &into, Result &part) {
  into.moved.insert(into.moved.end(), part.moved.begin(), part.moved.end());
}

} // namespace

Result Body::collection(NodeId node, DisplayKind kind, std::optional<uint32_t> scope) {
  Result result;
  std::vector<ValueId> items;
  for (const NodeId child : syntax_.children(node)) {
    if (isToken(syntax_.kind(child)))
      continue;
    Result item = scope ? extending(child, *scope) : evaluate(child);
    use(item, facts::ResultUse::Element);
    absorb(result, item);
    result.owned |= item.owned;
    items.push_back(item.value);
  }
  result.value = record_.display(kind, items);
  return result;
}

Result Body::structure(NodeId node, std::optional<uint32_t> scope) {
  Result result;
  std::vector<ValueId> items;
  for (const NodeId field : syntax_.children(syntax_.get(node, Field::Body))) {
    const Kind kind = syntax_.kind(field);
    if (isToken(kind))
      continue;
    const NodeId value = kind == Kind::FieldInitializer ? syntax_.get(field, Field::Value) : syntax_.inner(field);
    if (kind == Kind::BaseFieldInitializer) {
      place(value);
      continue;
    }
    Result item = scope ? extending(value, *scope) : evaluate(value);
    use(item, facts::ResultUse::Element);
    absorb(result, item);
    items.push_back(item.value);
  }
  result.owned = true;
  result.value = record_.cast(record_.display(DisplayKind::Struct, items),
                              pathValue(unit_, scope_, syntax_.get(node, Field::Name)));
  return result;
}

// ---- suspension, leaving

Result Body::await(NodeId node) {
  const size_t futures = futures_.size();
  Result operand = awaitOperand(syntax_.inner(node));
  suspend(node, facts::SuspensionKind::Await, operand.value);
  giveAway(operand);
  dropFutures(futures);
  Result result;
  result.value = record_.unary(ValueKind::Await, operand.value);
  result.owned = true;
  return result;
}

// What an awaited call takes over stays alive in its future.
Result Body::awaitOperand(NodeId operand) {
  while (syntax_.kind(operand) == Kind::ParenthesizedExpression)
    operand = syntax_.inner(operand);
  Result result = syntax_.kind(operand) == Kind::CallExpression ? call(operand, true) : evaluate(operand);
  if (result.call != kNone) {
    facts::CallSite &site = unit_.facts.calls[result.call];
    site.use = facts::ResultUse::Awaited;
    site.flags |= facts::CallFlag::Awaited;
  }
  return result;
}

void Body::suspend(NodeId node, facts::SuspensionKind kind, ValueId operand) {
  facts::Suspension suspension;
  suspension.function = function_;
  suspension.kind = kind;
  suspension.operand = operand;
  suspension.loop = loop_;
  suspension.range = unit_.range(node);
  unit_.facts.suspensions.push_back(suspension);
  unit_.facts.functions[function_].flags |= facts::FunctionFlag::HasAwait;
  flow_.emit(facts::EventKind::Suspend, static_cast<uint32_t>(unit_.facts.suspensions.size()) - 1);
}

Result Body::tryOperator(NodeId node) {
  Result result = evaluate(syntax_.inner(node));
  use(result, facts::ResultUse::Operand);
  result.value = record_.unary(ValueKind::Element, result.value, 1);
  result.call = kNone;
  return result;
}

Result Body::yield(NodeId node) {
  Result value = evaluate(syntax_.inner(node));
  use(value, facts::ResultUse::Returned);
  if (value.value)
    returned_.push_back(value.value);
  giveAway(value);
  suspend(node, facts::SuspensionKind::Yield, value.value);
  return {};
}

Result Body::returns(NodeId node) {
  Result value = evaluate(syntax_.inner(node));
  use(value, facts::ResultUse::Returned);
  if (value.value)
    returned_.push_back(value.value);
  giveAway(value);
  flow_.dropFrom(0);
  flow_.startUnreachable();
  return {};
}

Result Body::breaks(NodeId node) {
  Result value = evaluate(syntax_.inner(node));
  giveAway(value);
  const std::string_view label = syntax_.text(syntax_.child(node, Kind::Label));
  for (auto target = breakables_.rbegin(); target != breakables_.rend(); ++target) {
    if (label.empty() ? target->next == kNone : target->label != label)
      continue;
    target->values.push_back(value.value);
    flow_.dropFrom(target->scope);
    flow_.edge(flow_.current(), target->exit);
    break;
  }
  flow_.startUnreachable();
  return {};
}

Result Body::continues(NodeId node) {
  const std::string_view label = syntax_.text(syntax_.child(node, Kind::Label));
  for (auto target = breakables_.rbegin(); target != breakables_.rend(); ++target) {
    if (target->next == kNone || (!label.empty() && target->label != label))
      continue;
    flow_.dropFrom(target->scope);
    flow_.edge(flow_.current(), target->next);
    break;
  }
  flow_.startUnreachable();
  return {};
}

} // namespace clearway::frontend::rust
