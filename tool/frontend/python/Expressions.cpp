#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"

#include <algorithm>

namespace clearway::python {

using namespace facts;

ValueId Extractor::tooDeep(NodeId node) {
  if (!saidTooDeep_)
    diagnose(
        DiagnosticLevel::Warning, tree_.range(node), "too-deep",
        "nested more than 1000 levels deep; what is further inside was not analysed. Split the expression or "
        "statement up");
  saidTooDeep_ = true;
  return 0;
}

ValueId Extractor::value(NodeId node) {
  if (node == kNoNode)
    return 0;
  if (depth_ >= kMaxDepth)
    return tooDeep(node);
  ++depth_;
  const ValueId result = expression(node, kind(node));
  --depth_;
  return result;
}

ValueId Extractor::expression(NodeId node, Kind nodeKind) {
  switch (nodeKind) {
  case Kind::Identifier:
    return load(tree_[node].name);
  case Kind::Attribute:
    return attribute(node, false);
  case Kind::Call:
    return call(node);
  case Kind::String:
    return string(node);
  case Kind::ConcatenatedString:
    return concatenatedString(node);
  case Kind::Integer:
    return builder_.literal(LiteralKind::Int, cachedName(tree_.text(node).substr(0, kMaxLiteral)));
  case Kind::Float:
    return builder_.literal(LiteralKind::Float, cachedName(tree_.text(node).substr(0, kMaxLiteral)));
  case Kind::True:
  case Kind::False:
    return builder_.literal(LiteralKind::Bool, cachedName(tree_.text(node)));
  case Kind::None:
    return builder_.literal(LiteralKind::None, cachedName(tree_.text(node)));
  case Kind::Ellipsis:
    return builder_.literal(LiteralKind::Other, cachedName("..."));
  case Kind::Await:
    return await(node);
  case Kind::Subscript:
    return subscript(node);
  default:
    return compound(node, nodeKind);
  }
}

ValueId Extractor::compound(NodeId node, Kind nodeKind) {
  switch (nodeKind) {
  case Kind::Parenthesized:
    return value(tree_.firstChild(node));
  case Kind::Tuple:
  case Kind::ExpressionList:
  case Kind::PatternList:
  case Kind::TuplePattern:
    return display(node, DisplayKind::Tuple);
  case Kind::List:
  case Kind::ListPattern:
    return display(node, DisplayKind::List);
  case Kind::Set:
    return display(node, DisplayKind::Set);
  case Kind::Dictionary:
    return dictionary(node);
  case Kind::ListComprehension:
    return comprehension(node, DisplayKind::List, false);
  case Kind::SetComprehension:
    return comprehension(node, DisplayKind::Set, false);
  case Kind::DictionaryComprehension:
    return comprehension(node, DisplayKind::Dict, false);
  case Kind::GeneratorExpression:
    return comprehension(node, DisplayKind::List, true);
  case Kind::Lambda:
    return lambda(node);
  case Kind::NamedExpression:
    return walrus(node);
  case Kind::Conditional:
    return conditional(node);
  case Kind::BooleanOperator:
    return booleanOperator(node);
  case Kind::BinaryOperator:
    return binaryOperator(node);
  case Kind::Yield:
    return yield(node);
  case Kind::ListSplat:
  case Kind::ListSplatPattern:
    return builder_.unary(ValueKind::Element, value(tree_.firstChild(node)));
  case Kind::Assignment: // a = b = c
    return assignment(node);
  case Kind::AugmentedAssignment:
    return augmentedAssignment(node);
  case Kind::Type:
  case Kind::GenericType:
    return type(node);
  default:
    return operandsOnly(node);
  }
}

ValueId Extractor::operandsOnly(NodeId node) {
  for (const NodeId operand : tree_.children(node))
    use(value(operand), ResultUse::Operand);
  return 0;
}

ValueId Extractor::load(Name name) {
  for (auto known = comprehensionNames_.rbegin(); known != comprehensionNames_.rend(); ++known)
    if (known->first == name)
      return known->second;
  if (context_.local)
    if (const uint32_t local = locals_.find(name); local != kNone)
      return locals_.load(local);
  // A function inside a method sees the method's receiver.
  const Receiver &receiver = context_.receiver;
  if (receiver.owner != kNone && receiver.name == name && context_.local)
    return builder_.self(receiver.owner, receiver.classItself);
  return builder_.ref(context_.scope, name);
}

ValueId Extractor::attribute(NodeId node, bool callee) {
  const NodeId object = child(node, Field::Object), name = child(node, Field::Attribute);
  const ValueId base = value(object);
  use(base, ResultUse::Receiver);
  if (name == kNoNode)
    return 0;
  const ValueId result = builder_.attr(base, tree_[name].name);
  // Reading an attribute of a module runs nothing.
  const bool ofModule = valueAt(base).kind == ValueKind::Ref && importedModules_.contains(valueAt(base).name);
  if (!callee && !ofModule) {
    const CallId read = addCall(CallKind::Attribute, result, node, name, CallFlag::Implicit);
    flow_.emit(EventKind::Call, read);
  }
  return result;
}

ValueId Extractor::subscript(NodeId node) {
  const ValueId base = value(child(node, Field::Value));
  use(base, ResultUse::Receiver);
  ValueId indices[4];
  size_t count = 0;
  for (const NodeId index : tree_.children(node)) {
    if (tree_[index].field != static_cast<uint8_t>(Field::Subscript))
      continue;
    const ValueId found = value(index);
    use(found, ResultUse::Operand);
    if (count < std::size(indices))
      indices[count++] = found;
  }
  return builder_.apply(base, {indices, count});
}

ValueId Extractor::await(NodeId node) {
  const ValueId operand = value(tree_.firstChild(node));
  if (const Value &awaited = valueAt(operand); awaited.kind == ValueKind::CallResult) {
    CallSite &site = facts_.calls[awaited.a];
    if (site.use == ResultUse::Other) { // made by this very expression
      site.use = ResultUse::Awaited;
      site.flags |= CallFlag::Awaited;
    }
  }
  use(operand, ResultUse::Awaited); // the alternatives of `await (f() or g())`
  suspend(SuspensionKind::Await, operand, node);
  return builder_.unary(ValueKind::Await, operand);
}

ValueId Extractor::yield(NodeId node) {
  const bool from = hasToken(node, Kind::FromToken);
  NodeId operand = kNoNode;
  for (const NodeId part : tree_.children(node))
    if (kind(part) != Kind::FromToken)
      operand = part;
  const ValueId yielded = value(operand);
  if (from)
    iterate(operand, yielded, false);
  use(yielded, from ? ResultUse::Iterated : ResultUse::Returned);
  returns_.push_back(from ? builder_.unary(ValueKind::Element, yielded) : yielded);
  suspend(SuspensionKind::Yield, yielded, node);
  return 0;
}

ValueId Extractor::lambda(NodeId node) {
  const FunctionId id = newFunction(node, cachedName("<lambda>"), FunctionFlag::Lambda);
  const Span list = parameters(child(node, Field::Parameters), facts_.functions[id].scope);
  facts_.functions[id].parameters = list;
  queue(node, id, false);
  return builder_.unary(ValueKind::Closure, id);
}

ValueId Extractor::walrus(NodeId node) {
  const NodeId name = child(node, Field::Name);
  const ValueId stored = value(child(node, Field::Value));
  if (name != kNoNode)
    assign(name, stored, 0);
  return stored;
}

ValueId Extractor::display(NodeId node, DisplayKind displayKind) {
  std::vector<ValueId> items;
  for (const NodeId item : tree_.children(node)) {
    const ValueId found = value(item);
    use(found, ResultUse::Element);
    if (items.size() < kMaxItems)
      items.push_back(found);
  }
  return builder_.display(displayKind, items);
}

// The operands are keys and values by turns; `**other` is an unknown key with other's values.
ValueId Extractor::dictionary(NodeId node) {
  std::vector<ValueId> items;
  for (const NodeId item : tree_.children(node)) {
    const bool pair = kind(item) == Kind::Pair;
    const ValueId key = pair ? value(child(item, Field::Key)) : 0;
    const ValueId found = value(pair ? child(item, Field::Value) : tree_.firstChild(item));
    use(key, ResultUse::Element);
    use(found, ResultUse::Element);
    if (items.size() < kMaxItems)
      items.insert(items.end(), {key, pair ? found : builder_.unary(ValueKind::Element, found)});
  }
  return builder_.display(DisplayKind::Dict, items);
}

} // namespace clearway::python
