// Where control leaves an expression: suspension, `?`, `return`, `break`, `continue`.
#include "frontend/rust/Body.h"

namespace clearway::frontend::rust {

using facts::kNone;
using facts::ValueId;
using facts::ValueKind;

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
  diverge();
  return {};
}

void Body::diverge() {
  flow_.dropFrom(0);
  flow_.startUnreachable();
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
