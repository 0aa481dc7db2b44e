// The guards that are held at one point of a function.
#pragma once

#include "analysis/LockFlow.h"

namespace clearway::analysis {

/// Sorted by acquisition, then holder; one of each.
using LockState = std::vector<HeldAt::Guard>;

bool before(const HeldAt::Guard &a, const HeldAt::Guard &b);

/// The union; what only one side holds is held on some path only. Returns whether `into` changed.
bool mergeInto(LockState &into, const LockState &from);

/// Adds a guard that is held on every path here.
void insert(LockState &state, const HeldAt::Guard &guard);

/// In order, and one of each: on one path an object may hold already what another path moves into it.
void normalise(LockState &state);

} // namespace clearway::analysis
