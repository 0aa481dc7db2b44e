// The watchdog's view of one loop: notices overdue polls, has them sampled and hands ended stalls on.
#pragma once

#include "Loop.h"
#include "ProcThread.h"
#include "Reporter.h"
#include "Sampler.h"
#include "Stall.h"

#include <cstdint>

namespace clearway::probe {

struct WatchContext {
  Sampler &sampler;
  Reporter &reporter;
  uint64_t now_ticks = 0;
  uint32_t samples_per_stall = 5;
  // The watchdog was late between these moments: stalls that overlap them are marked.
  uint64_t late_from_ticks = 0;
  uint64_t late_until_ticks = 0;
  int samples_left = 0; // in this tick, over all loops: bounds how long a tick can take
};

class LoopWatch {
public:
  explicit LoopWatch(clearway_loop *loop) : loop_(loop) { loop_->retain(); }
  LoopWatch(const LoopWatch &) = delete;
  LoopWatch &operator=(const LoopWatch &) = delete;
  ~LoopWatch();

  clearway_loop *loop() const { return loop_; }

  // Looks at the loop. Returns when it must be looked at again, in ticks; UINT64_MAX: at the next tick of
  // the watchdog.
  uint64_t look(WatchContext &context);

  // Tells open scopes what is known of a poll in progress.
  void tell_scopes(WatchContext &context);

  // The watchdog stops: an ongoing stall is reported as such.
  void finish(WatchContext &context);

  // Polls that ended while nobody watched are not news.
  void discard_ended();

  // Reports the stalls that have ended.
  void take_ended(WatchContext &context);

  // Whether this loop's totals are to be written in this round: once in each, if it did anything since the last time.
  bool totals_due(uint64_t round);

private:
  bool refresh_attachment();
  void report_ended(WatchContext &context, const EndedPoll &poll);
  uint64_t look_at_poll(WatchContext &context, uint64_t begin);
  uint64_t look_at_heartbeat(WatchContext &context);
  void end_silence(WatchContext &context);
  void suspect(WatchContext &context, const EndedPoll &poll);
  uint64_t sample_if_due(WatchContext &context);
  void take_sample(WatchContext &context);
  uint64_t due_ticks(const WatchContext &context) const;
  void forget();
  bool late(const WatchContext &context, uint64_t end_ticks) const;

  clearway_loop *loop_;
  uint64_t attach_generation_ = UINT64_MAX;
  Attachment attachment_;
  ProcThread proc_;
  Stall stall_;
  uint64_t last_beats_ = 0;
  uint64_t last_beat_ticks_ = 0;
  uint64_t totals_round_ = 0;
  uint64_t totals_edges_ = 1; // begins and ends of polls
  uint64_t totals_beats_ = 1; // idle
};

} // namespace clearway::probe
