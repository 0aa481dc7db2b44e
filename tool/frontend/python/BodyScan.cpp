#include "frontend/python/BodyScan.h"

#include <algorithm>

namespace clearway::python {

void BodyScan::scan(const SyntaxTree &tree, NodeId body) {
  stores.clear();
  globals.clear();
  nonlocals.clear();
  yields = awaits = false;
  const NodeId end = tree[body].next;
  for (NodeId node = body; node < end;)
    node = visit(tree, node);
  const auto byPosition = [](const Store &a, const Store &b) { return a.at < b.at; };
  if (!std::is_sorted(stores.begin(), stores.end(), byPosition))
    std::sort(stores.begin(), stores.end(), byPosition);
}

std::span<const BodyScan::Store> BodyScan::storesIn(const SyntaxTree &tree, NodeId node) const {
  const auto before = [](const Store &store, NodeId at) { return store.at < at; };
  const auto first = std::lower_bound(stores.begin(), stores.end(), node, before);
  const auto last = std::lower_bound(first, stores.end(), tree[node].next, before);
  return {first, last};
}

// Returns the node to look at next.
NodeId BodyScan::visit(const SyntaxTree &tree, NodeId node) {
  switch (kindOf(tree, node)) {
  case Kind::Function:
  case Kind::Class:
    if (const NodeId name = childOf(tree, node, Field::Name))
      store(tree, name);
    return tree[node].next;
  case Kind::Lambda:
    return tree[node].next;
  case Kind::Assignment:
  case Kind::AugmentedAssignment:
  case Kind::For:
  case Kind::TypeAlias:
    target(tree, childOf(tree, node, Field::Left));
    break;
  case Kind::NamedExpression:
    target(tree, childOf(tree, node, Field::Name));
    break;
  case Kind::AsPatternTarget:
  case Kind::Delete:
    for (const NodeId child : tree.children(node))
      target(tree, child);
    break;
  case Kind::Except:
    if (const NodeId alias = childOf(tree, node, Field::Alias))
      target(tree, alias);
    break;
  case Kind::Import:
  case Kind::ImportFrom:
    imports(tree, node);
    return tree[node].next;
  case Kind::Global:
    declare(tree, node, globals);
    break;
  case Kind::Nonlocal:
    declare(tree, node, nonlocals);
    break;
  case Kind::CasePattern:
    pattern(tree, node);
    return tree[node].next;
  case Kind::Yield:
    yields = true;
    break;
  case Kind::Await:
    awaits = true;
    break;
  default:
    break;
  }
  return node + 1;
}

void BodyScan::target(const SyntaxTree &tree, NodeId node) {
  if (node == kNoNode)
    return;
  switch (kindOf(tree, node)) {
  case Kind::Identifier:
    store(tree, node);
    return;
  case Kind::Type:
  case Kind::Tuple:
  case Kind::List:
  case Kind::TuplePattern:
  case Kind::ListPattern:
  case Kind::PatternList:
  case Kind::ListSplat:
  case Kind::ListSplatPattern:
  case Kind::Parenthesized:
  case Kind::ExpressionList:
    // A target may be nested as deep as the source likes, so this does not recurse.
    for (NodeId at = node + 1; at < tree[node].next;) {
      const Kind kind = kindOf(tree, at);
      if (kind == Kind::Identifier)
        store(tree, at);
      at = kind == Kind::Attribute || kind == Kind::Subscript || kind == Kind::Call ? tree[at].next : at + 1;
    }
    return;
  default:
    return;
  }
}

NodeId captureName(const SyntaxTree &tree, NodeId node) {
  const NodeId first = tree.firstChild(node), last = tree.lastChild(node);
  switch (kindOf(tree, node)) {
  case Kind::DottedName:
  case Kind::SplatPattern:
    return first != kNoNode && first == last ? first : kNoNode;
  case Kind::AsPattern:
    return last != kNoNode && kindOf(tree, last) == Kind::Identifier ? last : kNoNode;
  default:
    return kNoNode;
  }
}

void BodyScan::pattern(const SyntaxTree &tree, NodeId root) {
  for (NodeId at = root; at < tree[root].next;) {
    const Kind kind = kindOf(tree, at);
    if (const NodeId name = captureName(tree, at))
      store(tree, name);
    const NodeId first = tree.firstChild(at);
    if (kind == Kind::ClassPattern && first != kNoNode)
      at = tree[first].next; // the class is read
    else
      at = kind == Kind::DottedName ? tree[at].next : at + 1;
  }
}

void BodyScan::imports(const SyntaxTree &tree, NodeId node) {
  for (const NodeId child : tree.children(node)) {
    if (tree[child].field != static_cast<uint8_t>(Field::Name))
      continue;
    const NodeId alias = childOf(tree, child, Field::Alias);
    const NodeId bound = alias != kNoNode ? alias : tree.firstChild(child);
    if (bound != kNoNode && kindOf(tree, bound) == Kind::Identifier)
      store(tree, bound);
  }
}

void BodyScan::declare(const SyntaxTree &tree, NodeId node, std::vector<Name> &into) {
  for (const NodeId child : tree.children(node))
    into.push_back(tree[child].name);
}

} // namespace clearway::python
