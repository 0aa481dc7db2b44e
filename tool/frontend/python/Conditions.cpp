// What the outcome of a test tells about the code behind it.
#include "frontend/python/Extractor.h"

namespace clearway::python {

using namespace facts;

void Extractor::narrow(NodeId test, bool holds) {
  constexpr unsigned kMaxSteps = 32, kMaxNesting = 32;
  if (narrowing_ > kMaxNesting)
    return;
  for (unsigned step = 0; step < kMaxSteps && test != kNoNode; ++step) {
    const NodeId first = tree_.firstChild(test);
    switch (kind(test)) {
    case Kind::Parenthesized:
      test = first;
      continue;
    case Kind::NotOperator:
      test = first;
      holds = !holds;
      continue;
    case Kind::BooleanOperator:
      // Both operands of a true `and` are true; of a false `and` at least the last word on loops is.
      if (hasToken(test, Kind::AndToken) == holds) {
        ++narrowing_;
        narrow(child(test, Field::Left), holds);
        --narrowing_;
      } else if (!mentionsRunningLoop(child(test, Field::Left))) {
        return;
      }
      test = child(test, Field::Right);
      continue;
    case Kind::Call:
      return narrowCall(test, holds);
    case Kind::Comparison:
      return narrowComparison(test, holds);
    case Kind::True:
    case Kind::False:
      locals_.state.noRunningLoop |= (kind(test) == Kind::True) != holds; // never runs
      return;
    case Kind::Attribute:
      locals_.state.noRunningLoop |= holds && isTypeChecking(test);
      return;
    case Kind::Identifier:
      locals_.state.noRunningLoop |= holds && isTypeChecking(test);
      if (!holds && holdsRunningLoop(load(tree_[test].name)))
        locals_.state.noRunningLoop = true;
      return;
    default:
      return;
    }
  }
}

namespace {

bool mayTryLock(std::string_view method) {
  return method.find("acquire") != std::string_view::npos || method.find("lock") != std::string_view::npos;
}

} // namespace

// `lock.acquire(blocking=False)`, `not lock.acquire(timeout=1)`, `not taken` behind `taken = lock.acquire(False)`:
// asked when the condition has just been evaluated.
Extractor::Try Extractor::triedBy(NodeId test) {
  Try attempt;
  while (test != kNoNode && (kind(test) == Kind::Parenthesized || kind(test) == Kind::NotOperator)) {
    attempt.succeededIf ^= kind(test) == Kind::NotOperator;
    test = tree_.firstChild(test);
  }
  if (test == kNoNode)
    return {};
  if (kind(test) == Kind::Call && !facts_.calls.empty() && facts_.calls.back().range == tree_.range(test))
    attempt.call = static_cast<CallId>(facts_.calls.size() - 1);
  if (kind(test) == Kind::Identifier && context_.local)
    if (const uint32_t local = locals_.find(tree_[test].name); local != kNone)
      if (const Value &held = valueAt(locals_.load(local)); held.kind == ValueKind::CallResult)
        attempt.call = held.a;
  if (attempt.call == kNone || !mayTryLock(valueAt(facts_.calls[attempt.call].callee).name.view()))
    return {};
  return attempt;
}

// The branch that begins here is the one that has not got the lock, if the condition `holds` says so.
void Extractor::refused(const Try &attempt, bool holds) {
  if (attempt.call != kNone && attempt.succeededIf != holds)
    flow_.emit(EventKind::Refused, attempt.call);
}

// isinstance(x, T), loop.is_running()
void Extractor::narrowCall(NodeId node, bool holds) {
  const NodeId callee = child(node, Field::Function), list = child(node, Field::Arguments);
  if (callee == kNoNode || list == kNoNode)
    return;
  if (kind(callee) == Kind::Attribute) {
    const NodeId name = child(callee, Field::Attribute);
    if (!holds && name != kNoNode && tree_[name].name.view() == "is_running")
      locals_.state.noRunningLoop = true;
    return;
  }
  if (!holds || kind(callee) != Kind::Identifier || tree_[callee].name.view() != "isinstance")
    return;
  const NodeId tested = tree_.firstChild(list), ofType = tested ? tree_.nextSibling(list, tested) : kNoNode;
  if (ofType == kNoNode || kind(tested) != Kind::Identifier || !context_.local)
    return;
  if (const uint32_t local = locals_.find(tree_[tested].name); local != kNone)
    locals_.set(local, builder_.unary(ValueKind::Cast, locals_.load(local), type(ofType), 1));
}

// loop is None
void Extractor::narrowComparison(NodeId node, bool holds) {
  const NodeId left = tree_.firstChild(node), right = tree_.lastChild(node);
  if (left == kNoNode || kind(left) != Kind::Identifier || kind(right) != Kind::None)
    return;
  const bool isNone = hasToken(node, Kind::IsToken) ? holds : hasToken(node, Kind::IsNotToken) && !holds;
  if (isNone && holdsRunningLoop(load(tree_[left].name)))
    locals_.state.noRunningLoop = true;
}

bool Extractor::mentionsRunningLoop(NodeId test) const {
  if (test == kNoNode)
    return false;
  for (NodeId node = test; node < tree_[test].next; ++node)
    if (kind(node) == Kind::Identifier && tree_[node].name.view().find("loop") != std::string_view::npos)
      return true;
  return false;
}

namespace {

bool givesRunningLoop(std::string_view function) {
  return function == "get_running_loop" || function == "_get_running_loop" || function == "current_task";
}

} // namespace

// Whether a value is the running loop where there is one, and None where there is not.
bool Extractor::holdsRunningLoop(ValueId id) const {
  const Value &held = valueAt(id);
  if (held.kind == ValueKind::CallResult)
    return givesRunningLoop(valueAt(facts_.calls[held.a].callee).name.view());
  if (held.kind != ValueKind::Join && held.kind != ValueKind::Variable)
    return false;
  if (held.kind == ValueKind::Join) {
    for (const ValueId part : facts_.operandsOf(held.operands))
      if (part < id && holdsRunningLoop(part))
        return true;
    return false;
  }
  const Binding &first = facts_.bindings[held.a];
  return first.value < id && holdsRunningLoop(first.value);
}

bool Extractor::asksForRunningLoop(CallId first) const {
  for (auto call = facts_.calls.begin() + first; call != facts_.calls.end(); ++call)
    if (const std::string_view name = valueAt(call->callee).name.view(); call->kind == CallKind::Call)
      if (givesRunningLoop(name) || name == "get_event_loop") // neither raises where a loop is running
        return true;
  return false;
}

bool Extractor::isTypeChecking(NodeId test) const {
  return tree_[nameOf(test)].name.view() == "TYPE_CHECKING";
}

// __name__ == "__main__"
bool Extractor::isMainGuard(NodeId test) const {
  if (kind(test) != Kind::Comparison || !hasToken(test, Kind::EqualToken))
    return false;
  const NodeId left = tree_.firstChild(test), right = tree_.lastChild(test);
  const bool leftIsName = tree_[left].name.view() == "__name__",
             rightIsName = tree_[right].name.view() == "__name__";
  const std::string_view other = tree_.text(leftIsName ? right : left);
  return (leftIsName || rightIsName) && other.find("__main__") != std::string_view::npos;
}

} // namespace clearway::python
