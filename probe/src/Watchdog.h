// The thread that looks at all loops.
#pragma once

#include "Config.h"
#include "LoopWatch.h"
#include "Reporter.h"
#include "Sampler.h"
#include "TotalsSchedule.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace clearway::probe {

class Watchdog {
public:
  int start(const clearway_config *given);
  int stop();
  // Until one whole tick has begun and ended after the call. E_NOT_RUNNING if there is nobody to wait for.
  int flush();
  // The next tick comes at once: something changed that sleep did not count on.
  void wake();
  bool running() const { return running_.load(std::memory_order_acquire); }

  void span_broken(SpanRecord record); // [any thread]
  const Sampler &sampler() const { return sampler_; }

  // Around fork: nothing of the watchdog is half-done while it is copied.
  void lock_for_fork();
  void unlock_after_fork();
  void become_child();
  bool wants_restart() const { return wants_restart_.load(std::memory_order_acquire); }

private:
  int start_as_configured();
  bool start_thread();
  void run();
  void tick(uint64_t planned_ticks);
  void refresh_loops(WatchContext &context);
  void say_farewell(LoopWatch &watch, WatchContext &context);
  uint64_t look_at_loops(WatchContext &context);
  void write_totals();
  WatchContext context();
  void note_lateness(uint64_t planned_ticks, uint64_t now_ticks);
  void sleep_until(uint64_t ticks);
  void finish_flush(uint64_t request);
  uint64_t tick_ticks() const;
  std::string open_outputs();

  std::mutex control_mutex_; // start, stop, fork
  Config config_;
  std::atomic<bool> running_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> wants_restart_{false};
  std::unique_ptr<std::thread> thread_;
  std::atomic<int> wake_file_{-1}; // stays open: any thread may be writing to it

  std::mutex tick_mutex_; // held while a tick works
  Sampler sampler_;
  Reporter reporter_;
  TotalsSchedule totals_;
  std::vector<std::unique_ptr<LoopWatch>> watches_;
  uint64_t watched_generation_ = 0;
  size_t first_watch_ = 0;
  uint64_t next_due_ticks_ = 0;
  uint64_t smallest_threshold_ticks_ = 0;
  uint64_t late_from_ticks_ = 0;
  uint64_t late_until_ticks_ = 0;

  std::mutex flush_mutex_;
  std::condition_variable flushed_;
  uint64_t flush_requested_ = 0;
  uint64_t flush_done_ = 0;
};

Watchdog &watchdog();

} // namespace clearway::probe
