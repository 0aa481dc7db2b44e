// Calls of functions and methods, and what happens to the values handed over.
#include "frontend/rust/Body.h"

#include "facts/NameCache.h"
#include "frontend/rust/Types.h"

#include <algorithm>
#include <array>
#include <utility>

namespace clearway::frontend::rust {

using facts::kNone;
using facts::ObjectId;
using facts::ValueId;
using facts::ValueKind;

namespace {

// Methods of Option and Result, and conversions, that take their receiver by value: it moves on into the result.
bool consumesReceiver(std::string_view method) {
  static constexpr std::array kNames = {
      "unwrap", "expect", "unwrap_or", "unwrap_or_else", "unwrap_or_default", "unwrap_unchecked", "map", "map_or", "map_or_else", "map_err", "and_then",
      "or_else", "or", "ok", "err", "ok_or", "ok_or_else", "expect_err", "unwrap_err", "into_inner", "into_iter", "into",
      "flatten", "transpose", "context", "with_context", "filter", "zip", "fuse", "boxed", "downgrade"};
  return std::find(kNames.begin(), kNames.end(), method) != kNames.end();
}

// Of these, those that hand what is inside to their closure: what they return is told by its type alone.
bool unpacksReceiver(std::string_view method) { return method == "map" || method == "and_then" || method.starts_with("map_or"); }

// Methods that take what a collection holds out of it.
bool emptiesReceiver(std::string_view method) {
  return method == "clear" || method == "drain" || method == "pop" || method == "pop_front" || method == "pop_back" ||
         method == "remove" || method == "swap_remove" || method == "truncate";
}

// Methods that put their argument into the receiver.
bool storesArgument(std::string_view method) {
  return method == "push" || method == "push_back" || method == "push_front" || method == "insert" ||
         method == "replace" || method == "extend" || method == "get_or_insert";
}

// A tuple struct or variant (`Some(x)`), or a constructor by convention (`Box::new(x)`): the result holds the arguments.
bool holdsArguments(const Syntax &syntax, NodeId function, std::string_view last) {
  if (last.empty())
    return false;
  if (last[0] >= 'A' && last[0] <= 'Z')
    return true;
  return (last == "new" || last == "from" || last == "pin") && syntax.kind(function) == Kind::ScopedIdentifier;
}

// `scopeguard::guard(value, |value| …)` holds its first argument.
bool isScopeGuard(const Syntax &syntax, NodeId function, NodeId arguments) {
  const std::string_view path = syntax.text(function);
  return path == "scopeguard::guard" || (path == "guard" && syntax.kind(syntax.inner(arguments, 1)) == Kind::ClosureExpression);
}

// What it takes is never dropped.
bool keepsForever(std::string_view path) {
  return path.ends_with("ManuallyDrop::new") || path == "forget" || path.ends_with("mem::forget") || path.ends_with("Box::leak");
}

} // namespace

Result Body::call(NodeId node, bool awaited) {
  const NodeId function = syntax_.get(node, Field::Function);
  if (syntax_.kind(function) == Kind::FieldExpression)
    return methodCall(node, function, kNoNode, awaited);
  if (syntax_.kind(function) == Kind::GenericFunction) {
    const NodeId inner = syntax_.get(function, Field::Function);
    if (syntax_.kind(inner) == Kind::FieldExpression)
      return methodCall(node, inner, syntax_.get(function, Field::TypeArguments), awaited);
  }
  return pathCall(node, function, awaited);
}

// The method or function whose result a variable was bound to, or the name of the constant that it was.
std::string_view Body::initializerName(uint32_t local) const {
  facts::Value value = unit_.facts.values[unit_.facts.bindings[unit_.variables[local].binding].value];
  if (value.kind == ValueKind::Element || value.kind == ValueKind::Await)
    return "unwrap";
  if (value.kind == ValueKind::CallResult)
    value = unit_.facts.values[unit_.facts.calls[value.a].callee];
  return value.kind == ValueKind::Ref || value.kind == ValueKind::Attr ? value.name.view() : std::string_view();
}

/// Of what it holds, the variable is the guard itself, say, and no Option or Result of it.
bool Body::isUnwrapped(uint32_t local) const {
  const std::string_view name = initializerName(local);
  return name == "unwrap" || name == "expect" || name == "unwrap_or_else";
}

/// A collection that was made here: on a guard, `clear()` is a method of what the guard guards.
bool Body::isCollection(uint32_t local) const {
  const facts::Value &value = unit_.facts.values[unit_.facts.bindings[unit_.variables[local].binding].value];
  const std::string_view name = initializerName(local);
  return value.kind == ValueKind::Display || name == "new" || name == "with_capacity" || name == "collect" || name == "vec!";
}

/// Nothing but what is pushed later says what it holds.
bool Body::isEmptyCollection(uint32_t local) const {
  const facts::Value &value = unit_.facts.values[unit_.facts.bindings[unit_.variables[local].binding].value];
  const std::string_view name = initializerName(local);
  return value.kind == ValueKind::Display ? value.operands.count == 0 : name == "new" || name == "with_capacity";
}

/// `let mut v = Vec::new(); v.push(x);` is a list of what `x` is.
void Body::fillCollections() {
  for (auto pushed = pushed_.rbegin(); pushed != pushed_.rend(); ++pushed) { // the first one has the last word
    facts::Binding &binding = unit_.facts.bindings[pushed->first];
    const ValueId item[] = {pushed->second};
    const ValueId both[] = {record_.display(facts::DisplayKind::List, item), binding.value};
    if (pushed->second != 0)
      binding.value = record_.join(both);
  }
}

/// `take()` empties an Option; on a guard it is a method of what the guard guards.
bool Body::isOptional(uint32_t local) const {
  const std::string_view name = initializerName(local);
  return name == "Some" || name == "None" || name == "ok";
}

/// `slot.take()`, `guards.clear()`, `guards.pop()`: what the local held is the result's, if anybody's.
bool Body::takesOut(std::string_view method, NodeId arguments, uint32_t local) const {
  if (method == "take")
    return syntax_.inner(arguments) == kNoNode && isOptional(local);
  return emptiesReceiver(method) && isCollection(local);
}

Result Body::methodCall(NodeId node, NodeId field, NodeId typeArgumentList, bool awaited) {
  const NodeId receiverNode = syntax_.get(field, Field::Value), nameNode = syntax_.get(field, Field::Field);
  const std::string_view method = syntax_.text(nameNode);
  const NodeId argumentList = syntax_.get(node, Field::Arguments);
  const uint32_t local =
      syntax_.kind(receiverNode) == Kind::Identifier ? find(facts::cachedName(syntax_.text(receiverNode))) : kNone;
  Result result;
  Result receiver;
  if (consumesReceiver(method)) {
    receiver = evaluate(receiverNode);
    use(receiver, facts::ResultUse::Receiver);
    if (local != kNone && isUnwrapped(local)) // `guard.unwrap_or(0)` copies out of what the guard guards
      receiver.moved.clear();
    if (unpacksReceiver(method))
      giveAway(receiver);
    result.moved = receiver.moved;
  } else {
    if (depth_ < kMaxDepth)
      receiver.value = nestedPlace(receiverNode, {});
    if (local != kNone && unit_.variables[local].function == function_ && takesOut(method, argumentList, local))
      result.moved = unit_.variables[local].objects;
  }
  ValueId callee = record_.attribute(receiver.value, method, false);
  if (typeArgumentList != kNoNode)
    callee = record_.apply(callee, typeArguments(unit_, scope_, typeArgumentList));
  const bool stores = storesArgument(method) && local != kNone && !unit_.variables[local].objects.empty() &&
                      unit_.variables[local].function == function_;
  Arguments handed = arguments(argumentList, awaited, stores);
  if (method.starts_with("push") && handed.list.size() == 1 && local != kNone && isEmptyCollection(local))
    pushed_.emplace_back(unit_.variables[local].binding, handed.list.front().value);
  for (const ObjectId object : handed.moved)
    flow_.move(object, stores ? unit_.variables[local].objects.back() : kNone);
  result.call = recordCall(node, nameNode, callee, handed, awaited);
  result.value = callResult(result.call);
  result.owned = true;
  return result;
}

// `mem::take(&mut slot)` and `mem::replace(&mut slot, new)` empty a local; `drop(holder.guard)` takes out a part, and nothing
// else of the holder is of interest after that.
void Body::takeOut(std::string_view function, NodeId first, Arguments &handed, Result &result) {
  const bool drops = function == "drop" && syntax_.kind(first) == Kind::FieldExpression;
  const bool takes = (function == "take" || function == "replace") && syntax_.kind(first) == Kind::ReferenceExpression;
  if (!drops && !takes)
    return;
  const NodeId name = syntax_.get(first, Field::Value);
  const uint32_t local = syntax_.kind(name) == Kind::Identifier ? find(facts::cachedName(syntax_.text(name))) : kNone;
  if (local == kNone || unit_.variables[local].function != function_ || unit_.variables[local].objects.empty())
    return;
  const std::vector<ObjectId> &objects = unit_.variables[local].objects;
  if (drops) {
    handed.moved.insert(handed.moved.end(), objects.begin(), objects.end());
    return;
  }
  Result taken;
  taken.moved = objects;
  makeTemporary(first, taken, temporaryScope());
  result.moved = {lastTemporary_};
  for (const ObjectId object : handed.moved)
    flow_.move(object, objects.front());
  handed.moved.clear();
}

// The binding of a local that nothing has named so far.
uint32_t Body::unmentioned(NodeId name) const {
  const uint32_t local = syntax_.kind(name) == Kind::Identifier ? find(Name(syntax_.text(name))) : kNone;
  const uint32_t binding = local == kNone ? kNone : unit_.variables[local].binding;
  return binding == kNone || unit_.mentions.contains(binding) ? kNone : binding;
}

Result Body::pathCall(NodeId node, NodeId function, bool awaited) {
  const std::string_view last = lastName(unit_, function);
  Result result;
  ValueId callee = 0;
  NodeId nameNode = function;
  if (const Kind kind = syntax_.kind(function); kind == Kind::Identifier || kind == Kind::ScopedIdentifier ||
                                                kind == Kind::GenericFunction || kind == Kind::SelfWord) {
    callee = name(function).value;
    if (const NodeId lastNode = syntax_.get(function, Field::Name); lastNode != kNoNode)
      nameNode = lastNode;
  } else {
    callee = record_.unary(ValueKind::Deref, place(function)); // `(self.callback)(x)`, `make()(x)`
  }
  const NodeId argumentList = syntax_.get(node, Field::Arguments);
  const uint32_t dropped = last == "drop" ? unmentioned(syntax_.inner(argumentList)) : kNone;
  const bool keeps = keepsForever(syntax_.text(function));
  Arguments handed = arguments(argumentList, awaited, keeps);
  if (dropped != kNone)
    unit_.mentions.remove(dropped);
  takeOut(last, syntax_.inner(argumentList), handed, result);
  if (keeps) {
    for (const ObjectId object : std::exchange(handed.moved, {}))
      flow_.disown(object);
  } else if (holdsArguments(syntax_, function, last) || isScopeGuard(syntax_, function, argumentList))
    result.moved = std::move(handed.moved);
  for (const ObjectId object : handed.moved)
    flow_.move(object, kNone);
  result.call = recordCall(node, nameNode, callee, handed, awaited);
  result.value = callResult(result.call);
  result.owned = true;
  if ((last == "exit" || last == "abort") && lastName(unit_, syntax_.get(function, Field::Path)) == "process")
    diverge();
  return result;
}

// `stored`: fresh values become objects, because something keeps them.
Body::Arguments Body::arguments(NodeId list, bool awaited, bool stored) {
  Arguments handed;
  if (list == kNoNode)
    return handed;
  for (const NodeId node : syntax_.children(list)) {
    if (isToken(syntax_.kind(node)))
      continue;
    Result argument = evaluate(node);
    facts::Argument recorded;
    recorded.value = argument.value;
    handed.list.push_back(recorded);
    if (argument.call != kNone) {
      use(argument, facts::ResultUse::Argument);
      handed.calls.push_back(argument.call);
    }
    if (awaited && (argument.owned || !argument.moved.empty())) { // lives in the future until that is done
      makeTemporary(node, argument, temporaryScope());
      flow_.disown(lastTemporary_);
      futures_.push_back(lastTemporary_);
    } else if (stored && argument.owned && argument.moved.empty()) {
      makeTemporary(node, argument, temporaryScope());
      argument.moved.push_back(lastTemporary_);
    }
    handed.moved.insert(handed.moved.end(), argument.moved.begin(), argument.moved.end());
  }
  return handed;
}

facts::CallId Body::recordCall(NodeId node, NodeId nameNode, ValueId callee, const Arguments &handed, bool awaited) {
  facts::CallSite site;
  site.caller = function_;
  site.block = flow_.current();
  site.callee = callee;
  site.loop = loop_;
  site.range = unit_.range(node);
  site.nameRange = unit_.range(nameNode);
  if (awaited)
    site.flags |= facts::CallFlag::Awaited;
  if (macroDepth_ > 0)
    site.flags |= facts::CallFlag::FromMacro;
  if (conditional_ > 0)
    site.flags |= facts::CallFlag::Conditional;
  site.arguments = {static_cast<uint32_t>(unit_.facts.arguments.size()), static_cast<uint32_t>(handed.list.size())};
  unit_.facts.arguments.insert(unit_.facts.arguments.end(), handed.list.begin(), handed.list.end());
  const auto id = static_cast<facts::CallId>(unit_.facts.calls.size());
  unit_.facts.calls.push_back(site);
  for (const facts::CallId argument : handed.calls)
    unit_.facts.calls[argument].awaitedBy = id;
  flow_.emit(facts::EventKind::Call, id);
  return id;
}

ValueId Body::callResult(facts::CallId call) {
  facts::Value value;
  value.kind = ValueKind::CallResult;
  value.a = call;
  return record_.add(value);
}

} // namespace clearway::frontend::rust
