#include "frontend/rust/semantics/Members.h"

#include <algorithm>
#include <array>

namespace clearway::frontend::rust {
namespace {

uint64_t key(ClassRef of) { return uint64_t{of.file} << 32 | of.id; }

const std::vector<link::FunctionId> &lookUp(const std::unordered_map<Name, std::vector<link::FunctionId>> &methods,
                                            Name name) {
  static const std::vector<link::FunctionId> kNone;
  const auto found = methods.find(name);
  return found == methods.end() ? kNone : found->second;
}

void append(std::vector<link::FunctionId> &to, const std::vector<link::FunctionId> &more) {
  for (const link::FunctionId function : more)
    if (std::find(to.begin(), to.end(), function) == to.end())
      to.push_back(function);
}

} // namespace

void Members::collect(ClassRef of, Methods &to) {
  if (!indexed_) {
    for (link::FunctionId f = 0; f < program_.functions.size(); ++f)
      if (program_.language(f) == facts::Language::Rust && program_.facts(f).enclosingClass != facts::kNone)
        byClass_[key({program_.functions[f].file, program_.facts(f).enclosingClass})].push_back(f);
    indexed_ = true;
  }
  if (const auto found = byClass_.find(key(of)); found != byClass_.end())
    for (const link::FunctionId f : found->second)
      to[program_.facts(f).name].push_back(f);
}

void Members::addImplementation(Implementation implementation) {
  Methods methods;
  collect(implementation.impl, methods);
  for (const auto &[name, functions] : methods) {
    append(named_[name], functions);
    for (const Name trait : implementation.traits)
      append(traits_[trait].implementations[name], functions);
    if (implementation.isBlanket)
      append(blanket_[name], functions);
    else if (!implementation.type.empty())
      append(types_[implementation.type].methods[name], functions);
  }
  if (implementation.isBlanket)
    for (const Name trait : implementation.traits)
      traits_[trait].hasBlanket = true;
  if (implementation.type.empty())
    return;
  TypeMembers &type = types_[implementation.type];
  type.impls.push_back(implementation.impl);
  type.traits.insert(type.traits.end(), implementation.traits.begin(), implementation.traits.end());
}

void Members::addTrait(Name name, ClassRef trait, std::vector<Name> supertraits) {
  Trait &made = traits_[name];
  made.trait = trait;
  made.supertraits = std::move(supertraits);
  collect(trait, made.methods);
  for (const auto &[method, functions] : made.methods)
    append(named_[method], functions);
}

void Members::finish() {
  for (auto &[name, functions] : named_)
    std::sort(functions.begin(), functions.end());
}

const std::vector<link::FunctionId> &Members::ofType(Name type, Name name) const {
  static const std::vector<link::FunctionId> kNone;
  const auto found = types_.find(type);
  return found == types_.end() ? kNone : lookUp(found->second.methods, name);
}

std::vector<link::FunctionId> Members::defaults(Name type, Name name) const {
  std::vector<link::FunctionId> functions;
  for (const Name trait : traitsOf(type))
    append(functions, declared(trait, name));
  return functions;
}

const std::vector<link::FunctionId> &Members::declared(Name trait, Name name) const {
  static const std::vector<link::FunctionId> kNone;
  std::array<Name, 32> queue{trait};
  size_t count = 1;
  for (size_t i = 0; i < count; ++i) {
    const auto found = traits_.find(queue[i]);
    if (found == traits_.end())
      continue;
    if (const auto &methods = lookUp(found->second.methods, name); !methods.empty())
      return methods;
    for (const Name supertrait : found->second.supertraits)
      if (count < queue.size())
        queue[count++] = supertrait;
  }
  return kNone;
}

std::vector<link::FunctionId> Members::implementors(Name trait, Name name) const {
  std::vector<link::FunctionId> functions;
  std::vector<Name> queue{trait};
  for (size_t i = 0; i < queue.size() && i < 32; ++i) {
    const auto found = traits_.find(queue[i]);
    if (found == traits_.end())
      continue;
    append(functions, lookUp(found->second.implementations, name));
    queue.insert(queue.end(), found->second.supertraits.begin(), found->second.supertraits.end());
  }
  std::sort(functions.begin(), functions.end());
  return functions;
}

bool Members::implies(std::span<const Name> traits, Name trait) const {
  const auto wanted = traits_.find(trait);
  if (wanted != traits_.end() && wanted->second.hasBlanket)
    return true; // by way of the other implementation, perhaps
  std::vector<Name> queue(traits.begin(), traits.end());
  for (size_t i = 0; i < queue.size() && i < 32; ++i) {
    if (queue[i] == trait)
      return true;
    if (const auto found = traits_.find(queue[i]); found != traits_.end())
      queue.insert(queue.end(), found->second.supertraits.begin(), found->second.supertraits.end());
  }
  return false;
}

const std::vector<link::FunctionId> &Members::blanket(Name name) const { return lookUp(blanket_, name); }
const std::vector<link::FunctionId> &Members::named(Name name) const { return lookUp(named_, name); }

const std::vector<Name> &Members::traitsOf(Name type) const {
  static const std::vector<Name> kNone;
  const auto found = types_.find(type);
  return found == types_.end() ? kNone : found->second.traits;
}

const std::vector<ClassRef> &Members::implementationsOf(Name type) const {
  static const std::vector<ClassRef> kNone;
  const auto found = types_.find(type);
  return found == types_.end() ? kNone : found->second.impls;
}

} // namespace clearway::frontend::rust
