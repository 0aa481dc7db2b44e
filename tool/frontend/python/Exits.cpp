#include "frontend/python/Arms.h"
#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"

namespace clearway::python {

using namespace facts;

// ---- with

void Extractor::with(NodeId node) {
  const NodeId clause = tree_.firstChild(node);
  const bool isAsync = hasToken(node, Kind::AsyncToken);
  NodeId items = kNoNode;
  for (const NodeId part : tree_.children(node))
    if (kind(part) == Kind::WithClause)
      items = part;
  if (clause == kNoNode || items == kNoNode) {
    suite(child(node, Field::Body));
    return;
  }
  withItem(node, items, tree_.firstChild(items), isAsync);
}

// One item after the other, each inside the one before it.
void Extractor::withItem(NodeId statement, NodeId items, NodeId item, bool isAsync) {
  if (item == kNoNode || depth_ >= kMaxDepth) {
    suite(child(statement, Field::Body));
    return;
  }
  const auto [operand, target] = withOperand(item);
  const ValueId entered = value(operand);
  use(entered, ResultUse::Entered);
  const auto awaited =
      static_cast<uint16_t>(isAsync ? CallFlag::Awaited | CallFlag::Implicit : CallFlag::Implicit);
  const CallId enter =
      addCall(CallKind::Enter, entered, item, operand == kNoNode ? item : nameOf(operand), awaited);
  facts_.calls[enter].use = ResultUse::Entered;
  flow_.emit(EventKind::Call, enter);
  if (isAsync)
    suspend(SuspensionKind::AsyncWith, entered, item);

  const auto object = static_cast<ObjectId>(facts_.objects.size());
  const NodeId named = target == kNoNode ? kNoNode : tree_.firstChild(target);
  facts_.objects.push_back({.function = context_.function,
                            .name = named != kNoNode ? tree_[named].name : Name(),
                            .initializer = entered,
                            .isAsync = isAsync,
                            .range = tree_.range(item)});
  // Whatever is raised from here on leaves the object; what entering it raised has not made it.
  const BlockId cleanup = flow_.newBlock();
  jumps_.enterCleanup(cleanup);
  flow_.startNext();
  flow_.emit(EventKind::Birth, object);
  if (named != kNoNode)
    assign(named, builder_.unary(ValueKind::Enter, entered, kNone, isAsync), 0);

  ++depth_;
  withItem(statement, items, tree_.nextSibling(items, item), isAsync);
  --depth_;
  if (locals_.state.reachable)
    flow_.edge(flow_.current(), cleanup);
  const uint8_t jumps = jumps_.leaveCleanup();
  flow_.start(cleanup);
  exitWith(item, entered, object, isAsync);
  if (swallowsExceptions(entered)) {
    locals_.state.reachable = true;
    locals_.makeUnclear(scan_.storesIn(tree_, statement));
  }
  if (jumps_.continueJumps(jumps) && locals_.state.reachable)
    flow_.startNext();
}

// The expression of `with expression as target`, and the target; also for `with (expression as target)`.
std::pair<NodeId, NodeId> Extractor::withOperand(NodeId item) const {
  NodeId operand = child(item, Field::Value);
  if (operand != kNoNode && kind(operand) == Kind::Parenthesized && tree_.firstChild(operand) != kNoNode &&
      kind(tree_.firstChild(operand)) == Kind::AsPattern)
    operand = tree_.firstChild(operand);
  if (operand == kNoNode || kind(operand) != Kind::AsPattern)
    return {operand, kNoNode};
  return {tree_.firstChild(operand), child(operand, Field::Alias)};
}

// Whether what follows a `with` may be reached although its body always leaves: contextlib.suppress,
// pytest.raises.
bool Extractor::swallowsExceptions(ValueId entered) const {
  const std::string_view name =
      valueAt(entered).kind == ValueKind::CallResult ? lastName(entered).view() : "";
  return name == "suppress" || name == "raises";
}

void Extractor::exitWith(NodeId item, ValueId operand, ObjectId object, bool isAsync) {
  const NodeId inner = withOperand(item).first;
  flow_.emit(EventKind::Death, object);
  const auto flags =
      static_cast<uint16_t>(isAsync ? CallFlag::Awaited | CallFlag::Implicit : CallFlag::Implicit);
  const CallId exit = addCall(CallKind::Exit, operand, item, inner == kNoNode ? item : nameOf(inner), flags);
  facts_.calls[exit].use = ResultUse::Entered;
  flow_.emit(EventKind::Call, exit);
  if (isAsync)
    suspend(SuspensionKind::AsyncWith, operand, item);
}

// ---- try

void Extractor::tryStatement(NodeId node) {
  NodeId last = kNoNode;
  for (const NodeId part : tree_.children(node))
    if (kind(part) == Kind::Finally)
      last = part;
  const Context before = context_;
  if (last == kNoNode) {
    tryBody(node);
    context_ = before;
    return;
  }
  const BlockId cleanup = flow_.newBlock();
  jumps_.enterCleanup(cleanup);
  flow_.startNext();
  tryBody(node);
  context_ = before;
  if (locals_.state.reachable)
    flow_.edge(flow_.current(), cleanup);
  const uint8_t jumps = jumps_.leaveCleanup();
  flow_.start(cleanup);
  finallyClause(last, node);
  if (jumps_.continueJumps(jumps) && locals_.state.reachable)
    flow_.startNext();
  context_ = before;
}

void Extractor::finallyClause(NodeId clause, NodeId tried) {
  FlowState normal = locals_.copy();
  locals_.state.reachable = true;
  locals_.makeUnclear(scan_.storesIn(tree_, tried));
  FlowState atEntry = locals_.copy();
  context_.callFlags |= CallFlag::InFinally;
  for (const NodeId part : tree_.children(clause))
    suite(part);
  locals_.leaveFinally(std::move(normal), atEntry);
  locals_.recycle(std::move(atEntry));
}

void Extractor::tryBody(NodeId node) {
  const NodeId body = child(node, Field::Body);
  bool hasHandlers = false;
  for (const NodeId part : tree_.children(node))
    hasHandlers |= kind(part) == Kind::Except;
  Arms arms(*this);
  FlowState before = locals_.copy();
  const BlockId dispatch = hasHandlers ? flow_.newBlock() : 0;
  if (hasHandlers)
    jumps_.enterHandlers(dispatch);
  const auto mark = static_cast<CallId>(facts_.calls.size());
  flow_.startNext();
  suite(body);
  const bool asksForLoop = asksForRunningLoop(mark);
  if (hasHandlers)
    jumps_.leaveHandlers();
  const Context outside = context_;
  for (const NodeId part : tree_.children(node))
    if (kind(part) == Kind::Else) {
      flow_.startNext(); // what is raised here is not handled here
      suite(child(part, Field::Body));
    }
  arms.end();
  bool catchesAll = false;
  for (const NodeId part : tree_.children(node))
    if (kind(part) == Kind::Except) {
      catchesAll |= exceptClause(arms, part, dispatch, before, body, asksForLoop);
      context_ = outside;
    }
  if (hasHandlers && !catchesAll)
    jumps_.jumpFrom(dispatch, Jump::Raise);
  arms.join();
  locals_.recycle(std::move(before));
}

// Returns whether it catches every exception.
bool Extractor::exceptClause(Arms &arms, NodeId clause, BlockId dispatch, const FlowState &before,
                             NodeId body, bool asksForLoop) {
  const BlockId entry = flow_.newBlock();
  flow_.edge(dispatch, entry);
  flow_.start(entry);
  locals_.state.values = before.values;
  locals_.state.reachable = before.reachable;
  locals_.state.noRunningLoop = before.noRunningLoop;
  locals_.makeUnclear(scan_.storesIn(tree_, body));
  context_.conditional = true;
  context_.callFlags |= CallFlag::InFinally;

  NodeId caught = child(clause, Field::Value), alias = child(clause, Field::Alias);
  if (caught != kNoNode && kind(caught) == Kind::AsPattern) {
    alias = child(caught, Field::Alias);
    caught = tree_.firstChild(caught);
  }
  if (alias != kNoNode && kind(alias) == Kind::AsPatternTarget)
    alias = tree_.firstChild(alias);
  const ValueId exception = type(caught);
  if (asksForLoop && catchesRuntimeError(exception))
    locals_.state.noRunningLoop = true;
  if (alias != kNoNode)
    assign(alias, makeType(exception), 0);
  for (const NodeId part : tree_.children(clause))
    if (kind(part) == Kind::Block)
      suite(part);
  arms.end();
  return caught == kNoNode || lastName(exception).view() == "BaseException";
}

bool Extractor::catchesRuntimeError(ValueId exception) const {
  const Value &caught = valueAt(exception);
  if (caught.kind == ValueKind::Display || caught.kind == ValueKind::Join) {
    for (const ValueId part : facts_.operandsOf(caught.operands))
      if (catchesRuntimeError(part))
        return true;
    return false;
  }
  return caught.name.view() == "RuntimeError";
}

} // namespace clearway::python
