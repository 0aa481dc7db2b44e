#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"

namespace clearway::python {

using namespace facts;

ValueId Extractor::conditional(NodeId node) {
  const NodeId then = tree_.firstChild(node);
  const NodeId test = then == kNoNode ? kNoNode : tree_.nextSibling(node, then);
  const NodeId otherwise = test == kNoNode ? kNoNode : tree_.nextSibling(node, test);
  condition(test);
  const bool before = std::exchange(context_.conditional, true);
  flow_.beginAlternatives();
  FlowState start = locals_.copy();
  narrow(test, true);
  ValueId both[2];
  both[0] = value(then);
  flow_.nextAlternative();
  std::swap(start, locals_.state);
  narrow(test, false);
  both[1] = value(otherwise);
  locals_.meet(std::move(start));
  flow_.endAlternatives(true);
  context_.conditional = before;
  const ValueId joined = builder_.join(both);
  return joined == kNone ? 0 : joined;
}

ValueId Extractor::booleanOperator(NodeId node) {
  // `a or b or c` nests to the left, as deep as it is long.
  std::vector<NodeId> chain{node};
  while (kind(child(chain.back(), Field::Left)) == Kind::BooleanOperator)
    chain.push_back(child(chain.back(), Field::Left));
  ValueId result = value(child(chain.back(), Field::Left));
  const bool before = std::exchange(context_.conditional, true);
  FlowState start = locals_.copy();
  for (auto step = chain.rbegin(); step != chain.rend(); ++step) {
    narrow(lastOperand(*step), hasToken(*step, Kind::AndToken));
    flow_.beginAlternatives();
    const ValueId both[] = {result, value(child(*step, Field::Right))};
    flow_.endAlternatives(false);
    const ValueId joined = builder_.join(both);
    result = joined == kNone ? 0 : joined;
  }
  locals_.meet(std::move(start));
  context_.conditional = before;
  return result;
}

// The operand right before the operator of `node`, whose truth is what led there; in `a and b and c`, `b` for
// the second `and`, since what `a` tells is known by then.
NodeId Extractor::lastOperand(NodeId node) const {
  const NodeId left = child(node, Field::Left);
  const bool same =
      kind(left) == Kind::BooleanOperator && hasToken(left, Kind::AndToken) == hasToken(node, Kind::AndToken);
  return same ? child(left, Field::Right) : left;
}

ValueId Extractor::binaryOperator(NodeId node) {
  std::vector<NodeId> chain{node};
  while (kind(child(chain.back(), Field::Left)) == Kind::BinaryOperator)
    chain.push_back(child(chain.back(), Field::Left));
  ValueId left = value(child(chain.back(), Field::Left));
  for (auto step = chain.rbegin(); step != chain.rend(); ++step)
    left = binaryStep(*step, left);
  return left;
}

ValueId Extractor::binaryStep(NodeId node, ValueId left) {
  const ValueId right = value(child(node, Field::Right));
  use(left, ResultUse::Operand);
  use(right, ResultUse::Operand);
  const ValueId both[] = {left, right};
  switch (kind(child(node, Field::Operator))) {
  case Kind::SlashToken:
    return pathJoin(node, left, right);
  case Kind::PipeToken: { // a union of types, more often than not
    const ValueId joined = builder_.join(both);
    return joined == kNone ? 0 : joined;
  }
  default:
    break;
  }
  // Text that is added to or formatted stays text, and lists stay lists.
  const ValueKind leftKind = valueAt(left).kind;
  if (leftKind == ValueKind::Display && valueAt(right).kind == ValueKind::Display) {
    const ValueId joined = builder_.join(both);
    return joined == kNone ? 0 : joined;
  }
  return leftKind == ValueKind::Literal ? left : 0;
}

// `/` is the one operator whose result is often called upon: it joins paths.
ValueId Extractor::pathJoin(NodeId node, ValueId left, ValueId right) {
  if (valueAt(left).kind == ValueKind::Literal || valueAt(left).kind == ValueKind::Unknown)
    return 0;
  static const Name divide = cachedName("__truediv__");
  const ValueId method = builder_.attr(left, divide);
  const auto first = static_cast<uint32_t>(facts_.arguments.size());
  facts_.arguments.push_back({.keyword = {}, .value = right, .spread = 0});
  const CallId id = addCall(CallKind::Operator, method, node, child(node, Field::Right), CallFlag::Implicit);
  facts_.calls[id].arguments = {first, 1};
  flow_.emit(EventKind::Call, id);
  return builder_.unary(ValueKind::CallResult, id);
}

bool Extractor::hasToken(NodeId node, Kind token) const {
  for (const NodeId part : tree_.children(node))
    if (kind(part) == token)
      return true;
  return false;
}

} // namespace clearway::python
