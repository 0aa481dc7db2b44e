// DWARF expressions, as far as call frame information uses them.
#pragma once

#include "Registers.h"
#include "StackView.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace clearway::probe {

// Evaluates an expression; `initial` is on the stack at the start. Empty if it needs an unknown register,
// unreadable memory or an unknown operation.
std::optional<uint64_t> evaluate(const uint8_t *code, size_t size, const Registers &registers,
                                 const StackView &stack, std::optional<uint64_t> initial);

} // namespace clearway::probe
