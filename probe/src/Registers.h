// The registers an unwinder needs, numbered as in DWARF.
#pragma once

#include <cstdint>

namespace clearway::probe {

#if defined(__x86_64__)
inline constexpr unsigned register_count = 17;
inline constexpr unsigned frame_register = 6;   // rbp
inline constexpr unsigned stack_register = 7;   // rsp
inline constexpr unsigned return_register = 16; // the return address column
#elif defined(__aarch64__)
inline constexpr unsigned register_count = 33;
inline constexpr unsigned frame_register = 29;
inline constexpr unsigned stack_register = 31;
inline constexpr unsigned return_register = 30;
#endif
inline constexpr unsigned program_counter = register_count - 1; // where `pc` is kept

struct Registers {
  uint64_t value[register_count] = {};
  uint64_t known = 0; // bit per register

  bool has(unsigned number) const { return number < register_count && (known >> number & 1) != 0; }
  void set(unsigned number, uint64_t to) {
    value[number] = to;
    known |= uint64_t{1} << number;
  }
  void forget(unsigned number) { known &= ~(uint64_t{1} << number); }

  uint64_t pc() const { return value[program_counter]; }
  uint64_t sp() const { return value[stack_register]; }
  uint64_t fp() const { return value[frame_register]; }
};

} // namespace clearway::probe
