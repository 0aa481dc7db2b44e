// Patterns: which names they bind, to what part of the value.
#include "frontend/rust/Body.h"

#include "facts/NameCache.h"
#include "frontend/rust/Types.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::kNone;
using facts::ObjectId;
using facts::ValueId;
using facts::ValueKind;

uint32_t Body::find(Name name) const {
  for (uint32_t at = locals_; at != kNone; at = unit_.locals[at].outer)
    if (unit_.locals[at].name == name)
      return unit_.locals[at].variable;
  return kNone;
}

ObjectId Body::newObject(NodeId at, Name name, ValueId value, ValueId type) {
  facts::ScopedObject object;
  object.function = function_;
  object.name = name;
  object.initializer = value;
  object.type = type;
  object.range = unit_.range(at);
  unit_.facts.objects.push_back(object);
  return static_cast<ObjectId>(unit_.facts.objects.size()) - 1;
}

void Body::declare(NodeId node, ValueId value, Binding &how) {
  const std::string_view text = syntax_.text(node);
  facts::Binding binding;
  binding.scope = scope_;
  binding.name = facts::cachedName(text);
  binding.kind = facts::BindingKind::Variable;
  binding.value = value;
  binding.annotation = how.declared;
  binding.range = unit_.range(node);
  Variable variable;
  variable.binding = record_.binding(binding);
  variable.function = function_;
  variable.scope = how.scope;
  facts::Value read;
  read.kind = ValueKind::Variable;
  read.a = variable.binding;
  variable.value = record_.add(read);
  if (how.call != kNone)
    unit_.facts.calls[how.call].boundTo = variable.binding;
  if (how.droppable || !how.moved.empty()) {
    const ObjectId object = newObject(node, binding.name, value, how.declared);
    if (how.moved.empty())
      flow_.birth(object);
    for (const ObjectId from : how.moved)
      flow_.move(from, object);
    how.moved.clear();
    flow_.own(object, how.scope);
    variable.objects.push_back(object);
  }
  unit_.variables.push_back(std::move(variable));
  unit_.locals.push_back({binding.name, static_cast<uint32_t>(unit_.variables.size()) - 1, locals_});
  locals_ = static_cast<uint32_t>(unit_.locals.size()) - 1;
}

namespace {

// By convention (rustc warns otherwise) bindings are lower case; what is not is a constant or a unit variant.
bool namesConstant(std::string_view text) { return !text.empty() && text[0] >= 'A' && text[0] <= 'Z'; }

bool holdsItsPayload(std::string_view variant) {
  return variant == "Some" || variant == "Ok" || variant == "Ready" || variant == "Break" || variant == "Continue";
}

} // namespace

void Body::bind(NodeId pattern, ValueId value, Binding &how) {
  switch (syntax_.kind(pattern)) {
  case Kind::Identifier:
    if (!namesConstant(syntax_.text(pattern)))
      declare(pattern, value, how);
    return;
  case Kind::MutPattern:
  case Kind::RefPattern:
  case Kind::ReferencePattern:
  case Kind::MatchPattern: return bind(syntax_.inner(pattern), value, how);
  case Kind::CapturedPattern: {
    bind(syntax_.inner(pattern), value, how);
    Binding part;
    part.scope = how.scope;
    return bind(syntax_.inner(pattern, 1), value, part);
  }
  case Kind::OrPattern: return bind(syntax_.inner(pattern), value, how); // all alternatives bind the same names
  case Kind::TuplePattern: return bindTuple(pattern, value, how);
  case Kind::TupleStructPattern: return bindVariant(pattern, syntax_.get(pattern, Field::Type), value, how);
  case Kind::StructPattern: return bindStruct(pattern, value, how);
  case Kind::SlicePattern:
    for (const NodeId child : syntax_.children(pattern))
      if (!isToken(syntax_.kind(child)))
        bind(child, record_.unary(ValueKind::Element, value), how);
    return;
  default: return;
  }
}

