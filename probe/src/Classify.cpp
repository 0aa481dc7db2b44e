#include "Classify.h"

#include "SyscallNames.h"

namespace clearway::probe {

// Shorter windows say nothing: the clocks are read microseconds apart.
static constexpr uint64_t shortest_window_ns = 50'000;
// A thread that gets less of a core than this is starved; one that computes beside others gets more.
static constexpr double starved_below = 0.4;
// A fault costs 1 to 3 us, so that this many per millisecond are most of it.
static constexpr double faults_per_ms = 250;
static constexpr uint64_t many_major_faults = 3;

double Window::cpu_share() const {
  uint64_t wall = wall_ns();
  if (wall < shortest_window_ns || after.cpu_ns < before.cpu_ns) {
    return 1.0;
  }
  return double(after.cpu_ns - before.cpu_ns) / double(wall);
}

bool Window::faulting() const {
  if (after.major_faults - before.major_faults > many_major_faults && before.at_ns != 0) {
    return true;
  }
  uint64_t wall = wall_ns();
  double faults = double(after.minor_faults) - double(before.minor_faults);
  return wall >= shortest_window_ns && faults / (double(wall) / 1e6) > faults_per_ms;
}

clearway_cause classify_running(const Window &window, bool in_driver) {
  if (window.faulting()) {
    return CLEARWAY_CAUSE_PAGE_FAULT;
  }
  if (window.cpu_share() < starved_below) {
    return CLEARWAY_CAUSE_STARVED;
  }
  return in_driver ? CLEARWAY_CAUSE_DEVICE_WAIT : CLEARWAY_CAUSE_ON_CPU;
}

bool quota_explains(uint64_t throttled_ns, uint64_t waited_ns) {
  return waited_ns != 0 && throttled_ns >= waited_ns / 2;
}

clearway_cause classify_blocked(int64_t syscall_number, bool in_driver) {
  if (in_driver) {
    return CLEARWAY_CAUSE_DEVICE_WAIT;
  }
  if (syscall_number < 0) {
    return CLEARWAY_CAUSE_PAGE_FAULT;
  }
  return is_lock_syscall(syscall_number) ? CLEARWAY_CAUSE_LOCK : CLEARWAY_CAUSE_SYSCALL;
}

} // namespace clearway::probe
