// Values read as types, and what paths mean.
#include "frontend/rust/semantics/Inference.h"

#include "frontend/rust/semantics/Prelude.h"

namespace clearway::frontend::rust {

using facts::ClassKind;
using facts::kNone;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::FileId;

namespace {

constexpr unsigned kMaxDepth = 48;

} // namespace

TypeId Inference::typeNamed(FileId file, ValueId value) {
  if (value == 0 || depth_ >= kMaxDepth)
    return kUnknownType;
  TypeId &answer = slot(named_, file, program_.files[file].values.size(), value);
  if (answer != kNotAsked)
    return answer;
  answer = kUnknownType; // while it is being computed
  ++depth_;
  const TypeId type = typeNamedInner(file, value);
  --depth_;
  return answer = type;
}

TypeId Inference::boundType(Name parameter, std::span<const ValueId> bounds, FileId file) {
  Type type;
  type.kind = TypeKind::Bound;
  type.name = parameter;
  for (const ValueId bound : bounds)
    if (const TypeId trait = typeNamed(file, bound))
      type.args.push_back(trait);
  return types.intern(std::move(type));
}

TypeId Inference::typeNamedInner(FileId file, ValueId id) {
  const facts::FileFacts &facts = program_.files[file];
  const Value value = facts.values[id];
  const auto operands = facts.operandsOf(value.operands);
  switch (value.kind) {
  case ValueKind::Deref: return types.reference(typeNamed(file, value.a));
  case ValueKind::Display: {
    if (value.flag == static_cast<uint8_t>(facts::DisplayKind::Set))
      return boundType({}, operands, file);
    std::vector<TypeId> items;
    for (const ValueId item : operands)
      items.push_back(typeNamed(file, item));
    return types.tuple(std::move(items));
  }
  case ValueKind::Apply: break;
  default:
    if (const Item item = resolvePath(file, id))
      return typeOfItem(item, {});
    return associatedType(file, id);
  }
  const Value base = facts.values[value.a];
  const std::string_view head = base.kind == ValueKind::Ref ? base.name.view() : std::string_view();
  if (head == "dyn" || head == "impl")
    return boundType({}, operands, file);
  std::vector<TypeId> args;
  for (const ValueId operand : operands)
    args.push_back(typeNamed(file, operand));
  if (head == "fn") {
    Type pointer;
    pointer.kind = TypeKind::FnPointer;
    pointer.args = std::move(args);
    return types.intern(std::move(pointer));
  }
  if (const Item item = resolvePath(file, value.a))
    return typeOfItem(item, std::move(args));
  return associatedType(file, value.a);
}

// ---- associated types

// `Self::Item`, `T::Item`, `<T as Trait>::Item`
TypeId Inference::associatedType(FileId file, ValueId path) {
  const Value value = program_.files[file].values[path];
  if (value.kind != ValueKind::Attr || value.flag != 1)
    return kUnknownType;
  if (const Item base = resolvePath(file, value.a); base.kind == ItemKind::SelfType)
    if (const ClassRef own = items_.memberClass({base.file, base.index}, value.name); own.file != link::kNone)
      return typeNamed(own.file, program_.files[own.file].classes[own.id].self);
  return projected(types.stripped(typeNamed(file, value.a)), value.name, 0);
}

// What the implementations for the owner say it is; otherwise it stays open until the owner is known.
TypeId Inference::projected(TypeId owner, Name name, unsigned depth) {
  const Type &type = types[owner];
  if (type.kind == TypeKind::Named)
    for (const ClassRef impl : members_.implementationsOf(type.name))
      if (const ClassRef made = items_.memberClass(impl, name); made.file != link::kNone) {
        Substitution values;
        const TypeId self = selfType(impl.file, impl.id);
        if (!mayBe(self, owner, 0))
          continue;
        types.unify(self, owner, values);
        const TypeId stands = typeNamed(made.file, program_.files[made.file].classes[made.id].self);
        return normalized(types.substitute(stands, values), depth + 1);
      }
  const bool isOpen = type.kind == TypeKind::Bound || type.kind == TypeKind::Projection ||
                      (type.kind == TypeKind::Named && !items_.classesNamed(type.name).empty());
  return isOpen ? types.projection(owner, name) : kUnknownType;
}

TypeId Inference::normalized(TypeId id, unsigned depth) {
  if (!types.projects(id) || depth > 8)
    return id;
  Type made = types[id];
  for (TypeId &argument : made.args)
    argument = normalized(argument, depth + 1);
  return made.kind == TypeKind::Projection ? projected(types.stripped(made.args.front()), made.name, depth + 1)
                                           : types.intern(std::move(made));
}

TypeId Inference::substituted(TypeId type, const Substitution &values) { return normalized(types.substitute(type, values), 0); }

TypeId Inference::typeParameter(FileId file, uint32_t id) {
  const facts::FileFacts &facts = program_.files[file];
  const facts::Binding &binding = facts.bindings[id];
  std::vector<ValueId> bounds;
  // The bounds of one parameter may stand in several places; all were bound while its item was read.
  for (uint32_t other = id; other < facts.bindings.size() && other < id + 64; ++other)
    if (facts.bindings[other].scope == binding.scope && facts.bindings[other].name == binding.name)
      for (const ValueId bound : facts.operandsOf(facts.values[facts.bindings[other].annotation].operands))
        bounds.push_back(bound);
  return boundType(binding.name, bounds, file);
}

TypeId Inference::typeOfItem(const Item &item, std::vector<TypeId> args) {
  switch (item.kind) {
  case ItemKind::Class: {
    const ClassRef of{item.file, item.index};
    const facts::Class &made = program_.files[item.file].classes[item.index];
    if (made.kind == ClassKind::Alias)
      return substituted(typeNamed(item.file, made.self), parametersOf(of, args));
    if (made.self != 0) // a variant: its enum
      return typeNamed(item.file, made.self);
    return types.named(made.qualifiedName, std::move(args));
  }
  case ItemKind::TypeParameter: return typeParameter(item.file, item.index);
  case ItemKind::SelfType: return selfType(item.file, item.index);
  case ItemKind::External: {
    const std::string_view name = item.name.view();
    // `io::Result<T>`, `anyhow::Result<T>` and their like are Results.
    if (name.ends_with("::Result"))
      return types.named("std::result::Result", std::move(args));
    return types.named(item.name, std::move(args));
  }
  default: return kUnknownType;
  }
}

Item Inference::resolvePath(FileId file, ValueId id) {
  const Value value = program_.files[file].values[id];
  switch (value.kind) {
  case ValueKind::Ref:
    if (value.name.view() == "::") {
      Item root;
      root.kind = ItemKind::External;
      root.name = value.name;
      return root;
    }
    return items_.first(file, value.a, value.name);
  case ValueKind::Apply: return resolvePath(file, value.a);
  case ValueKind::Attr: {
    if (value.flag != 1 || depth_ >= kMaxDepth)
      return {};
    ++depth_;
    Item base = resolvePath(file, value.a);
    if (base.kind == ItemKind::SelfType) { // Self::Variant
      const TypeId self = types.stripped(selfType(base.file, base.index));
      if (const auto &classes = items_.classesNamed(types[self].name); !classes.empty()) {
        base.kind = ItemKind::Class;
        base.file = classes.front().file;
        base.index = classes.front().id;
      }
    }
    Item found = items_.member(base, value.name);
    --depth_;
    return found;
  }
  default: return {};
  }
}

// A path as a value: a static, a constant, a function, a unit struct or variant.
TypeId Inference::typeOfPath(FileId file, ValueId value) {
  const Item item = resolvePath(file, value);
  switch (item.kind) {
  case ItemKind::Static: {
    const TypeId declared = typeNamed(item.file, program_.files[item.file].bindings[item.index].annotation);
    return declared ? declared : typeOf(item.file, program_.files[item.file].bindings[item.index].value);
  }
  case ItemKind::Function: return types.function(item.functions.front());
  case ItemKind::Class: return typeOfItem(item, {});
  default: break;
  }
  const Callee associated = pathCallee(file, value);
  return associated.functions.empty() ? kUnknownType : types.function(associated.functions.front());
}

} // namespace clearway::frontend::rust
