#include "Threshold.h"

#include "Clock.h"
#include "Guard.h"
#include "Registry.h"
#include "Scope.h"
#include "Watchdog.h"

#include <algorithm>

namespace clearway::probe {

uint64_t base_threshold_ns(const clearway_loop &loop) {
  uint64_t own = loop.own_threshold_ns.load(std::memory_order_relaxed);
  return own != 0 ? own : registry().default_threshold_ns();
}

void apply_threshold(clearway_loop &loop) {
  uint64_t ns = std::min(base_threshold_ns(loop), scopes().limit_for(loop));
  CLEARWAY_STORE(loop.slot.threshold_ticks, process_clock().to_ticks(ns));
  watchdog().wake(); // its tick depends on the smallest threshold
}

} // namespace clearway::probe

using namespace clearway::probe;

extern "C" int clearway_loop_set_threshold(clearway_loop *loop, uint64_t threshold_ns) {
  if (loop == nullptr || threshold_ns == 0) {
    return CLEARWAY_E_INVALID;
  }
  return guarded([&] {
    loop->own_threshold_ns.store(threshold_ns, std::memory_order_relaxed);
    apply_threshold(*loop);
    return int(CLEARWAY_OK);
  });
}
