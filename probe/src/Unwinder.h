// Walks a captured stack, off the captured thread.
#pragma once

#include "Modules.h"
#include "Registers.h"
#include "StackView.h"

#include <cstdint>
#include <vector>

namespace clearway::probe {

struct RawStack {
  std::vector<uintptr_t> addresses; // innermost first: the pc, then call sites (return addresses minus one)
  bool complete = false;            // reached the thread's first function, by frames that are certain
  size_t first_guess = SIZE_MAX;    // frames from here on may be wrong
};

inline constexpr size_t most_frames = 128;

// Uses call frame information where a module has it, otherwise frame pointers. Registers may be partly
// unknown (a blocked thread shows only pc and sp): a missing frame pointer is searched on the stack, as a return
// address behind a call of the function. Where there is none the best guess goes on, and is marked.
RawStack unwind(const Registers &at, const StackView &stack, const Modules &modules);

} // namespace clearway::probe
