// Why a thread did not get on, from what was seen of it in a short window. Pure: no system calls.
#pragma once

#include "ProcThread.h"

#include <clearway/probe.h>

#include <cstdint>

namespace clearway::probe {

// Between two looks at one thread.
struct Window {
  ThreadTimes before;
  ThreadTimes after;
  bool throttled = false; // the control group's quota was used up since the poll began

  uint64_t wall_ns() const { return after.at_ns > before.at_ns ? after.at_ns - before.at_ns : 0; }
  double cpu_share() const;
  bool faulting() const; // page faults, not the program's own instructions, took the time
};

// A thread that runs or wants to run.
clearway_cause classify_running(const Window &window, bool in_driver);

// A thread that sleeps in the kernel.
clearway_cause classify_blocked(int64_t syscall_number, bool in_driver);

} // namespace clearway::probe
