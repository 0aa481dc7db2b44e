// Call frame information: how to get from a frame to its caller (DWARF .eh_frame).
#pragma once

#include "ElfImage.h"
#include "Registers.h"

#include <array>
#include <cstdint>

namespace clearway::probe {

enum class RuleKind : uint8_t { same, undefined, at_offset, value_offset, in_register, at_expression, value_expression };

struct Rule {
  RuleKind kind = RuleKind::same;
  unsigned reg = 0;
  int64_t offset = 0;
  const uint8_t *expression = nullptr;
  size_t length = 0;
};

// The rules in force at one instruction.
struct CfiRow {
  Rule cfa; // value_offset from a register, or value_expression
  std::array<Rule, register_count> rules;
  uint64_t function = 0;     // link-time address of its first instruction
  bool signal_frame = false; // the pc is exact, not a return address
};

// Finds the rules for a link-time address. False if the image has none, or in a form no compiler writes.
bool find_cfi(const ElfImage &image, uint64_t address, CfiRow &row);

} // namespace clearway::probe
