// Time in three units: ticks (what slots hold), CLOCK_MONOTONIC and CLOCK_REALTIME nanoseconds.
#pragma once

#include <cstdint>

namespace clearway::probe {

// How ticks relate to nanoseconds in this process; fixed at first use.
struct Clock {
  uint64_t use_tsc = 0;
  uint64_t ns_per_tick = uint64_t{1} << 32; // 32.32 fixed point
  uint64_t anchor_ticks = 0;                // taken at the same moment as anchor_ns
  uint64_t anchor_ns = 0;

  uint64_t now_ticks() const;
  uint64_t to_ns(uint64_t ticks) const;      // of a duration
  uint64_t to_ticks(uint64_t ns) const;      // of a duration; saturates
  uint64_t monotonic_ns(uint64_t ticks) const; // of a moment
};

// The first call takes 2 ms to calibrate the processor's counter.
const Clock &process_clock();

uint64_t monotonic_ns();
uint64_t realtime_ns();

} // namespace clearway::probe
