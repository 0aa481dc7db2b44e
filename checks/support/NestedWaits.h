// Coroutines that a waiting thread drives (`sync_wait(work())` in plain code) stop no event loop, but one that waits for another
// in the same way, where it could await it, stops all that its thread has to drive.
#pragma once

#include "checks/Check.h"

#include <functional>

namespace clearway::checks {

/// Reports waits for coroutines that stand in such a coroutine itself.
void reportNestedWaits(const Context &context, const std::function<void(report::Finding)> &emit);

} // namespace clearway::checks
