// Open scopes: "no poll above the limit between here and there".
#pragma once

#include "Loop.h"

#include <clearway/probe.h>

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

// Guarded by the mutex of Scopes, except what begin and end alone touch.
struct clearway_scope {
  clearway_loop *loop = nullptr; // NULL: all; retained
  uint64_t limit_ns = 0;
  uint64_t begin_ticks = 0;
  std::vector<clearway_loop *> loops;   // at the begin, and adopted since; retained
  std::vector<clearway_loop *> created; // since, not adopted yet; retained
  std::vector<clearway::probe::Histogram> before;
  uint64_t beats_before = 0;

  uint64_t stalls = 0;
  uint64_t worst_ticks = 0;
  uint64_t worst_reported_ns = 0;
  clearway_cause cause = CLEARWAY_CAUSE_UNKNOWN;
  std::string culprit;

  bool covers(const clearway_loop &other) const { return loop == nullptr || loop == &other; }
};

namespace clearway::probe {

class Scopes {
public:
  void open(clearway_scope *scope);
  void close(clearway_scope *scope);

  // A loop that scopes of all loops cover from now on, even if it is gone before they end.
  void loop_created(clearway_loop &loop);
  void adopt_created(clearway_scope &scope);

  // The lowest limit of the scopes that cover the loop; UINT64_MAX if none.
  uint64_t limit_for(const clearway_loop &loop) const;

  // A poll above the threshold ended. [loop's thread; the watchdog for heartbeat loops]
  void poll_ended(const clearway_loop &loop, uint64_t begin_ticks, uint64_t end_ticks);

  // The watchdog knows the culprit. `text` is for a person.
  void culprit_found(const clearway_loop &loop, const clearway_report &report, const std::string &text);

  bool any() const { return open_.load(std::memory_order_acquire) != 0; }
  void lock_for_fork() { mutex_.lock(); }
  void unlock_after_fork() { mutex_.unlock(); }

private:
  mutable std::mutex mutex_;
  std::vector<clearway_scope *> scopes_;
  std::atomic<size_t> open_{0};
};

Scopes &scopes();

} // namespace clearway::probe
