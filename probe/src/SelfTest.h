// Takes stacks of the calling thread in the two ways in which the watchdog takes those of others, and looks whether they are right.
#pragma once

#include "RunningCapture.h"

namespace clearway::probe {

// As of a thread that is blocked in a system call: without a signal.
bool can_take_blocked_stack();
// As of a thread that runs: by signal. False too if the calling thread blocks the signal.
bool can_take_running_stack(const RunningCapture &capture);

} // namespace clearway::probe
