// A small open-addressing map from 64-bit keys to 32-bit values that is emptied in constant time: front ends
// fill and empty such tables once per function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace clearway::facts {

class FlatMap {
public:
  /// Where the value of `key` lies; a new one holds `absent`. Valid until the next call.
  uint32_t &at(uint64_t key, uint32_t absent) {
    if ((used_ + 1) * 2 > slots_.size())
      grow();
    Slot &slot = slots_[probe(key)];
    if (slot.generation != generation_) {
      slot = {key, absent, generation_};
      ++used_;
    }
    return slot.value;
  }

  const uint32_t *find(uint64_t key) const {
    if (used_ == 0)
      return nullptr;
    const Slot &slot = slots_[probe(key)];
    return slot.generation == generation_ ? &slot.value : nullptr;
  }

  void clear() {
    used_ = 0;
    ++generation_;
  }

private:
  struct Slot {
    uint64_t key = 0;
    uint32_t value = 0;
    uint32_t generation = 0;
  };

  size_t probe(uint64_t key) const {
    const size_t mask = slots_.size() - 1;
    size_t at = (key * 0x9E3779B97F4A7C15ull >> 29) & mask;
    while (slots_[at].generation == generation_ && slots_[at].key != key)
      at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot &slot : old)
      if (slot.generation == generation_)
        slots_[probe(slot.key)] = slot;
  }

  std::vector<Slot> slots_;
  size_t used_ = 0;
  uint32_t generation_ = 1;
};

} // namespace clearway::facts
