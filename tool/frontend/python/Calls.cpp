#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"

namespace clearway::python {

using namespace facts;

CallId Extractor::addCall(CallKind callKind, ValueId callee, NodeId range, NodeId name, uint16_t flags) {
  CallSite site;
  site.caller = context_.function;
  site.block = flow_.current();
  site.kind = callKind;
  site.flags = static_cast<uint16_t>(flags | context_.callFlags);
  if (context_.conditional)
    site.flags |= CallFlag::Conditional;
  if (locals_.state.noRunningLoop)
    site.flags |= CallFlag::NoRunningLoop;
  site.callee = callee;
  site.loop = context_.loop;
  site.range = tree_.range(range);
  site.nameRange = name == range ? site.range : tree_.range(name);
  facts_.calls.push_back(site);
  return static_cast<CallId>(facts_.calls.size() - 1);
}

ValueId Extractor::call(NodeId node) {
  const NodeId callee = child(node, Field::Function), list = child(node, Field::Arguments);
  if (callee == kNoNode)
    return operandsOnly(node);
  if (const ValueId special = specialCall(node, callee, list); special != kNone)
    return special;
  const ValueId called = kind(callee) == Kind::Attribute ? attribute(callee, true) : value(callee);
  use(called, ResultUse::Receiver);
  const auto mark = static_cast<CallId>(facts_.calls.size());
  const Span passed = arguments(list);
  const CallId id = addCall(CallKind::Call, called, node, nameOf(callee));
  facts_.calls[id].arguments = passed;
  adoptArguments(id, mark);
  flow_.emit(EventKind::Call, id);
  return builder_.unary(ValueKind::CallResult, id);
}

// `super()` and `cast(T, x)` are values, not calls.
ValueId Extractor::specialCall(NodeId, NodeId callee, NodeId list) {
  static const Name super = cachedName("super"), cast = cachedName("cast"), typing = cachedName("typing");
  if (list == kNoNode || kind(list) != Kind::ArgumentList)
    return kNone;
  if (kind(callee) == Kind::Identifier && tree_[callee].name == super && context_.receiver.owner != kNone)
    return builder_.unary(ValueKind::Super, context_.receiver.owner);
  const bool bare = kind(callee) == Kind::Identifier;
  const NodeId object = bare ? kNoNode : child(callee, Field::Object);
  const NodeId name = bare ? callee : child(callee, Field::Attribute);
  if (name == kNoNode || tree_[name].name != cast || (!bare && tree_[object].name != typing))
    return kNone;
  const NodeId target = tree_.firstChild(list), operand = target ? tree_.nextSibling(list, target) : kNoNode;
  if (operand == kNoNode || tree_.nextSibling(list, operand) != kNoNode ||
      kind(operand) == Kind::KeywordArgument)
    return kNone;
  const ValueId as = type(target);
  return builder_.unary(ValueKind::Cast, value(operand), as);
}

Span Extractor::arguments(NodeId list) {
  const size_t base = argumentStack_.size();
  if (list != kNoNode && kind(list) == Kind::GeneratorExpression)
    argumentStack_.push_back({.keyword = {}, .value = value(list), .spread = 0});
  else if (list != kNoNode)
    for (const NodeId item : tree_.children(list)) {
      const Argument passed = argument(item);
      argumentStack_.push_back(passed);
    }
  const Span span{static_cast<uint32_t>(facts_.arguments.size()),
                  static_cast<uint32_t>(argumentStack_.size() - base)};
  facts_.arguments.insert(facts_.arguments.end(), argumentStack_.begin() + static_cast<std::ptrdiff_t>(base),
                          argumentStack_.end());
  argumentStack_.resize(base);
  return span;
}

Argument Extractor::argument(NodeId node) {
  switch (kind(node)) {
  case Kind::KeywordArgument: {
    const NodeId name = child(node, Field::Name);
    return {.keyword = tree_[name].name, .value = value(child(node, Field::Value)), .spread = 0};
  }
  case Kind::ListSplat:
  case Kind::ListSplatPattern:
    return {.keyword = {}, .value = value(tree_.firstChild(node)), .spread = 1};
  case Kind::DictionarySplat:
  case Kind::DictionarySplatPattern:
    return {.keyword = {}, .value = value(tree_.firstChild(node)), .spread = 2};
  default:
    return {.keyword = {}, .value = value(node), .spread = 0};
  }
}

// Calls made by the argument expressions themselves, from `mark` on, belong to `outer`.
void Extractor::adoptArguments(CallId outer, CallId mark) {
  const Span span = facts_.calls[outer].arguments;
  for (uint32_t i = span.first; i < span.first + span.count; ++i)
    adopt(facts_.arguments[i].value, outer, mark);
}

void Extractor::adopt(ValueId id, CallId outer, CallId mark) {
  const Value &passed = valueAt(id);
  switch (passed.kind) {
  case ValueKind::CallResult:
    if (CallSite &site = facts_.calls[passed.a]; passed.a >= mark && site.awaitedBy == kNone) {
      site.awaitedBy = outer;
      if (site.use == ResultUse::Other)
        site.use = ResultUse::Argument;
    }
    return;
  case ValueKind::Join:
  case ValueKind::Display:
    for (const ValueId part : facts_.operandsOf(passed.operands))
      if (part < id) // parts are made first
        adopt(part, outer, mark);
    return;
  case ValueKind::Element:
    adopt(passed.a, outer, mark);
    return;
  default:
    return;
  }
}

// Says what becomes of the result of the call that `id` is, unless that has been said.
void Extractor::use(ValueId id, ResultUse how) {
  const Value &used = valueAt(id);
  if (used.kind == ValueKind::CallResult) {
    if (CallSite &site = facts_.calls[used.a]; site.use == ResultUse::Other)
      site.use = how;
  } else if (used.kind == ValueKind::Join) {
    for (const ValueId part : facts_.operandsOf(used.operands))
      if (valueAt(part).kind == ValueKind::CallResult)
        use(part, how);
  }
}

void Extractor::suspend(SuspensionKind how, ValueId operand, NodeId node) {
  if (context_.callFlags & CallFlag::Deferred)
    return; // happens when somebody asks the generator for an item
  const auto id = static_cast<SuspensionId>(facts_.suspensions.size());
  facts_.suspensions.push_back({context_.function, how, operand, context_.loop, tree_.range(node)});
  flow_.emit(EventKind::Suspend, id);
  if (how != SuspensionKind::Yield)
    facts_.functions[context_.function].flags |= FunctionFlag::HasAwait;
}

// The last name of an expression: where a caret belongs.
NodeId Extractor::nameOf(NodeId node) const {
  for (unsigned step = 0; step < 8; ++step) {
    NodeId inner = kNoNode;
    switch (kind(node)) {
    case Kind::Attribute:
      inner = child(node, Field::Attribute);
      return inner == kNoNode ? node : inner;
    case Kind::Call:
      inner = child(node, Field::Function);
      break;
    case Kind::Parenthesized:
    case Kind::Await:
      inner = tree_.firstChild(node);
      break;
    case Kind::Subscript:
      inner = child(node, Field::Value);
      break;
    default:
      return node;
    }
    if (inner == kNoNode)
      return node;
    node = inner;
  }
  return node;
}

} // namespace clearway::python
