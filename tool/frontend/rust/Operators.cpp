// Operators, assignments, tuples, arrays and structs.
#include "frontend/rust/Body.h"

#include "facts/NameCache.h"
#include "frontend/rust/Types.h"

namespace clearway::frontend::rust {

using facts::DisplayKind;
using facts::kNone;
using facts::ObjectId;
using facts::ValueId;

Result Body::binary(NodeId node) {
  const NodeId left = syntax_.get(node, Field::Left), right = syntax_.get(node, Field::Right);
  const Kind op = syntax_.kind(syntax_.get(node, Field::Operator));
  if (op != Kind::TokAndAnd && op != Kind::TokOrOr) {
    place(left);
    place(right);
    return {};
  }
  condition(left);
  const BlockIndex head = flow_.current(), second = flow_.newBlock(), next = flow_.newBlock();
  flow_.edge(head, second);
  flow_.edge(head, next);
  flow_.setCurrent(second);
  ++conditional_;
  condition(right);
  --conditional_;
  flow_.continueIn(next);
  return {};
}

// The right side comes first.
Result Body::assignment(NodeId node) {
  const NodeId left = syntax_.get(node, Field::Left);
  Result value = evaluate(syntax_.get(node, Field::Right));
  if (syntax_.kind(left) == Kind::TokUnderscore || (syntax_.kind(left) == Kind::Identifier && syntax_.text(left) == "_")) {
    use(value, facts::ResultUse::Discarded);
    giveAway(value);
    return {};
  }
  assignTo(left, value);
  return {};
}

/// Whether a field that gets the value may be called later: a closure, or a parameter of an unknown type, in a box or not.
bool Body::mayBeCallable(ValueId id) const {
  const facts::FileFacts &file = unit_.facts;
  for (unsigned step = 0; step < 4; ++step) {
    const facts::Value &value = file.values[id];
    if (value.kind == facts::ValueKind::Closure)
      return true;
    if (value.kind == facts::ValueKind::Variable) {
      const facts::ValueKind declared = file.values[file.bindings[value.a].annotation].kind;
      return declared == facts::ValueKind::Apply || declared == facts::ValueKind::Ref;
    }
    if (value.kind != facts::ValueKind::CallResult || file.calls[value.a].arguments.count != 1)
      return false;
    const std::string_view name = file.values[file.calls[value.a].callee].name.view();
    if (name != "Some" && name != "new")
      return false;
    id = file.arguments[file.calls[value.a].arguments.first].value;
  }
  return false;
}

/// `self.hook = hook`, as a call of an operator whose receiver is the field.
void Body::recordStore(NodeId node, ValueId to, ValueId value) {
  Arguments stored;
  stored.list.push_back({{}, value, 0});
  const facts::CallId id = recordCall(node, node, to, stored, false);
  unit_.facts.calls[id].kind = facts::CallKind::Operator;
}

void Body::assignTo(NodeId left, Result &value) {
  const uint32_t local = syntax_.kind(left) == Kind::Identifier ? find(facts::cachedName(syntax_.text(left))) : kNone;
  if (local == kNone || unit_.variables[local].function != function_) {
    use(value, facts::ResultUse::Stored);
    const ValueId to = place(left);
    const Kind kind = syntax_.kind(left); // `self.hook`, `*self.hook.lock()?`, `self.hooks[name]`
    if ((kind == Kind::FieldExpression || kind == Kind::UnaryExpression || kind == Kind::IndexExpression) && mayBeCallable(value.value))
      recordStore(left, to, value.value);
    return giveAway(value);
  }
  use(value, facts::ResultUse::Assigned);
  facts::Binding &binding = unit_.facts.bindings[unit_.variables[local].binding];
  const facts::Value &before = unit_.facts.values[binding.value];
  if (binding.value == 0 || (before.kind == facts::ValueKind::Ref && before.name.view() == "None")) // says nothing of the type
    binding.value = value.value;
  if (value.call != kNone)
    unit_.facts.calls[value.call].boundTo = unit_.variables[local].binding;
  for (const ObjectId object : unit_.variables[local].objects)
    flow_.death(object);
  if (!value.owned && value.moved.empty())
    return;
  // What was moved out of the variable earlier in a loop was the same object: it keeps its identity.
  const ObjectId object = newObject(left, binding.name, value.value);
  if (value.moved.empty())
    flow_.birth(object);
  for (const ObjectId from : value.moved)
    flow_.move(from, object);
  value.moved.clear();
  if (unit_.variables[local].objects.empty()) {
    flow_.own(object, unit_.variables[local].scope);
    unit_.variables[local].objects.push_back(object);
  } else {
    flow_.move(object, unit_.variables[local].objects.front());
  }
}

namespace {

// `text += &more` is a call of add_assign, whose receiver is evaluated first; on numbers the right side is.
bool looksOverloaded(const Syntax &syntax, NodeId right) {
  switch (syntax.kind(right)) {
  case Kind::ReferenceExpression:
  case Kind::StringLiteral:
  case Kind::RawStringLiteral:
    return true;
  case Kind::CallExpression: {
    const NodeId function = syntax.get(right, Field::Function);
    return syntax.kind(function) == Kind::FieldExpression &&
           syntax.text(syntax.get(function, Field::Field)).starts_with("as_");
  }
  default:
    return false;
  }
}

} // namespace

Result Body::compoundAssignment(NodeId node) {
  const NodeId left = syntax_.get(node, Field::Left), right = syntax_.get(node, Field::Right);
  const bool leftFirst = looksOverloaded(syntax_, right);
  if (leftFirst)
    place(left);
  Result value = evaluate(right);
  use(value, facts::ResultUse::Operand);
  giveAway(value);
  if (!leftFirst)
    place(left);
  return {};
}

// ---- tuples, arrays, structs

namespace {

// A path that ends as functions' names do.
bool namesFunction(const facts::Value &value) {
  const bool isPath = value.kind == facts::ValueKind::Ref || (value.kind == facts::ValueKind::Attr && value.flag == 1);
  const std::string_view name = value.name.view();
  return isPath && !name.empty() && name[0] >= 'a' && name[0] <= 'z';
}

void absorb(Result &into, Result &part) {
  into.moved.insert(into.moved.end(), part.moved.begin(), part.moved.end());
}

} // namespace

Result Body::collection(NodeId node, DisplayKind kind, std::optional<uint32_t> scope) {
  Result result;
  std::vector<ValueId> items;
  for (const NodeId child : syntax_.children(node)) {
    if (isToken(syntax_.kind(child)))
      continue;
    Result item = scope ? extending(child, *scope) : evaluate(child);
    use(item, facts::ResultUse::Element);
    absorb(result, item);
    result.owned |= item.owned;
    items.push_back(item.value);
  }
  result.value = record_.display(kind, items);
  return result;
}

Result Body::structure(NodeId node, std::optional<uint32_t> scope) {
  Result result;
  std::vector<ValueId> items;
  std::vector<NodeId> names;
  bool isAnyCalled = false;
  for (const NodeId field : syntax_.children(syntax_.get(node, Field::Body))) {
    const Kind kind = syntax_.kind(field);
    if (isToken(kind))
      continue;
    const NodeId value = kind == Kind::FieldInitializer ? syntax_.get(field, Field::Value) : syntax_.inner(field);
    if (kind == Kind::BaseFieldInitializer) {
      place(value);
      continue;
    }
    Result item = scope ? extending(value, *scope) : evaluate(value);
    use(item, facts::ResultUse::Element);
    absorb(result, item);
    items.push_back(item.value);
    names.push_back(kind == Kind::FieldInitializer ? syntax_.get(field, Field::Field) : value);
    const facts::Value &made = unit_.facts.values[item.value];
    isAnyCalled |= made.kind == facts::ValueKind::CallResult || made.kind == facts::ValueKind::Element ||
                   made.kind == facts::ValueKind::Closure || namesFunction(made);
  }
  if (isAnyCalled) // `Default::default()` and `into()` depend on what the field is; a closure is called by the field's name
    for (const NodeId name : names)
      items.push_back(record_.literal(facts::LiteralKind::Other, syntax_.text(name)));
  result.owned = true;
  result.value = record_.cast(record_.display(DisplayKind::Struct, items),
                              pathValue(unit_, scope_, syntax_.get(node, Field::Name)));
  return result;
}

} // namespace clearway::frontend::rust