void Body::bindTuple(NodeId pattern, ValueId value, Binding &how) {
  const facts::Value whole = unit_.facts.values[value];
  const bool known = whole.kind == ValueKind::Display;
  const std::vector<ObjectId> moved = how.moved;
  how.declared = 0;
  how.call = kNone;
  uint32_t position = 0;
  for (const NodeId child : syntax_.children(pattern)) {
    if (isToken(syntax_.kind(child)) && syntax_.kind(child) != Kind::TokUnderscore)
      continue;
    ValueId part = 0;
    if (known && position < whole.operands.count)
      part = unit_.facts.operands[whole.operands.first + position];
    else if (value)
      part = record_.attribute(value, std::to_string(position), false);
    ++position;
    // A part that is a variable of its own brings its own object along, and no other's.
    if (known && !moved.empty()) {
      how.moved = movedFrom(part, moved);
      bind(child, part, how);
    } else {
      bind(child, part, how);
    }
  }
  if (known)
    how.moved.clear();
}

// The objects among `moved` that belong to the variable that `part` reads.
std::vector<ObjectId> Body::movedFrom(ValueId part, const std::vector<ObjectId> &moved) const {
  std::vector<ObjectId> own;
  if (unit_.facts.values[part].kind != ValueKind::Variable)
    return own;
  for (const Variable &variable : unit_.variables)
    if (variable.value == part)
      for (const ObjectId object : variable.objects)
        if (std::find(moved.begin(), moved.end(), object) != moved.end())
          own.push_back(object);
  return own;
}

ValueId Body::variantField(NodeId type, ValueId value, unsigned position) {
  const std::string_view last = lastName(unit_, type);
  if (holdsItsPayload(last))
    return record_.unary(ValueKind::Element, value);
  if (last == "Err")
    return 0;
  const ValueId made = record_.matched(value, pathValue(unit_, scope_, type));
  return made ? record_.attribute(made, std::to_string(position), false) : 0;
}

void Body::bindVariant(NodeId pattern, NodeId type, ValueId value, Binding &how) {
  how.declared = 0;
  how.call = kNone;
  unsigned position = 0;
  for (const NodeId child : syntax_.children(pattern)) {
    if (syntax_.fieldOf(child) == Field::Type || (isToken(syntax_.kind(child)) && syntax_.kind(child) != Kind::TokUnderscore))
      continue;
    bind(child, variantField(type, value, position++), how);
  }
}

void Body::bindStruct(NodeId pattern, ValueId value, Binding &how) {
  how.declared = 0;
  how.call = kNone;
  const ValueId made = record_.matched(value, pathValue(unit_, scope_, syntax_.get(pattern, Field::Type)));
  for (const NodeId field : syntax_.children(pattern)) {
    if (syntax_.kind(field) != Kind::FieldPattern)
      continue;
    const NodeId name = syntax_.get(field, Field::Name), inner = syntax_.get(field, Field::Pattern);
    const ValueId part = made ? record_.attribute(made, syntax_.text(name), false) : 0;
    if (inner != kNoNode)
      bind(inner, part, how);
    else
      declare(name, part, how);
  }
}

// The pattern of a `select!` branch is parsed as an expression: `Some(x)` as a call, `(a, b)` as a tuple.
void Body::bindExpression(NodeId expression, ValueId value, Binding &how) {
  switch (syntax_.kind(expression)) {
  case Kind::Identifier:
    if (const std::string_view text = syntax_.text(expression); !namesConstant(text) && text != "_")
      declare(expression, value, how);
    return;
  case Kind::CallExpression: {
    const NodeId function = syntax_.get(expression, Field::Function);
    unsigned position = 0;
    for (const NodeId child : syntax_.children(syntax_.get(expression, Field::Arguments)))
      if (!isToken(syntax_.kind(child)))
        bindExpression(child, variantField(function, value, position++), how);
    return;
  }
  case Kind::TupleExpression: {
    unsigned position = 0;
    for (const NodeId child : syntax_.children(expression))
      if (!isToken(syntax_.kind(child)))
        bindExpression(child, record_.attribute(value, std::to_string(position++), false), how);
    return;
  }
  case Kind::ReferenceExpression: return bindExpression(syntax_.get(expression, Field::Value), value, how);
  case Kind::ParenthesizedExpression: return bindExpression(syntax_.inner(expression), value, how);
  default: return;
  }
}

} // namespace clearway::frontend::rust
