// Which kind of expression is read how; names, literals, places and temporaries.
#include "frontend/rust/Body.h"

#include "facts/NameCache.h"
#include "frontend/rust/Types.h"

namespace clearway::frontend::rust {

using facts::DisplayKind;
using facts::kNone;
using facts::LiteralKind;
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
  case Kind::RangeExpression: {
    for (const NodeId child : syntax_.children(node))
      if (!isToken(syntax_.kind(child)))
        place(child);
    Result result;
    result.value = record_.literal(LiteralKind::Other, "..");
    return result;
  }
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
    if (const uint32_t local = find(facts::cachedName("self")); local != kNone) {
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
  const uint32_t local = find(facts::cachedName(syntax_.text(node)));
  if (local == kNone) {
    result.value = record_.ref(scope_, syntax_.text(node));
    return result;
  }
  const Variable &variable = unit_.variables[local];
  unit_.mentions.add(variable.binding);
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

} // namespace clearway::frontend::rust
