// Plain variables: what they may be after assignments, and how large they are.
#include "facts/Stored.h"
#include "frontend/cpp/Variables.h"
#include "frontend/cpp/syntax/Body.h"

#include <algorithm>

namespace clearway::frontend::cpp::syntax {

using facts::ValueId;
using facts::ValueKind;

/// What may be called later is put somewhere: `handler_ = handler`, `routes_[path] = [] { … }`, `event->run = &onRead`.
void Body::stored(ValueId place, ValueId value, NodeId at) {
  const facts::Value *given = &facts_.values[value];
  while ((given->kind == ValueKind::Cast || given->kind == ValueKind::Deref) && given->a < facts_.values.size())
    given = &facts_.values[given->a];
  const bool callable = given->kind == ValueKind::Closure || given->kind == ValueKind::Param || given->kind == ValueKind::Symbol ||
                        given->kind == ValueKind::Variable || given->kind == ValueKind::Attr || given->kind == ValueKind::CallResult ||
                        given->kind == ValueKind::Join;
  if (place && callable)
    facts_.bindings.push_back({.scope = facts_.functions[job_.function].scope, .flags = facts::BindingFlag::Stored, .value = value,
                               .annotation = place, .range = unit_.range(at)});
}

/// A variable or a field gets another value; 0: nobody knows which.
void Body::changed(NodeId target, ValueId value) {
  if (syntax_.kind(target) == Kind::FieldExpression)
    return fieldChanged(target, value);
  const Local *local = syntax_.kind(target) == Kind::Identifier ? find(syntax_.text(target)) : nullptr;
  if (local && local->binding != facts::kNone && local->object == facts::kNone)
    reassign(facts_, local->binding, value, local->declaredEmpty, [&](const facts::Value &made) { return unit_.build.add(made); },
             [&](std::span<const ValueId> ids) { return unit_.build.operands(ids); });
  else if (!local && syntax_.kind(target) == Kind::Identifier)
    fieldInitialized(target, value);
}

/// What calls gave a field says what it is.
void Body::fieldInitialized(NodeId target, ValueId value) {
  if (owner_ != facts::kNone && facts_.values[value].kind == ValueKind::CallResult)
    facts_.bindings.push_back({.scope = facts_.classes[owner_].scope, .name = Name(syntax_.text(target)),
                               .flags = facts::BindingFlag::Instance, .value = value, .range = unit_.range(target)});
}

/// `patience.tv_sec = 1;`
void Body::fieldChanged(NodeId field, ValueId value) {
  const NodeId base = syntax_.get(field, Part::Argument);
  const Local *local = syntax_.kind(base) == Kind::Identifier ? find(syntax_.text(base)) : nullptr;
  if (!local || local->binding == facts::kNone || !local->isTimeSpan)
    return;
  facts::Binding &binding = facts_.bindings[local->binding];
  std::vector<ValueId> fields;
  if (facts_.values[binding.value].kind == ValueKind::Display)
    for (const ValueId known : facts_.operandsOf(facts_.values[binding.value].operands))
      fields.push_back(known);
  fields.push_back(value);
  binding.value = unit_.build.add({.kind = ValueKind::Display, .flag = static_cast<uint8_t>(facts::DisplayKind::Struct),
                                   .operands = unit_.build.operands(fields)});
}

/// `timeval none = {0, 0};`: its fields; 0 where there are none.
ValueId Body::timeSpan(NodeId initializer) {
  if (syntax_.kind(initializer) != Kind::InitializerList)
    return 0;
  std::vector<ValueId> fields;
  for (const facts::Argument &given : arguments(initializer))
    fields.push_back(given.value);
  return unit_.build.add({.kind = ValueKind::Display, .flag = static_cast<uint8_t>(facts::DisplayKind::Struct),
                          .operands = unit_.build.operands(fields)});
}

namespace {

uint32_t sizeOfType(std::string_view type) {
  if (type.starts_with("std::"))
    type.remove_prefix(5);
  if (type == "char" || type == "uint8_t" || type == "int8_t" || type == "bool" || type == "unsigned char")
    return 1;
  return type == "uint64_t" || type == "int64_t" || type == "eventfd_t" || type == "long long" || type == "unsigned long long" ? 8 : 0;
}

} // namespace

/// `sizeof(uint64_t)`, `sizeof one`
ValueId Body::sizeOf(NodeId node) {
  NodeId of = syntax_.get(node, Part::Type);
  if (of == kNoNode)
    of = syntax_.get(node, Part::Value);
  if (syntax_.kind(of) == Kind::Parenthesized)
    of = insideOf(of);
  const Local *local = syntax_.kind(of) == Kind::Identifier ? find(syntax_.text(of)) : nullptr;
  const std::string_view name = syntax_.kind(of) == Kind::Identifier ? syntax_.text(of) : std::string_view();
  const auto known = std::find_if(sizes_.rbegin(), sizes_.rend(), [&](const auto &one) { return !name.empty() && one.first.view() == name; });
  const uint32_t size = known != sizes_.rend() ? known->second : local ? 0 : sizeOfType(syntax_.text(of));
  return size ? unit_.build.literal(facts::LiteralKind::Int, Name(std::to_string(size))) : 0;
}

void Body::noteSize(NodeId type, NodeId declarator, Name name) {
  if (const bool scalar = syntax_.kind(declarator) == Kind::Identifier; scalar)
    sizes_.emplace_back(name, sizeOfType(syntax_.text(type)));
  else
    sizes_.emplace_back(name, 0); // an array, or a pointer
}

} // namespace clearway::frontend::cpp::syntax
