#include "catalog/NameIndex.h"

#include "catalog/NamePattern.h"

#include <xxhash.h>

namespace clearway::catalog {
namespace {

constexpr unsigned kDeepestInheritance = 16; // users may write cycles

/// The length of the name's owner: what precedes its last separator, 0 if there is none.
size_t ownerLength(std::string_view name) {
  const size_t last = name.find_last_of(".:");
  if (last == std::string_view::npos || last == 0)
    return 0;
  return name[last] == ':' ? last - 1 : last;
}

} // namespace

size_t NameIndex::Hash::operator()(std::string_view text) const { return XXH3_64bits(text.data(), text.size()); }

void NameIndex::reserve(size_t more) {
  exact_.reserve(exact_.size() + more);
  prefixes_.reserve(prefixes_.size() + more);
}

uint32_t NameIndex::add(const Entry &entry, uint32_t at) {
  const std::string_view name = entry.name.view();
  removed_.erase(name);
  std::string_view prefix;
  const bool pattern = isPattern(name, prefix);
  const auto [slot, isNew] = pattern ? patterns_.try_emplace(prefix, at) : exact_.try_emplace(name, at);
  if (isNew)
    addPrefixes(pattern ? prefix : name);
  return slot->second;
}

void NameIndex::clearEntries() {
  exact_.clear();
  patterns_.clear();
  prefixes_.clear();
}

void NameIndex::addPrefixes(std::string_view name) {
  while (!name.empty() && prefixes_.insert(name).second)
    name = name.substr(0, ownerLength(name));
}

uint32_t NameIndex::find(std::string_view name, std::span<const Entry> entries, unsigned depth) const {
  if (removed_.contains(name))
    return kNoEntry;
  if (const auto exact = exact_.find(name); exact != exact_.end())
    return exact->second;
  // From the innermost owner outwards: what covers it as a pattern, then what it inherits as a type.
  for (size_t length = ownerLength(name); length > 0; length = ownerLength(name.substr(0, length))) {
    const std::string_view owner = name.substr(0, length);
    if (const auto pattern = patterns_.find(owner); pattern != patterns_.end())
      return pattern->second;
    const auto type = exact_.find(owner);
    if (type == exact_.end())
      continue;
    if (const uint32_t found = findInherited(entries[type->second], name.substr(length), entries, depth); found != kNoEntry)
      return found;
  }
  return kNoEntry;
}

uint32_t NameIndex::findInherited(const Entry &type, std::string_view rest, std::span<const Entry> entries,
                                  unsigned depth) const {
  if (depth == kDeepestInheritance)
    return kNoEntry;
  for (const Name base : type.bases) {
    std::string name(base.view());
    name += rest;
    if (const uint32_t found = find(name, entries, depth + 1); found != kNoEntry)
      return found;
  }
  return kNoEntry;
}

} // namespace clearway::catalog
