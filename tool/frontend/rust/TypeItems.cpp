// Items that define types: structs, enums, traits, implementations, aliases.
#include "frontend/rust/Items.h"

#include "facts/NameCache.h"
#include "frontend/rust/Types.h"

namespace clearway::frontend::rust {

using facts::BindingKind;
using facts::ClassKind;
using facts::kNone;
using facts::ScopeKind;

facts::ClassId Items::openClass(NodeId item, NodeId name, ClassKind kind, const ItemContext &context,
                                std::span<const NodeId> attributes) {
  const auto id = static_cast<facts::ClassId>(unit_.facts.classes.size());
  facts::Class made;
  made.kind = kind;
  made.name = facts::cachedName(lastName(unit_, name));
  // An implementation's members are named after its type.
  made.qualifiedName = qualify(context.scope, made.name.view());
  made.range = unit_.range(item);
  made.nameRange = unit_.range(name);
  made.scope = unit_.record.scope(ScopeKind::Class, context.scope, id, made.qualifiedName);
  made.decorators = decorators(attributes, context.scope);
  unit_.facts.classes.push_back(made);
  bindTypeParameters(unit_, made.scope, item);
  std::vector<facts::ValueId> parameters;
  if (const NodeId list = unit_.syntax.get(item, Field::TypeParameters); list != kNoNode)
    for (const NodeId parameter : unit_.syntax.children(list))
      if (unit_.syntax.kind(parameter) == Kind::TypeParameter)
        parameters.push_back(
            unit_.record.ref(made.scope, unit_.text(unit_.syntax.get(parameter, Field::Name))));
  unit_.facts.classes[id].typeParameters = unit_.record.operands(parameters);
  if (kind == ClassKind::Impl)
    return id;
  facts::Binding binding;
  binding.scope = context.scope;
  binding.name = made.name;
  binding.kind = BindingKind::Class;
  binding.index = id;
  binding.range = made.nameRange;
  if (unit_.syntax.has(item, Kind::VisibilityModifier))
    binding.flags |= facts::BindingFlag::Exported;
  unit_.record.binding(binding);
  return id;
}

void Items::structure(NodeId item, ClassKind kind, const ItemContext &context, std::span<const NodeId> attributes) {
  const facts::ClassId id = openClass(item, unit_.syntax.get(item, Field::Name), kind, context, attributes);
  if (const NodeId body = unit_.syntax.get(item, Field::Body); body != kNoNode)
    fields(body, unit_.facts.classes[id].scope);
}

void Items::fields(NodeId body, facts::ScopeId scope) {
  const Syntax &syntax = unit_.syntax;
  unsigned position = 0;
  for (const NodeId field : syntax.children(body)) {
    const bool named = syntax.kind(field) == Kind::FieldDeclaration;
    if (!named && (syntax.kind(body) == Kind::FieldDeclarationList || syntax.fieldOf(field) != Field::Type))
      continue;
    facts::Binding binding;
    binding.scope = scope;
    binding.kind = BindingKind::Variable;
    binding.flags = facts::BindingFlag::Instance;
    binding.name = facts::cachedName(named ? std::string(unit_.text(syntax.get(field, Field::Name))) : std::to_string(position++));
    binding.annotation = typeValue(unit_, scope, named ? syntax.get(field, Field::Type) : field);
    binding.range = unit_.range(field);
    unit_.record.binding(binding);
  }
}

// A variant is a scope of its own with its fields, bound in the enum's scope.
void Items::enumeration(NodeId item, const ItemContext &context, std::span<const NodeId> attributes) {
  const Syntax &syntax = unit_.syntax;
  const facts::ClassId id = openClass(item, syntax.get(item, Field::Name), ClassKind::Enum, context, attributes);
  const facts::ScopeId scope = unit_.facts.classes[id].scope;
  const NodeId body = syntax.get(item, Field::Body);
  if (body == kNoNode)
    return;
  for (const NodeId variant : syntax.children(body)) {
    if (syntax.kind(variant) != Kind::EnumVariant)
      continue;
    ItemContext inner = context;
    inner.scope = scope;
    const facts::ClassId made = openClass(variant, syntax.get(variant, Field::Name), ClassKind::Struct, inner, {});
    const facts::ValueId owner = unit_.record.ref(scope, unit_.facts.classes[id].name.view());
    unit_.facts.classes[made].self = owner; // constructing the variant makes the enum
    if (const NodeId fieldList = syntax.get(variant, Field::Body); fieldList != kNoNode)
      fields(fieldList, unit_.facts.classes[made].scope);
  }
}

void Items::trait(NodeId item, const ItemContext &context, std::span<const NodeId> attributes) {
  const Syntax &syntax = unit_.syntax;
  const facts::ClassId id = openClass(item, syntax.get(item, Field::Name), ClassKind::Trait, context, attributes);
  ItemContext inner = context;
  inner.scope = unit_.facts.classes[id].scope;
  inner.enclosingClass = id;
  if (const NodeId bounds = syntax.get(item, Field::Bounds); bounds != kNoNode) {
    std::vector<facts::ValueId> bases;
    for (const NodeId bound : syntax.children(bounds))
      if (!isToken(syntax.kind(bound)))
        if (const facts::ValueId value = typeValue(unit_, inner.scope, bound))
          bases.push_back(value);
    unit_.facts.classes[id].bases = unit_.record.operands(bases);
  }
  if (const NodeId body = syntax.get(item, Field::Body); body != kNoNode)
    readAll(body, inner);
}

void Items::implementation(NodeId item, const ItemContext &context, std::span<const NodeId> attributes) {
  const Syntax &syntax = unit_.syntax;
  NodeId type = syntax.get(item, Field::Type);
  while (syntax.kind(type) == Kind::ReferenceType)
    type = syntax.get(type, Field::Type);
  if (type == kNoNode)
    return;
  const facts::ClassId id = openClass(item, type, ClassKind::Impl, context, attributes);
  ItemContext inner = context;
  inner.scope = unit_.facts.classes[id].scope;
  inner.enclosingClass = id;
  const facts::ValueId self = typeValue(unit_, inner.scope, type);
  unit_.facts.classes[id].self = self;
  if (const NodeId implemented = syntax.get(item, Field::Trait); implemented != kNoNode) {
    const facts::ValueId base[] = {typeValue(unit_, inner.scope, implemented)};
    unit_.facts.classes[id].bases = unit_.record.operands(base);
  }
  if (const NodeId body = syntax.get(item, Field::Body); body != kNoNode)
    readAll(body, inner);
}

void Items::alias(NodeId item, const ItemContext &context, std::span<const NodeId> attributes) {
  const NodeId name = unit_.syntax.get(item, Field::Name);
  const facts::ClassId id = openClass(item, name, ClassKind::Alias, context, attributes);
  const facts::ValueId stands =
      typeValue(unit_, unit_.facts.classes[id].scope, unit_.syntax.get(item, Field::Type));
  unit_.facts.classes[id].self = stands;
}

// A trait's `type Output: Bound;` is a type parameter as far as look-up goes.
void Items::associatedType(NodeId item, const ItemContext &context) {
  const NodeId name = unit_.syntax.get(item, Field::Name);
  facts::Binding binding;
  binding.scope = context.scope;
  binding.name = facts::cachedName(unit_.text(name));
  binding.kind = BindingKind::Class;
  binding.range = unit_.range(item);
  if (const NodeId bounds = unit_.syntax.get(item, Field::Bounds); bounds != kNoNode) {
    std::vector<facts::ValueId> values;
    for (const NodeId bound : unit_.syntax.children(bounds))
      if (!isToken(unit_.syntax.kind(bound)))
        if (const facts::ValueId value = typeValue(unit_, context.scope, bound))
          values.push_back(value);
    binding.annotation = unit_.record.display(facts::DisplayKind::Set, values);
  }
  unit_.record.binding(binding);
}

} // namespace clearway::frontend::rust
