// What the library knows of one loop.
#pragma once

#include "EndedPolls.h"
#include "Histogram.h"

#include <clearway/probe_inline.h>

#include <array>
#include <atomic>
#include <mutex>
#include <string>

namespace clearway::probe {

// The thread that has the loop. Copied by the watchdog when `generation` changes.
struct Attachment {
  uint64_t generation = 0; // counts attaches; 0 = never attached
  int32_t thread_id = 0;   // 0 = not attached
  uintptr_t stack_low = 0;
  uintptr_t stack_high = 0;
};

// Counters that more than one thread may write.
struct LoopCounters {
  std::atomic<uint64_t> stalls{0};
  std::atomic<uint64_t> stall_ns{0};
  std::atomic<uint64_t> reports{0};
  std::atomic<uint64_t> suppressed{0};
  std::atomic<uint64_t> stacks{0};
  std::array<std::atomic<uint64_t>, CLEARWAY_CAUSE_COUNT> causes{};
  std::atomic<uint64_t> misuse_thread{0};
  std::atomic<uint64_t> misuse_nested{0};
  std::atomic<uint64_t> misuse_end{0};
};

// Returns the value before.
inline uint64_t count(std::atomic<uint64_t> &counter, uint64_t by = 1) {
  return counter.fetch_add(by, std::memory_order_relaxed);
}

} // namespace clearway::probe

// Starts with the slot, as <clearway/probe_inline.h> promises. Freed when the last reference goes: one is
// the caller's handle, one the watchdog's.
struct alignas(64) clearway_loop {
  clearway_slot slot{};
  clearway::probe::EndedPolls ended;
  clearway::probe::LoopCounters counters;
  std::atomic<bool> hold_sampling{false}; // the loop's thread waits for the watchdog itself

  uint64_t id = 0;
  std::string name;
  uint64_t expected_interval_ns = 1'000'000;
  std::atomic<uint64_t> own_threshold_ns{0}; // 0: the process-wide one
  std::atomic<void *> user{nullptr};
  uint64_t suppressed_reported = 0; // by the watchdog: how many `suppressed` are in reports
  std::atomic<int> references{1};

  std::atomic<uint64_t> attach_generation{0};
  mutable std::mutex attach_mutex;
  clearway::probe::Attachment attachment; // guarded by attach_mutex

  clearway::probe::Attachment current_attachment() const;
  clearway::probe::Histogram raw_histogram() const;
  bool was_polled() const;
  void become_child(); // after fork: only the forking thread lives on
  void retain() { references.fetch_add(1, std::memory_order_relaxed); }
  void release();
};
