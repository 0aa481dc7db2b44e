// The threshold in force: the loop's own or the process-wide one, lowered by open scopes.
#pragma once

#include "Loop.h"

namespace clearway::probe {

uint64_t base_threshold_ns(const clearway_loop &loop);

// Computes the threshold in force and writes it where the hot path reads it.
void apply_threshold(clearway_loop &loop);

} // namespace clearway::probe
