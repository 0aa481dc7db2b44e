// What the catalogue says, asked for the same names again and again: each answer is looked up once.
#pragma once

#include "catalog/Catalog.h"
#include "facts/FlatMap.h"

namespace clearway::frontend::rust {

/// Belongs to one thread.
class Knowledge {
public:
  explicit Knowledge(const catalog::Catalog &catalog) : catalog_(catalog) {}

  /// As in Catalog, for Rust.
  const catalog::Entry *find(Name name) const;
  const catalog::Entry *findMember(Name type, Name member) const;
  bool knowsPrefix(Name name) const;
  /// `core::…` and `alloc::…` as `std::…`; anything else as it is.
  Name canonical(Name path) const;
  /// `base::name`; without a base, `name`.
  Name joined(Name base, Name name) const;
  std::span<const catalog::Entry> entries() const { return catalog_.entries(); }

private:
  uint32_t numberOf(const catalog::Entry *entry) const;
  const catalog::Entry *entryAt(uint32_t number) const;

  const catalog::Catalog &catalog_;
  // By handles. Entries by their number, two more than it: 0 is "not asked", 1 "none".
  mutable facts::FlatMap entries_, members_, prefixes_;
  mutable facts::FlatMap joined_, canonical_; // the place in names_, plus one
  mutable std::vector<Name> names_;
};

} // namespace clearway::frontend::rust
