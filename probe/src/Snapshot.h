#pragma once

#include "Loop.h"

namespace clearway::probe {

// Consistent enough: counters are read one by one while the loop runs on.
clearway_snapshot snapshot_of(const clearway_loop &loop);

} // namespace clearway::probe
