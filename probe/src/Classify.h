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

  uint64_t wall_ns() const { return after.at_ns > before.at_ns ? after.at_ns - before.at_ns : 0; }
  double cpu_share() const;
  bool faulting() const; // page faults, not the program's own instructions, took the time
};

// A thread that runs or wants to run.
clearway_cause classify_running(const Window &window, bool in_driver);

// Whether a thread that was ready for `waited_ns` without a core waited for its control group's quota, which kept
// threads waiting for `throttled_ns`, rather than for other threads.
bool quota_explains(uint64_t throttled_ns, uint64_t waited_ns);

// A thread that sleeps in the kernel.
clearway_cause classify_blocked(int64_t syscall_number, bool in_driver);

} // namespace clearway::probe
