#include "frontend/python/Extractor.h"

namespace clearway::python {

using namespace facts;

// A comprehension is a loop where it stands; its names are seen in it alone. Of a generator expression only
// the first iterable is evaluated there and then.
ValueId Extractor::comprehension(NodeId node, DisplayKind displayKind, bool deferred) {
  const Context before = context_;
  const size_t names = comprehensionNames_.size();
  context_.scope = newScope(ScopeKind::Block, kNone, facts_.scopes[before.scope].qualifiedName);
  std::vector<ValueId> items;
  for (const NodeId part : tree_.children(node)) {
    if (kind(part) != Kind::ForIn)
      continue;
    flow_.current(); // the loop below has blocks of its own
    comprehensionClauses(node, part, true, deferred, items);
    break;
  }
  comprehensionNames_.resize(names);
  context_ = before;
  return builder_.display(displayKind, items);
}

void Extractor::comprehensionClauses(NodeId node, NodeId clause, bool first, bool deferred,
                                     std::vector<ValueId> &items) {
  std::vector<BlockId> heads;
  for (; clause != kNoNode; clause = tree_.nextSibling(node, clause)) {
    if (kind(clause) == Kind::ForIn) {
      comprehensionFor(clause, first, deferred);
      heads.push_back(flow_.current());
      first = false;
    } else if (kind(clause) == Kind::IfClause) {
      condition(tree_.firstChild(clause));
    }
  }
  const NodeId body = child(node, Field::Body);
  if (body != kNoNode && kind(body) == Kind::Pair) {
    items.push_back(value(child(body, Field::Key)));
    items.push_back(value(child(body, Field::Value)));
  } else {
    items.push_back(value(body));
  }
  for (const ValueId item : items)
    use(item, ResultUse::Element);
  // Each loop goes round to its own head, innermost first.
  for (auto head = heads.rbegin(); head != heads.rend(); ++head) {
    flow_.edge(flow_.current(), *head);
    flow_.startNext();
  }
}

void Extractor::comprehensionFor(NodeId clause, bool first, bool deferred) {
  const bool isAsync = hasToken(clause, Kind::AsyncToken);
  const NodeId right = child(clause, Field::Right), left = child(clause, Field::Left);
  const ValueId iterated = value(right);
  use(iterated, ResultUse::Iterated);
  if (first && deferred)
    context_.callFlags |= CallFlag::Deferred;
  context_.loop = newLoop(LoopKind::For, clause, iterated);
  context_.conditional = true;
  flow_.startNext();
  if (right != kNoNode)
    iterate(right, iterated, isAsync);
  if (left != kNoNode)
    comprehensionTarget(left, builder_.unary(ValueKind::Element, iterated));
}

void Extractor::comprehensionTarget(NodeId target, ValueId item) {
  if (kind(target) == Kind::Identifier) {
    const Name name = tree_[target].name;
    comprehensionNames_.emplace_back(name, item);
    addBinding({.scope = context_.scope, .name = name, .value = item, .range = tree_.range(target)});
    return;
  }
  uint32_t index = 0;
  for (const NodeId part : tree_.children(target)) {
    const std::string text = std::to_string(index++);
    const ValueId at[] = {builder_.literal(LiteralKind::Int, Name(text))};
    comprehensionTarget(part, builder_.apply(item, at));
  }
}

} // namespace clearway::python
