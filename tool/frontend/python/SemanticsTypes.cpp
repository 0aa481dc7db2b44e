#include "frontend/python/SemanticsTypes.h"

#include <algorithm>

namespace clearway::python {
namespace {

constexpr size_t kInitialSlots = 1u << 12;

uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ull;
  return hash ^ hash >> 32;
}

uint64_t hashOf(std::span<const uint32_t> items) {
  uint64_t hash = items.size();
  for (const uint32_t item : items)
    hash = mix(hash, item);
  return hash;
}

uint64_t hashOf(const Type &type, std::span<const uint32_t> arguments) {
  uint64_t hash = mix(static_cast<uint64_t>(type.kind), type.name.handle());
  hash = mix(hash, (static_cast<uint64_t>(type.id) << 32) | type.other);
  return mix(hash, hashOf(arguments));
}

} // namespace

void SetBuilder::add(Alternative alternative) {
  const uint32_t packed = alternative.type << 1 | static_cast<uint32_t>(alternative.inferred);
  for (size_t i = 0; i < count_; ++i)
    if (items_[i] >> 1 == alternative.type) {
      items_[i] &= packed; // certain wins
      return;
    }
  if (count_ == kLimit) {
    overflowed_ = true;
    return;
  }
  items_[count_++] = packed;
}

std::span<const uint32_t> SetBuilder::packed() {
  if (overflowed_)
    return {};
  std::sort(items_.begin(), items_.begin() + count_);
  return {items_.data(), count_};
}

TypeTable::TypeTable() : sets_{Slice{}}, typeSlots_(kInitialSlots), setSlots_(kInitialSlots) {
  types_.push_back({}); // id 0 is never handed out, so that 0 << 1 is no element
}

bool TypeTable::sameType(const Type &a, const Type &b, std::span<const uint32_t> bArguments) const {
  return a.kind == b.kind && a.name == b.name && a.id == b.id && a.other == b.other &&
         std::ranges::equal(std::span(arguments_).subspan(a.firstArgument, a.argumentCount), bArguments);
}

TypeId TypeTable::intern(const Type &type, std::span<const uint32_t> arguments) {
  const size_t mask = typeSlots_.size() - 1;
  size_t slot = hashOf(type, arguments) & mask;
  for (; typeSlots_[slot]; slot = (slot + 1) & mask)
    if (sameType(types_[typeSlots_[slot] - 1], type, arguments))
      return typeSlots_[slot] - 1;
  const TypeId id = static_cast<TypeId>(types_.size());
  Type stored = type;
  stored.firstArgument = static_cast<uint32_t>(arguments_.size());
  stored.argumentCount = static_cast<uint32_t>(arguments.size());
  arguments_.insert(arguments_.end(), arguments.begin(), arguments.end());
  types_.push_back(stored);
  typeSlots_[slot] = id + 1;
  if (types_.size() * 2 > typeSlots_.size())
    growTypes();
  return id;
}

void TypeTable::growTypes() {
  typeSlots_.assign(typeSlots_.size() * 2, 0);
  const size_t mask = typeSlots_.size() - 1;
  for (TypeId id = 1; id < types_.size(); ++id) {
    const Type &type = types_[id];
    size_t slot = hashOf(type, std::span(arguments_).subspan(type.firstArgument, type.argumentCount)) & mask;
    while (typeSlots_[slot])
      slot = (slot + 1) & mask;
    typeSlots_[slot] = id + 1;
  }
}

std::vector<uint32_t> TypeTable::argumentsOf(TypeId type) const {
  const auto first = arguments_.begin() + types_[type].firstArgument;
  return {first, first + types_[type].argumentCount};
}

TypeId TypeTable::with(TypeId type, std::span<const uint32_t> arguments) {
  return intern(Type(types_[type]), arguments);
}

TypeId TypeTable::as(TypeKind kind, TypeId type) {
  Type changed = types_[type];
  changed.kind = kind;
  return intern(changed, argumentsOf(type));
}

TypeId TypeTable::boundTo(TypeId function, TypeId receiver) {
  Type changed = types_[function];
  changed.other = receiver;
  return intern(changed, argumentsOf(function));
}

SetId TypeTable::internSet(std::span<const uint32_t> packed) {
  if (packed.empty())
    return kUnknown;
  const size_t mask = setSlots_.size() - 1;
  size_t slot = hashOf(packed) & mask;
  for (; setSlots_[slot]; slot = (slot + 1) & mask) {
    const Slice &slice = sets_[setSlots_[slot] - 1];
    if (std::ranges::equal(std::span(elements_).subspan(slice.first, slice.count), packed))
      return setSlots_[slot] - 1;
  }
  const SetId id = static_cast<SetId>(sets_.size());
  sets_.push_back({static_cast<uint32_t>(elements_.size()), static_cast<uint32_t>(packed.size())});
  elements_.insert(elements_.end(), packed.begin(), packed.end());
  setSlots_[slot] = id + 1;
  if (sets_.size() * 2 > setSlots_.size())
    growSets();
  return id;
}

void TypeTable::growSets() {
  setSlots_.assign(setSlots_.size() * 2, 0);
  const size_t mask = setSlots_.size() - 1;
  for (SetId id = 1; id < sets_.size(); ++id) {
    size_t slot = hashOf(std::span(elements_).subspan(sets_[id].first, sets_[id].count)) & mask;
    while (setSlots_[slot])
      slot = (slot + 1) & mask;
    setSlots_[slot] = id + 1;
  }
}

SetId TypeTable::set(SetBuilder &builder) {
  return internSet(builder.packed());
}

SetId TypeTable::single(TypeId type, bool inferred) {
  const uint32_t packed = type << 1 | static_cast<uint32_t>(inferred);
  return internSet({&packed, 1});
}

SetId TypeTable::unite(SetId a, SetId b) {
  if (a == b || b == kUnknown)
    return a;
  if (a == kUnknown)
    return b;
  SetBuilder builder;
  for (const Alternative each : this->each(a))
    builder.add(each);
  for (const Alternative each : this->each(b))
    builder.add(each);
  return set(builder);
}

SetId TypeTable::weaken(SetId set) {
  SetBuilder builder;
  for (const Alternative each : this->each(set))
    builder.add({each.type, true});
  return this->set(builder);
}

} // namespace clearway::python
