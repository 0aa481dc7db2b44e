// Finds entries by qualified name: exactly, by pattern, or through the bases of the type a name belongs to.
#pragma once

#include "catalog/Catalog.h"

#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace clearway::catalog {

inline constexpr uint32_t kNoEntry = UINT32_MAX;

/// The index of one language. Const member functions may be called from any thread.
class NameIndex {
public:
  /// Makes room for that many more entries.
  void reserve(size_t more);
  /// Makes `entry` findable as number `at`. If its name has an entry already, that one's number is returned and stays.
  uint32_t add(const Entry &entry, uint32_t at);
  void markRemoved(std::string_view name) { removed_.insert(name); }
  bool isRemoved(std::string_view name) const { return removed_.contains(name); }
  /// Forgets the entries, not the removals.
  void clearEntries();

  /// The number of the entry for a name; kNoEntry if there is none. `entries` are those the numbers stand for.
  uint32_t find(std::string_view name, std::span<const Entry> entries) const { return find(name, entries, 0); }
  /// True if an entry's name is this one or lies below it.
  bool knowsPrefix(std::string_view name) const { return prefixes_.contains(name); }

private:
  struct Hash {
    size_t operator()(std::string_view text) const;
  };
  template <typename Value> using Table = std::unordered_map<std::string_view, Value, Hash>;

  uint32_t find(std::string_view name, std::span<const Entry> entries, unsigned depth) const;
  uint32_t findInherited(const Entry &type, std::string_view rest, std::span<const Entry> entries, unsigned depth) const;
  void addPrefixes(std::string_view name);

  // All views are of interned text.
  Table<uint32_t> exact_;    // by full name
  Table<uint32_t> patterns_; // by what precedes ".*"
  std::unordered_set<std::string_view, Hash> prefixes_, removed_;
};

} // namespace clearway::catalog
