// What locals hold, and when it changes: assignments, moves, optional objects that are filled and emptied.
#include "frontend/cpp/Holders.h"
#include "frontend/cpp/syntax/Body.h"

#include <algorithm>

namespace clearway::frontend::cpp::syntax {

using facts::EventKind;
using facts::ObjectId;
using facts::ResultUse;
using facts::ValueKind;

const Body::Local *Body::holderOf(ObjectId object) const {
  const auto found = std::find_if(locals_.rbegin(), locals_.rend(), [&](const Local &local) { return local.object == object; });
  return found == locals_.rend() ? nullptr : &*found;
}

/// `const auto &lock = take();` and `auto &&lock = take();` make what the call returns live as long as the name.
bool Body::bindsTemporaries(NodeId declarator) const {
  if (syntax_.kind(declarator) != Kind::ReferenceDeclarator)
    return false;
  const std::string_view source = syntax_.tree.source().substr(0, syntax_.tree[declarator].begin);
  const std::string_view line = source.substr(source.find_last_of(";{}(") + 1);
  return syntax_.text(declarator).starts_with("&&") || line.find("const") != line.npos;
}

/// The local whose contents `std::move(local)` gives, or the list with nothing else in it; kNone for anything else.
ObjectId Body::movedLocal(NodeId given) const {
  if (syntax_.kind(given) == Kind::ArgumentList || syntax_.kind(given) == Kind::InitializerList) {
    const NodeId only = onlyCall(given);
    return only != kNoNode && syntax_.text(only).size() + 2 == syntax_.text(given).size() ? movedLocal(only) : facts::kNone;
  }
  if (syntax_.kind(given) == Kind::ParameterList) { // `std::unique_lock<std::mutex> lock(std::move(other));` reads like a function's declaration
    const NodeId only = syntax_.child(given, Kind::Parameter);
    const std::string_view type = syntax_.text(syntax_.get(only, Part::Type)), whole = syntax_.text(only);
    const bool moves = (type == "std::move" || type == "move") && whole.size() > type.size() + 2;
    const Local *local = moves ? find(whole.substr(type.size() + 1, whole.size() - type.size() - 2)) : nullptr;
    return local ? local->object : facts::kNone;
  }
  if (syntax_.kind(given) != Kind::Call || !hidesMove(given, syntax_.get(given, Part::Function)))
    return facts::kNone;
  for (const NodeId child : syntax_.children(syntax_.get(given, Part::Arguments)))
    if (const Local *local = syntax_.kind(child) == Kind::Identifier ? find(syntax_.text(child)) : nullptr;
        local && local->object != facts::kNone)
      return local->object;
  return facts::kNone;
}

/// `t = job();`, where t is a local: the name now stands for another object, but nobody has looked at it.
bool Body::assign(NodeId node) {
  const NodeId left = syntax_.get(node, Part::Left), right = syntax_.get(node, Part::Right);
  const Local *local = syntax_.kind(left) == Kind::Identifier ? find(syntax_.text(left)) : nullptr;
  if (!local || local->object == facts::kNone || local->binding == facts::kNone ||
      syntax_.text(syntax_.get(node, Part::Operator)) != "=")
    return false;
  const uint32_t outer = initializing_, binding = local->binding; // `local` may move
  const Local assigned = *local;
  if (const ObjectId moved = movedLocal(right); moved != facts::kNone) {
    facts_.calls[holderOf(moved)->destroy].callee = 0;
    flow_.emit(EventKind::Death, assigned.object);
    flow_.emit(EventKind::Move, moved, assigned.object);
  } else {
    initializing_ = binding;
    const facts::ValueId value = expression(right, ResultUse::Assigned);
    initializing_ = outer;
    refill(assigned.object, isEmpty(right) ? 0 : value, inferredType(right), right);
  }
  const auto known = std::find_if(bound_.begin(), bound_.end(), [&](const Bound &one) { return one.binding == binding; });
  if (known != bound_.end())
    known->places.push_back(syntax_.tree[left].begin);
  return true;
}

/// `{}`, `nullptr`, `std::nullopt`
bool Body::isEmpty(NodeId given) const {
  return syntax_.kind(given) == Kind::InitializerList ? syntax_.text(given).find_first_not_of("{} \t\n") == std::string_view::npos
                                                      : isNothing(syntax_.text(given));
}

/// The object loses what it held, a lock above all, and gets what `value` makes; 0: nothing.
void Body::refill(ObjectId object, facts::ValueId value, facts::ValueId type, NodeId at) {
  flow_.emit(EventKind::Death, object);
  if (!value)
    return;
  const auto contents = static_cast<ObjectId>(facts_.objects.size());
  facts_.objects.push_back({.function = job_.function, .initializer = value, .type = type, .range = unit_.range(at)});
  flow_.emit(EventKind::Birth, contents);
  flow_.emit(EventKind::Move, contents, object);
}

/// `guard.emplace(m)` and `guard.reset()` of a local std::optional or std::unique_ptr.
void Body::noteRefill(NodeId call, facts::ValueId result) {
  const NodeId callee = syntax_.get(call, Part::Function);
  const std::string_view method = syntax_.text(syntax_.get(callee, Part::FieldName));
  const NodeId named = method == "emplace" || method == "reset" ? syntax_.get(callee, Part::Argument) : kNoNode;
  const Local *local = syntax_.kind(named) == Kind::Identifier ? find(syntax_.text(named)) : nullptr;
  if (!local || local->object == facts::kNone || !local->type || syntax_.has(callee, Kind::TokArrow) ||
      !isHolder(facts_.values[local->type].name.view()))
    return;
  const auto arguments = facts_.operandsOf(facts_.values[local->type].operands);
  const facts::ValueId type = arguments.empty() ? 0 : arguments.front();
  if (method == "reset")
    result = 0;
  for (const NodeId given : syntax_.children(syntax_.get(call, Part::Arguments)))
    if (method == "reset" && syntax_.kind(given) == Kind::New) // made by the last of the calls before
      for (size_t id = facts_.calls.size(); id-- > 0 && !result;)
        if (facts_.calls[id].kind == facts::CallKind::Construct && facts_.calls[id].range == unit_.range(given))
          result = unit_.build.add({.kind = ValueKind::CallResult, .a = static_cast<facts::CallId>(id)});
  refill(local->object, result, type, call);
}

/// `std::swap(lock, other)`, `lock.swap(other)`: each has then what the other one held.
void Body::noteSwap(NodeId call) {
  const NodeId function = syntax_.get(call, Part::Function);
  const bool member = syntax_.kind(function) == Kind::FieldExpression;
  const std::string_view name = syntax_.text(member ? syntax_.get(function, Part::FieldName) : function);
  if (name != "swap" && name != "std::swap" && name != "std::ranges::swap")
    return;
  std::vector<ObjectId> swapped;
  const auto add = [&](NodeId one) {
    const Local *local = syntax_.kind(one) == Kind::Identifier ? find(syntax_.text(one)) : nullptr;
    swapped.push_back(local ? local->object : facts::kNone);
  };
  if (member)
    add(syntax_.get(function, Part::Argument));
  for (const NodeId one : syntax_.children(syntax_.get(call, Part::Arguments)))
    if (const std::string_view text = syntax_.text(one); text != "(" && text != ")" && text != ",")
      add(one);
  if (swapped.size() != 2 || swapped[0] == swapped[1] || swapped[0] == facts::kNone || swapped[1] == facts::kNone)
    return;
  const auto between = static_cast<ObjectId>(facts_.objects.size());
  facts_.objects.push_back({.function = job_.function, .range = unit_.range(call)});
  flow_.emit(EventKind::Move, swapped[0], between);
  flow_.emit(EventKind::Move, swapped[1], swapped[0]);
  flow_.emit(EventKind::Move, between, swapped[1]);
}

} // namespace clearway::frontend::cpp::syntax
