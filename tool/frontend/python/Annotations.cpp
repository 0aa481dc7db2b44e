#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"
#include "frontend/python/TypeText.h"

namespace clearway::python {

using namespace facts;

// An expression read as a type: names are looked up, nothing is run, except calls that stand in it
// (Annotated[T, Depends(f)]).
ValueId Extractor::type(NodeId node) {
  if (node == kNoNode)
    return 0;
  if (depth_ >= kMaxDepth)
    return tooDeep(node);
  ++depth_;
  ValueId result = 0;
  switch (const NodeId first = tree_.firstChild(node); kind(node)) {
  case Kind::Type:
  case Kind::Parenthesized:
    result = type(first);
    break;
  case Kind::Identifier:
    result = load(tree_[node].name);
    break;
  case Kind::Attribute:
    result = type(child(node, Field::Object));
    if (const NodeId name = child(node, Field::Attribute))
      result = builder_.attr(result, tree_[name].name);
    break;
  case Kind::MemberType:
    result = builder_.attr(type(first), tree_[tree_.lastChild(node)].name);
    break;
  case Kind::DottedName:
    result = dottedName(node);
    break;
  case Kind::Subscript:
    result = typeArguments(child(node, Field::Value), node, tree_[first].next);
    break;
  case Kind::GenericType: {
    const NodeId arguments = tree_.lastChild(node);
    result = typeArguments(first, arguments, tree_.firstChild(arguments));
    break;
  }
  case Kind::UnionType:
  case Kind::BinaryOperator:
    result = unionType(node);
    break;
  case Kind::ConstrainedType:
    result = type(first);
    break;
  case Kind::SplatType:
    result = type(tree_.lastChild(node));
    break;
  case Kind::String:
    result = stringType(node);
    break;
  case Kind::List:
  case Kind::Tuple: {
    std::vector<ValueId> items;
    for (const NodeId item : tree_.children(node))
      items.push_back(type(item));
    result = builder_.display(kind(node) == Kind::List ? DisplayKind::List : DisplayKind::Tuple, items);
    break;
  }
  default:
    result = value(node);
    break;
  }
  --depth_;
  return result;
}

ValueId Extractor::dottedName(NodeId node) {
  ValueId result = kNone;
  for (const NodeId part : tree_.children(node))
    result = result == kNone ? load(tree_[part].name) : builder_.attr(result, tree_[part].name);
  return result == kNone ? 0 : result;
}

// `first` is the first argument, a child of `node`.
ValueId Extractor::typeArguments(NodeId base, NodeId node, NodeId first) {
  static const Name literal = cachedName("Literal");
  const ValueId generic = type(base);
  const bool ofLiterals = valueAt(generic).name == literal; // its strings are no types
  std::vector<ValueId> arguments;
  for (NodeId part = first; part != kNoNode && part < tree_[node].next; part = tree_[part].next)
    arguments.push_back(!ofLiterals ? type(part)
                                    : value(kind(part) == Kind::Type ? tree_.firstChild(part) : part));
  return builder_.apply(generic, arguments);
}

ValueId Extractor::unionType(NodeId node) {
  std::vector<ValueId> alternatives;
  NodeId left = node;
  std::vector<NodeId> rights;
  while (kind(left) == Kind::BinaryOperator || kind(left) == Kind::UnionType) {
    rights.push_back(tree_.lastChild(left));
    left = tree_.firstChild(left);
    if (left != kNoNode && kind(left) == Kind::Type)
      left = tree_.firstChild(left);
  }
  alternatives.push_back(type(left));
  for (auto right = rights.rbegin(); right != rights.rend(); ++right)
    alternatives.push_back(type(*right));
  const ValueId joined = builder_.join(alternatives);
  return joined == kNone ? 0 : joined;
}

ValueId Extractor::stringType(NodeId node) {
  return TypeText(builder_, context_.scope).read(stringContent(tree_.text(node)));
}

} // namespace clearway::python
