// Copies of a loop's counters.
#include "Clock.h"
#include "Guard.h"
#include "Loop.h"
#include "Snapshot.h"

#include <clearway/probe.h>

#include <cstring>

namespace clearway::probe {

clearway_snapshot snapshot_of(const clearway_loop &loop) {
  clearway_snapshot result{};
  result.struct_size = sizeof result;
  Histogram raw = loop.raw_histogram();
  result.raw = raw.quantiles();
  result.corrected = raw.corrected(loop.expected_interval_ns).quantiles();
  result.polls = result.raw.count;
  result.heartbeats = CLEARWAY_LOAD(loop.slot.beats) >> 1;
  const LoopCounters &counters = loop.counters;
  result.stalls = counters.stalls;
  result.stall_ns = counters.stall_ns;
  result.reports = counters.reports;
  result.suppressed = counters.suppressed;
  result.stacks = counters.stacks;
  for (size_t cause = 0; cause < CLEARWAY_CAUSE_COUNT; ++cause) {
    result.causes[cause] = counters.causes[cause];
  }
  result.misuse_thread = counters.misuse_thread;
  result.misuse_nested = counters.misuse_nested;
  result.misuse_end = counters.misuse_end;
  result.thread_id = loop.current_attachment().thread_id;
  result.polling = CLEARWAY_LOAD(loop.slot.begin) != 0;
  return result;
}

} // namespace clearway::probe

using namespace clearway::probe;

extern "C" int clearway_loop_snapshot(const clearway_loop *loop, clearway_snapshot *out) {
  if (loop == nullptr || out == nullptr) {
    return CLEARWAY_E_INVALID;
  }
  return guarded([&] { return int(write_struct(snapshot_of(*loop), out) ? CLEARWAY_OK : CLEARWAY_E_VERSION); });
}

extern "C" int clearway_loop_histogram(const clearway_loop *loop, clearway_histogram_kind kind, uint64_t *counts) {
  bool known = kind == CLEARWAY_HISTOGRAM_RAW || kind == CLEARWAY_HISTOGRAM_CORRECTED;
  if (loop == nullptr || counts == nullptr || !known) {
    return CLEARWAY_E_INVALID;
  }
  return guarded([&] {
    Histogram raw = loop->raw_histogram();
    Histogram wanted = kind == CLEARWAY_HISTOGRAM_RAW ? raw : raw.corrected(loop->expected_interval_ns);
    std::memcpy(counts, wanted.counts.data(), sizeof wanted.counts);
    return int(CLEARWAY_OK);
  });
}
