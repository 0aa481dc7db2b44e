#include "frontend/rust/semantics/Knowledge.h"

#include "frontend/rust/semantics/Prelude.h"

#include <string>

namespace clearway::frontend::rust {
namespace {

constexpr uint32_t kNotAsked = 0, kNothing = 1, kFirst = 2;

uint64_t key(Name first, Name second) { return uint64_t{first.handle()} << 32 | second.handle(); }

} // namespace

uint32_t Knowledge::numberOf(const catalog::Entry *entry) const {
  return entry ? static_cast<uint32_t>(entry - catalog_.entries().data()) + kFirst : kNothing;
}

const catalog::Entry *Knowledge::entryAt(uint32_t number) const {
  return number == kNothing ? nullptr : &catalog_.entries()[number - kFirst];
}

const catalog::Entry *Knowledge::find(Name name) const {
  uint32_t &known = entries_.at(name.handle(), kNotAsked);
  if (known == kNotAsked)
    known = numberOf(catalog_.find(facts::Language::Rust, name));
  return entryAt(known);
}

const catalog::Entry *Knowledge::findMember(Name type, Name member) const {
  uint32_t &known = members_.at(key(type, member), kNotAsked);
  if (known == kNotAsked)
    known = numberOf(catalog_.findMember(facts::Language::Rust, type, member));
  return entryAt(known);
}

bool Knowledge::knowsPrefix(Name name) const {
  uint32_t &known = prefixes_.at(name.handle(), kNotAsked);
  if (known == kNotAsked)
    known = catalog_.knowsPrefix(facts::Language::Rust, name) ? kFirst : kNothing;
  return known == kFirst;
}

Name Knowledge::joined(Name base, Name name) const {
  uint32_t &known = joined_.at(key(base, name), kNotAsked);
  if (known != kNotAsked)
    return names_[known - 1];
  names_.push_back(base ? Name(std::string(base.view()).append("::").append(name.view())) : name);
  known = static_cast<uint32_t>(names_.size());
  return names_.back();
}

Name Knowledge::canonical(Name path) const {
  uint32_t &known = canonical_.at(path.handle(), kNotAsked);
  if (known != kNotAsked)
    return names_[known - 1];
  names_.push_back(Name(canonicalExternal(path.view())));
  known = static_cast<uint32_t>(names_.size());
  return names_.back();
}

} // namespace clearway::frontend::rust
