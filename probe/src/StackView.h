// The stack of a captured thread: a copy of its top, and what lies above it read from memory without
// faulting (outer frames do not change while inner ones run).
#pragma once

#include "SelfMemory.h"

#include <cstdint>
#include <cstring>

namespace clearway::probe {

struct StackView {
  uintptr_t low = 0;  // address of copy[0]
  uintptr_t high = 0; // end of the thread's stack; equals low + size when unknown
  const uint8_t *copy = nullptr;
  size_t size = 0;

  bool contains(uint64_t address) const { return address >= low && address < high; }

  bool read(uint64_t address, uint64_t &value) const {
    if (address >= low && size >= sizeof value && address - low <= size - sizeof value) {
      std::memcpy(&value, copy + (address - low), sizeof value);
      return true;
    }
    return address >= low && address + sizeof value <= high &&
           read_memory(address, &value, sizeof value) == sizeof value;
  }
};

} // namespace clearway::probe
