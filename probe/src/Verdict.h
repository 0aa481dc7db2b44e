// What the samples of one stall say together.
#pragma once

#include "Sampler.h"

#include <array>
#include <vector>

namespace clearway::probe {

struct Verdict {
  clearway_cause cause = CLEARWAY_CAUSE_UNKNOWN;
  std::string detail;
  uint32_t samples = 0;
  std::array<uint32_t, CLEARWAY_CAUSE_COUNT> by_cause{};
  const Sample *stack = nullptr; // the sample whose stack stands for the stall; NULL if none has one
  uint32_t stack_samples = 0;    // how many have the same callers
  std::string stack_note;
};

// The cause that explains most of the time; among its samples, the stack seen for most of it.
Verdict judge(const std::vector<Sample> &samples);

// Equal for stacks through the same functions' call sites, wherever the modules are loaded.
uint64_t stack_hash(const Sample &sample, const Modules &modules);

} // namespace clearway::probe
