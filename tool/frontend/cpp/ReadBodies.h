// Which function bodies of the project's headers the units of a run have read, so that later units can leave them out.
#pragma once

#include "frontend/cpp/CppModule.h"

#include <algorithm>
#include <condition_variable>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

namespace clearway::frontend::cpp {

/// What a unit leaves out depends on the order of units alone, not on who is how fast: it relies on those before
/// `reliesOn(unit)` and waits for them, which with less than kLag threads never takes long. Thread-safe.
class ReadBodies {
public:
  explicit ReadBodies(size_t units) : done_(units) {}

  /// Returns when all units that `unit` relies on are done. Units are begun in order.
  void waitFor(size_t unit);
  /// What `unit` read, once; `facts` as the module gave them.
  void add(size_t unit, const UnitFacts &facts);
  /// Whether a unit that `unit` relies on has read it.
  bool has(const BodyPlace &place, size_t unit) const;

  /// The number of units, from the first on, whose bodies `unit` does not read again. Half of those before it at first, so that
  /// nobody waits.
  static size_t reliesOn(size_t unit) { return unit - std::min(unit - unit / 2, kLag); }

private:
  static constexpr size_t kLag = 32;
  struct PlaceHash {
    size_t operator()(const BodyPlace &place) const;
  };
  void note(const BodyPlace &place, size_t unit);

  mutable std::shared_mutex mutex_;
  std::condition_variable_any progress_;
  std::unordered_map<BodyPlace, size_t, PlaceHash> first_; // the first unit that read it
  std::vector<bool> done_;
  size_t allDone_ = 0; // every unit below is
};

} // namespace clearway::frontend::cpp
