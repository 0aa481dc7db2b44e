#include "Clock.h"

#include <clearway/probe_inline.h>

#include <ctime>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace clearway::probe {

static uint64_t read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return uint64_t(now.tv_sec) * 1'000'000'000u + uint64_t(now.tv_nsec);
}

uint64_t monotonic_ns() { return read_clock(CLOCK_MONOTONIC); }
uint64_t realtime_ns() { return read_clock(CLOCK_REALTIME); }

#if defined(__x86_64__)
// Constant rate and running in sleep states; without it the counter is no clock.
static bool counter_is_invariant() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(0x80000007u, &a, &b, &c, &d) != 0 && (d & (1u << 8)) != 0;
}

struct Pair {
  uint64_t ticks, ns;
};

// The tightest of several readings, so that a preemption between the two clocks does no harm.
static Pair read_both() {
  Pair best{};
  uint64_t best_gap = UINT64_MAX;
  for (int i = 0; i < 16; ++i) {
    uint64_t before = __rdtsc();
    uint64_t ns = monotonic_ns();
    uint64_t after = __rdtsc();
    if (after - before < best_gap) {
      best_gap = after - before;
      best = {before + (after - before) / 2, ns};
    }
  }
  return best;
}

static Clock calibrate() {
  if (!counter_is_invariant()) {
    return {};
  }
  Pair first = read_both();
  while (monotonic_ns() - first.ns < 2'000'000) {
  }
  Pair second = read_both();
  if (second.ticks <= first.ticks) {
    return {};
  }
  auto scaled = (static_cast<unsigned __int128>(second.ns - first.ns) << 32) / (second.ticks - first.ticks);
  return {1, uint64_t(scaled), second.ticks, second.ns};
}
#else
static Clock calibrate() { return {}; }
#endif

const Clock &process_clock() {
  static const Clock clock = calibrate();
  return clock;
}

uint64_t Clock::now_ticks() const {
#if defined(__x86_64__)
  if (use_tsc != 0) {
    return __rdtsc();
  }
#endif
  return probe::monotonic_ns();
}

uint64_t Clock::to_ns(uint64_t ticks) const {
  return uint64_t((static_cast<unsigned __int128>(ticks) * ns_per_tick) >> 32);
}

uint64_t Clock::to_ticks(uint64_t ns) const {
  auto ticks = ((static_cast<unsigned __int128>(ns) << 32) + ns_per_tick - 1) / ns_per_tick; // and back is the same
  return ticks > UINT64_MAX ? UINT64_MAX : uint64_t(ticks);
}

uint64_t Clock::monotonic_ns(uint64_t ticks) const {
  int64_t distance = int64_t(ticks - anchor_ticks);
  return distance < 0 ? anchor_ns - to_ns(uint64_t(-distance)) : anchor_ns + to_ns(uint64_t(distance));
}

} // namespace clearway::probe

extern "C" uint64_t clearway_clock_ns(void) { return clearway::probe::monotonic_ns(); }
