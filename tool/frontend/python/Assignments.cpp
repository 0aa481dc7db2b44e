#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"
#include "facts/Stored.h"

#include <algorithm>

namespace clearway::python {

using namespace facts;

ValueId Extractor::assignment(NodeId node) {
  const NodeId left = child(node, Field::Left), right = child(node, Field::Right);
  const ValueId annotation = type(child(node, Field::Type));
  const ValueId stored = right == kNoNode ? kNone : value(right);
  if (left != kNoNode)
    assign(left, stored, annotation);
  return stored == kNone ? 0 : stored;
}

ValueId Extractor::augmentedAssignment(NodeId node) {
  static const Name all = cachedName("__all__");
  const NodeId left = child(node, Field::Left), right = child(node, Field::Right);
  const ValueId added = value(right);
  use(added, ResultUse::Operand);
  if (left == kNoNode)
    return 0;
  if (kind(left) == Kind::Identifier && tree_[left].name == all)
    exportNames(added);
  const ValueId old = value(left);
  // What is added to keeps its type more often than not.
  if (kind(left) == Kind::Identifier && kind(child(node, Field::Operator)) == Kind::SlashToken)
    assign(left, pathJoin(node, old, added), 0);
  else if (kind(left) == Kind::Identifier)
    assign(left, old, 0);
  return 0;
}

// `value` is kNone where a name is declared and nothing is stored.
void Extractor::assign(NodeId target, ValueId stored, ValueId annotation) {
  static const Name all = cachedName("__all__");
  if (depth_ >= kMaxDepth) {
    tooDeep(target);
    return;
  }
  switch (kind(target)) {
  case Kind::Identifier: {
    if (tree_[target].name == all && context_.scope == 0 && stored != kNone)
      exportNames(stored);
    const uint32_t binding = bind(target, BindingKind::Variable, stored == kNone ? 0 : stored, annotation);
    if (stored != kNone && valueAt(stored).kind == ValueKind::CallResult)
      if (CallSite &site = facts_.calls[valueAt(stored).a]; site.use == ResultUse::Other) {
        const bool local = facts_.scopes[facts_.bindings[binding].scope].kind == ScopeKind::Function;
        site.use = local ? ResultUse::Assigned : ResultUse::Stored;
        site.boundTo = local ? binding : kNone;
      }
    return;
  }
  case Kind::Attribute:
    return assignAttribute(target, stored == kNone ? 0 : stored, annotation);
  case Kind::Subscript:
    return assignItem(target, stored);
  case Kind::Parenthesized:
  case Kind::Type:
    if (const NodeId inner = tree_.firstChild(target))
      assign(inner, stored, annotation);
    return;
  case Kind::ListSplat:
  case Kind::ListSplatPattern:
    if (const NodeId inner = tree_.firstChild(target)) {
      const ValueId items[] = {stored == kNone ? 0 : stored};
      assign(inner, builder_.display(DisplayKind::List, items), 0);
    }
    return;
  default:
    return assignItems(target, stored == kNone ? 0 : stored);
  }
}

// a, b = value
void Extractor::assignItems(NodeId target, ValueId stored) {
  use(stored, ResultUse::Stored);
  size_t count = 0, splat = SIZE_MAX;
  for (const NodeId item : tree_.children(target)) {
    if (kind(item) == Kind::ListSplatPattern || kind(item) == Kind::ListSplat)
      splat = count;
    ++count;
  }
  const Value whole = valueAt(stored);
  const bool pairs = whole.kind == ValueKind::Display && whole.operands.count == count && splat == SIZE_MAX &&
                     whole.flag != static_cast<uint8_t>(DisplayKind::Dict);
  size_t index = 0;
  ++depth_;
  for (const NodeId item : tree_.children(target)) {
    if (pairs) {
      assign(item, facts_.operands[whole.operands.first + index], 0);
    } else if (index < splat) {
      const ValueId at[] = {builder_.literal(LiteralKind::Int, cachedName(std::to_string(index)))};
      assign(item, builder_.apply(stored, at), 0);
    } else {
      assign(item, builder_.unary(ValueKind::Element, stored), 0);
    }
    ++index;
  }
  --depth_;
}

// owner[key] = value
void Extractor::assignItem(NodeId target, ValueId stored) {
  const NodeId object = tree_.firstChild(target);
  ValueId owner = 0, key = 0;
  for (const NodeId operand : tree_.children(target)) {
    const ValueId one = value(operand);
    use(one, ResultUse::Operand);
    (operand == object ? owner : key) = one;
  }
  if (stored == kNone)
    return;
  use(stored, ResultUse::Stored);
  const ValueId keys[] = {key};
  addStore(target, builder_.apply(owner, keys), stored);
}

// A binding without a name: what is put into a place that names alone do not say.
void Extractor::addStore(NodeId target, ValueId place, ValueId stored) {
  if (stored == 0 || valueAt(stored).kind == ValueKind::Literal)
    return;
  addBinding({.scope = context_.scope,
              .flags = BindingFlag::Stored,
              .value = stored,
              .annotation = place,
              .range = tree_.range(target)});
}

void Extractor::assignAttribute(NodeId target, ValueId stored, ValueId annotation) {
  const NodeId object = child(target, Field::Object), name = child(target, Field::Attribute);
  const ValueId owner = value(object);
  use(owner, ResultUse::Receiver);
  use(stored, ResultUse::Stored);
  const Value &receiver = valueAt(owner);
  if (name == kNoNode)
    return;
  if (receiver.kind != ValueKind::Self)
    return addStore(target, builder_.attr(owner, tree_[name].name), stored);
  addBinding({.scope = facts_.classes[receiver.a].scope,
              .name = tree_[name].name,
              .flags = receiver.flag == 1 ? uint8_t{0} : BindingFlag::Instance,
              .value = stored,
              .annotation = annotation,
              .range = tree_.range(name)});
}

uint32_t Extractor::addBinding(Binding binding) {
  if (context_.conditional)
    binding.flags |= BindingFlag::Conditional;
  if (context_.typeOnly)
    binding.flags |= BindingFlag::TypeOnly;
  facts_.bindings.push_back(binding);
  return static_cast<uint32_t>(facts_.bindings.size() - 1);
}

ScopeId Extractor::nonlocalScope(Name name) const {
  for (ScopeId scope = facts_.scopes[context_.scope].parent; scope != kNone;
       scope = facts_.scopes[scope].parent)
    for (const Binding &binding : facts_.bindings)
      if (binding.scope == scope && binding.name == name && facts_.scopes[scope].kind == ScopeKind::Function)
        return scope;
  return context_.scope;
}

ScopeId Extractor::scopeOfStore(Name name) const {
  ScopeId scope = context_.scope;
  while (facts_.scopes[scope].kind == ScopeKind::Block) // what a comprehension stores by `:=` outlives it
    scope = facts_.scopes[scope].parent;
  if (!context_.local)
    return scope;
  const auto has = [&](const std::vector<Name> &names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (has(scan_.globals))
    return 0;
  return has(scan_.nonlocals) ? nonlocalScope(name) : scope;
}

uint32_t Extractor::bind(NodeId name, BindingKind bindingKind, ValueId stored, ValueId annotation,
                         uint32_t index) {
  Binding made{.scope = scopeOfStore(tree_[name].name),
               .name = tree_[name].name,
               .kind = bindingKind,
               .value = bindingKind == BindingKind::Variable ? stored : 0,
               .annotation = annotation,
               .index = index,
               .range = tree_.range(name)};
  if (context_.local && made.scope != facts_.functions[context_.function].scope)
    made.flags |= BindingFlag::Conditional; // stored if and when this function runs
  const uint32_t id = addBinding(made);
  if (!context_.local)
    return id;
  const uint32_t local = locals_.find(made.name);
  if (local == kNone)
    return id;
  ValueId held = stored;
  if (annotation != 0) // a declared type outranks what is known of the value
    held = stored == 0 ? makeType(annotation) : builder_.unary(ValueKind::Cast, stored, annotation);
  locals_.bound(local, id, held);
  return id;
}

} // namespace clearway::python
