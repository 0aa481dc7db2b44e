#include "frontend/python/SemanticsStores.h"

#include "facts/Stored.h"
#include "frontend/python/SemanticsEvaluator.h"

#include <algorithm>
#include <array>

namespace clearway::python {

using facts::kNone;
using facts::ValueKind;

namespace {

constexpr size_t kMostStores = 24;      // more of one name: they say nothing about one object
constexpr uint32_t kMostAlternatives = 3; // of an attribute that is set from outside

template <size_t N> bool isOneOf(std::string_view name, const std::array<std::string_view, N> &names) {
  return std::ranges::find(names, name) != names.end();
}

/// Methods whose last argument becomes an item of the receiver.
bool isAddition(std::string_view method) {
  constexpr std::array<std::string_view, 7> kAdditions{"append", "appendleft", "add", "insert", "setdefault", "put", "put_nowait"};
  return isOneOf(method, kAdditions);
}

bool isContainerType(std::string_view name) {
  constexpr std::array<std::string_view, 6> kContainers{"dict", "list", "set", "deque", "OrderedDict", "defaultdict"};
  return isOneOf(name, kContainers);
}

bool isObject(const Type &type) { return type.kind == TypeKind::Instance || type.kind == TypeKind::ExternalInstance; }

} // namespace

bool makesEmptyContainer(const facts::FileFacts &file, facts::ValueId id) {
  const facts::Value &value = file.values[id];
  if (value.kind == ValueKind::Display)
    return value.operands.count == 0 && static_cast<facts::DisplayKind>(value.flag) != facts::DisplayKind::Tuple;
  if (value.kind != ValueKind::CallResult || value.a >= file.calls.size())
    return false;
  const facts::Value &callee = file.values[file.calls[value.a].callee];
  return (callee.kind == ValueKind::Ref || callee.kind == ValueKind::Attr) && isContainerType(callee.name.view());
}

StoreIndex::StoreIndex(const link::Program &program) : made_(program.files.size()) {
  for (link::FileId id = 0; id < program.files.size(); ++id)
    if (program.files[id].language == facts::Language::Python && !program.files[id].isTest)
      collect(program.files[id], id);
}

void StoreIndex::collect(const facts::FileFacts &file, link::FileId id) {
  for (uint32_t b = 0; b < file.bindings.size(); ++b)
    if (const facts::Binding &binding = file.bindings[b];
        binding.kind == facts::BindingKind::Variable && !binding.name.empty() && makesEmptyContainer(file, binding.value))
      made_[id].try_emplace(binding.value, b);
  for (const facts::Binding &binding : file.bindings)
    if (binding.flags & facts::BindingFlag::Stored)
      collectStore(file, id, binding);
  for (const facts::CallSite &site : file.calls)
    if (site.kind == facts::CallKind::Call && site.arguments.count != 0)
      collectCall(file, id, site);
}

void StoreIndex::collectStore(const facts::FileFacts &file, link::FileId id, const facts::Binding &binding) {
  const facts::Value &place = file.values[binding.annotation];
  const Stored stored{id, place.a, binding.value};
  if (place.kind == ValueKind::Attr) {
    attributes_[place.name].push_back(stored);
    return;
  }
  if (const Name owner = lastName(file, id, place.a); !owner.empty())
    contents_[owner].push_back(stored);
  for (const facts::ValueId key : file.operandsOf(place.operands))
    if (file.values[key].kind == ValueKind::Literal)
      items_[file.values[key].name].push_back(stored);
}

void StoreIndex::collectCall(const facts::FileFacts &file, link::FileId id, const facts::CallSite &site) {
  const facts::Value &callee = file.values[site.callee];
  if (callee.kind != ValueKind::Attr || !isAddition(callee.name.view()))
    return;
  const facts::Argument &last = file.argumentsOf(site).back();
  if (last.spread || !last.keyword.empty() || file.values[last.value].kind == ValueKind::Literal)
    return;
  if (const Name owner = lastName(file, id, callee.a); !owner.empty())
    contents_[owner].push_back({id, callee.a, last.value});
}

Name StoreIndex::lastName(const facts::FileFacts &file, link::FileId id, facts::ValueId v) const {
  const facts::Value &value = file.values[v];
  if (value.kind == ValueKind::Ref || value.kind == ValueKind::Attr)
    return value.name;
  if (value.kind == ValueKind::Variable)
    return file.bindings[value.a].name;
  const uint32_t binding = bindingOf(id, v);
  return binding == kNone ? Name{} : file.bindings[binding].name;
}

uint32_t StoreIndex::bindingOf(link::FileId file, facts::ValueId made) const {
  const auto found = made_[file].find(made);
  return found == made_[file].end() ? kNone : found->second;
}

std::span<const Stored> StoreIndex::find(const Index &index, Name name) {
  const auto found = index.find(name);
  if (found == index.end() || found->second.size() > kMostStores)
    return {};
  return found->second;
}

// A container that begins empty holds what is put into it under its name.
SetId Evaluator::filled(link::FileId id, facts::ValueId made, SetId empty) {
  const uint32_t bound = stores_.bindingOf(id, made);
  if (bound == kNone)
    return empty;
  const facts::Binding &binding = file(id).bindings[bound];
  const GroupId group = symbols_.find(id, binding.scope, binding.name);
  SetId held = kUnknown;
  for (const Stored &stored : stores_.contents(binding.name))
    if ((stored.file == id && stored.owner == made) || (group != kNone && groupOf(stored.file, stored.owner) == group))
      held = types_.unite(held, value(stored.file, stored.value));
  if (held == kUnknown)
    return empty;
  held = types_.weaken(held);
  std::string_view name = "dict";
  for (const Alternative each : types_.each(empty))
    if (const std::string_view kind = types_[each.type].name.view(); kind == "list" || kind == "set" || kind == "collections.deque")
      name = kind;
  return name == "dict" ? container(name, kUnknown, held) : container(name, held);
}

GroupId Evaluator::groupOf(link::FileId id, facts::ValueId v) {
  const facts::Value &value = file(id).values[v];
  if (value.kind == ValueKind::Ref) {
    const Referent referent = referentOf(id, value.a, value.name);
    return referent.kind == Referent::Kind::Group ? referent.group : kNone;
  }
  if (value.kind == ValueKind::Attr) {
    for (const Alternative each : types_.each(this->value(id, value.a))) {
      const Type type = types_[each.type];
      if (type.kind == TypeKind::Instance || type.kind == TypeKind::Class)
        return definingGroup(type.id, value.name);
      if (type.kind == TypeKind::Module)
        return moduleMember(type.id, value.name).group;
    }
    return kNone;
  }
  const uint32_t bound = value.kind == ValueKind::Variable ? value.a : stores_.bindingOf(id, v);
  return bound == kNone ? kNone : symbols_.find(id, file(id).bindings[bound].scope, file(id).bindings[bound].name);
}

// Whether what is stored in the one is found in the other: objects of one class, or one and the same module.
bool Evaluator::isSameOwner(TypeId a, TypeId b) {
  const Type one = types_[a], other = types_[b];
  const auto isOurs = [](const Type &type) { return type.kind == TypeKind::Instance || type.kind == TypeKind::Class; };
  if (isOurs(one) && isOurs(other))
    return one.id == other.id || classes_.derives(one.id, other.id) || classes_.derives(other.id, one.id);
  if (one.kind == TypeKind::Module || other.kind == TypeKind::Module)
    return one.kind == other.kind && one.id == other.id;
  return !one.name.empty() && one.name == other.name;
}

SetId Evaluator::storedIn(TypeId owner, std::span<const Stored> candidates) {
  SetId result = kUnknown;
  for (const Stored &stored : candidates)
    for (const Alternative each : types_.each(value(stored.file, stored.owner)))
      if (isSameOwner(each.type, owner))
        for (const Alternative held : types_.each(value(stored.file, stored.value)))
          if (isObject(types_[held.type])) // functions that are put in the place of others still do the same
            result = types_.unite(result, types_.single(held.type, true));
  return types_.size(result) > kMostAlternatives ? kUnknown : result;
}

SetId Evaluator::storedMember(TypeId owner, Name name) {
  const std::span<const Stored> candidates = stores_.attributes(name);
  return candidates.empty() ? kUnknown : storedIn(owner, candidates);
}

// `value["key"]` where that key is set somewhere.
SetId Evaluator::storedItem(TypeId owner, link::FileId id, const facts::Value &subscript) {
  const std::span<const facts::ValueId> keys = file(id).operandsOf(subscript.operands);
  if (keys.size() != 1 || file(id).values[keys[0]].kind != ValueKind::Literal)
    return kUnknown;
  const std::span<const Stored> candidates = stores_.items(file(id).values[keys[0]].name);
  return candidates.empty() ? kUnknown : storedIn(owner, candidates);
}

// `__getattr__` that asks another object: `return getattr(self._inner, name)`.
SetId Evaluator::delegatedMember(ClassId type, Name name) {
  const link::FunctionId asked = method(type, Name("__getattr__"));
  if (asked == kNone)
    return kUnknown;
  const link::Function &function = program_.functions[asked];
  SetId result = kUnknown;
  for (uint32_t c = 0; c < function.callCount; ++c) {
    const facts::CallSite &site = program_.site(function.firstCall + c);
    const facts::Value &callee = file(function.file).values[site.callee];
    if (callee.kind == ValueKind::Ref && callee.name.view() == "getattr" && site.arguments.count >= 2)
      result = types_.unite(result, members(value(function.file, file(function.file).argumentsOf(site)[0].value), name));
  }
  return types_.weaken(result);
}

} // namespace clearway::python
