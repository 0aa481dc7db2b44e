// All loops of the process.
#pragma once

#include "Loop.h"

#include <atomic>
#include <mutex>
#include <vector>

namespace clearway::probe {

class Registry {
public:
  void add(clearway_loop *loop);
  void remove(clearway_loop *loop);
  // The same, but the watchdog, which may not have seen it yet, finds it among the departed.
  void remove_and_tell(clearway_loop *loop);

  // Loops that were removed since the last call, each retained: the caller releases them.
  std::vector<clearway_loop *> take_departed();

  // The loops that exist, each retained: the caller releases them.
  std::vector<clearway_loop *> retained_loops() const;

  // Changes whenever a loop is added or removed.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  // The threshold of loops without one of their own.
  uint64_t default_threshold_ns() const { return default_threshold_ns_.load(std::memory_order_relaxed); }
  void set_default_threshold_ns(uint64_t ns) noexcept; // allocates nothing

  void lock_for_fork() { mutex_.lock(); }
  void unlock_after_fork() { mutex_.unlock(); }

private:
  mutable std::mutex mutex_;
  std::vector<clearway_loop *> loops_;
  std::vector<clearway_loop *> departed_;
  std::atomic<uint64_t> generation_{1};
  std::atomic<uint64_t> default_threshold_ns_{50'000'000};
  uint64_t last_id_ = 0;
};

Registry &registry();

// Retained loops that are released at the end of the scope.
class RetainedLoops {
public:
  explicit RetainedLoops(std::vector<clearway_loop *> loops) : loops_(std::move(loops)) {}
  RetainedLoops(const RetainedLoops &) = delete;
  RetainedLoops &operator=(const RetainedLoops &) = delete;
  ~RetainedLoops() {
    for (clearway_loop *loop : loops_) {
      loop->release();
    }
  }
  auto begin() const { return loops_.begin(); }
  auto end() const { return loops_.end(); }
  size_t size() const { return loops_.size(); }

private:
  std::vector<clearway_loop *> loops_;
};

} // namespace clearway::probe
