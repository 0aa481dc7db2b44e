#include "frontend/python/Extractor.h"

namespace clearway::python {

using namespace facts;

LoopId Extractor::newLoop(LoopKind loopKind, NodeId node, ValueId subject) {
  facts_.loops.push_back({context_.function, context_.loop, loopKind, subject, tree_.range(node)});
  return static_cast<LoopId>(facts_.loops.size() - 1);
}

// The calls that a step of an iteration makes.
void Extractor::iterate(NodeId iterated, ValueId operand, bool isAsync) {
  const auto awaited = static_cast<uint16_t>(isAsync ? CallFlag::Awaited : 0);
  const CallId id = addCall(CallKind::Iterate, operand, iterated, nameOf(iterated),
                            static_cast<uint16_t>(CallFlag::Implicit | awaited));
  facts_.calls[id].use = ResultUse::Iterated;
  flow_.emit(EventKind::Call, id);
  if (isAsync)
    suspend(SuspensionKind::AsyncFor, operand, iterated);
}

void Extractor::loopBody(NodeId node, BlockId head, BlockId after, bool infinite) {
  if (!infinite)
    context_.conditional = true;
  suite(child(node, Field::Body));
  if (locals_.state.reachable)
    flow_.edge(flow_.current(), head);
  const bool broken = jumps_.leaveLoop();
  locals_.makeUnclear(scan_.storesIn(tree_, node));
  locals_.state.reachable = broken || !infinite;
  flow_.start(after);
}

void Extractor::forStatement(NodeId node) {
  const NodeId right = child(node, Field::Right), left = child(node, Field::Left);
  const bool isAsync = hasToken(node, Kind::AsyncToken), enteredReachable = locals_.state.reachable;
  const ValueId iterated = value(right);
  use(iterated, ResultUse::Iterated);
  const Context before = context_;
  context_.loop = newLoop(LoopKind::For, node, iterated);
  locals_.makeUnclear(scan_.storesIn(tree_, node));
  const BlockId head = flow_.startNext();
  if (right != kNoNode)
    iterate(right, iterated, isAsync);
  const BlockId exhausted = flow_.newBlock(), after = flow_.newBlock();
  flow_.edge(flow_.current(), exhausted);
  jumps_.enterLoop(head, after);
  flow_.startNext();
  const bool noRunningLoop = locals_.state.noRunningLoop;
  if (left != kNoNode)
    assign(left, builder_.unary(ValueKind::Element, iterated), 0);
  loopBody(node, head, exhausted, false);
  context_ = before;
  locals_.state.noRunningLoop = noRunningLoop;
  locals_.state.reachable = enteredReachable;
  loopElse(node);
  flow_.edge(flow_.current(), after);
  flow_.start(after);
  locals_.state.reachable = enteredReachable;
}

// `else` runs when the loop was not left by `break`.
void Extractor::loopElse(NodeId node) {
  const NodeId otherwise = child(node, Field::Alternative);
  if (otherwise == kNoNode)
    return;
  FlowState without = locals_.copy();
  suite(child(otherwise, Field::Body));
  locals_.meet(std::move(without));
}

void Extractor::whileStatement(NodeId node) {
  const NodeId test = child(node, Field::Condition);
  const bool infinite = test != kNoNode && (kind(test) == Kind::True || tree_.text(test) == "1");
  const bool noRunningLoop = locals_.state.noRunningLoop, enteredReachable = locals_.state.reachable;
  const Context before = context_;
  context_.loop = newLoop(infinite ? LoopKind::Infinite : LoopKind::While, node, 0);
  locals_.makeUnclear(scan_.storesIn(tree_, node));
  const BlockId head = flow_.startNext();
  const ValueId tested = infinite ? 0 : value(test);
  use(tested, ResultUse::Operand);
  facts_.loops[context_.loop].subject = tested;
  const BlockId exhausted = flow_.newBlock(), after = flow_.newBlock();
  if (!infinite)
    flow_.edge(flow_.current(), exhausted);
  const Try attempt = triedBy(test);
  jumps_.enterLoop(head, after);
  if (!infinite)
    narrow(test, true);
  flow_.startNext();
  refused(attempt, true);
  loopBody(node, head, exhausted, infinite);
  const bool leaves = locals_.state.reachable && enteredReachable;
  context_ = before;
  locals_.state.noRunningLoop = noRunningLoop;
  locals_.state.reachable = leaves;
  loopElse(node);
  if (!infinite)
    flow_.edge(flow_.current(), after);
  flow_.start(after);
  locals_.state.reachable = leaves;
}

} // namespace clearway::python
