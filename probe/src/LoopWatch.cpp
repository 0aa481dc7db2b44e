#include "LoopWatch.h"

#include "Clock.h"
#include "Scope.h"

#include <algorithm>

namespace clearway::probe {

static constexpr uint64_t ongoing_after_ns = 1'000'000'000; // and ten thresholds
static constexpr size_t most_samples = 24;

LoopWatch::~LoopWatch() {
  forget();
  loop_->release();
}

void LoopWatch::forget() {
  if (stall_.target.pending != nullptr) {
    RunningCapture::release(*stall_.target.pending);
  }
  stall_ = Stall{};
}

// False if the loop has no thread now.
bool LoopWatch::refresh_attachment() {
  uint64_t generation = loop_->attach_generation.load(std::memory_order_acquire);
  if (generation != attach_generation_) {
    attach_generation_ = generation;
    attachment_ = loop_->current_attachment();
    proc_ = attachment_.thread_id != 0 ? ProcThread(attachment_.thread_id) : ProcThread();
    last_beats_ = 0;
  }
  return attachment_.thread_id != 0;
}

uint64_t LoopWatch::look(WatchContext &context) {
  take_ended(context);
  if (!refresh_attachment()) {
    forget();
    return UINT64_MAX;
  }
  uint64_t begin = CLEARWAY_LOAD(loop_->slot.begin);
  if (begin != 0) {
    return look_at_poll(context, begin);
  }
  if (stall_.active && !stall_.heartbeat) {
    take_ended(context); // it ended between the two looks, or was below the threshold after all
    forget();
  }
  return CLEARWAY_LOAD(loop_->slot.sequence) == 0 ? look_at_heartbeat(context) : UINT64_MAX;
}

bool LoopWatch::totals_due(uint64_t round) {
  if (totals_round_ == round) {
    return false;
  }
  totals_round_ = round;
  uint64_t edges = 2 * CLEARWAY_LOAD(loop_->slot.sequence) + (CLEARWAY_LOAD(loop_->slot.begin) == 0);
  uint64_t beats = CLEARWAY_LOAD(loop_->slot.beats);
  bool active = edges != totals_edges_ || beats != totals_beats_;
  totals_edges_ = edges;
  totals_beats_ = beats;
  return active;
}

void LoopWatch::take_ended(WatchContext &context) {
  EndedPoll poll;
  while (loop_->ended.pop(poll)) {
    report_ended(context, poll);
  }
  // The ring was full: the stalls are counted, and now also known to be missing from the reports.
  uint64_t dropped = loop_->ended.take_dropped();
  if (dropped != 0) {
    count(loop_->counters.suppressed, dropped);
    count(loop_->counters.causes[CLEARWAY_CAUSE_UNKNOWN], dropped);
  }
}

void LoopWatch::discard_ended() {
  EndedPoll poll;
  while (loop_->ended.pop(poll)) {
    count(loop_->counters.causes[CLEARWAY_CAUSE_UNKNOWN]);
  }
}

bool LoopWatch::late(const WatchContext &context, uint64_t end_ticks) const {
  return stall_.poll.begin_ticks < context.late_until_ticks && end_ticks > context.late_from_ticks;
}

void LoopWatch::report_ended(WatchContext &context, const EndedPoll &poll) {
  if (!stall_.active || stall_.poll.sequence != poll.sequence) {
    forget(); // never sampled
    stall_.target.loop = loop_;
    stall_.target.attachment = attachment_;
  }
  stall_.poll = poll;
  if (stall_.pending_sample >= 0) {
    context.sampler.collect(stall_.target, stall_.samples[size_t(stall_.pending_sample)]);
  }
  context.sampler.blame_quota(stall_.target, stall_.samples);
  context.reporter.report_ended(stall_, context.sampler.modules(), context.sampler.symbols_enabled(),
                                late(context, poll.end_ticks));
  forget();
}

uint64_t LoopWatch::look_at_poll(WatchContext &context, uint64_t begin) {
  EndedPoll poll{CLEARWAY_LOAD(loop_->slot.sequence), begin, 0, uint32_t(CLEARWAY_LOAD(loop_->slot.operation))};
  if (CLEARWAY_LOAD(loop_->slot.begin) != begin) {
    return UINT64_MAX; // the next poll began meanwhile
  }
  if (stall_.active && stall_.poll.sequence != poll.sequence) {
    take_ended(context);
    forget();
  }
  uint64_t threshold = CLEARWAY_LOAD(loop_->slot.threshold_ticks);
  uint64_t elapsed = context.now_ticks > begin ? context.now_ticks - begin : 0;
  if (!stall_.active) {
    if (elapsed < threshold / 2) {
      return begin + threshold / 2;
    }
    suspect(context, poll);
  }
  return sample_if_due(context);
}

// Half the threshold is gone: what the clocks say now is compared with what they say when it is overdue.
void LoopWatch::suspect(WatchContext &context, const EndedPoll &poll) {
  forget();
  stall_.active = true;
  stall_.poll = poll;
  stall_.target.loop = loop_;
  stall_.target.poll_begin = CLEARWAY_LOAD(loop_->slot.sequence) == 0 ? 0 : poll.begin_ticks;
  stall_.target.proc = &proc_;
  stall_.target.attachment = attachment_;
  stall_.target.before = context.sampler.times(proc_);
  stall_.target.quota_before = context.sampler.quota(attachment_.thread_id);
}

// Samples are taken at the threshold and every eighth of it, then at 2, 4, 8, ... thresholds.
uint64_t LoopWatch::due_ticks(const WatchContext &context) const {
  uint64_t threshold = CLEARWAY_LOAD(loop_->slot.threshold_ticks);
  size_t taken = stall_.samples.size();
  if (taken >= most_samples) {
    return UINT64_MAX;
  }
  uint64_t at = taken < context.samples_per_stall ? threshold + threshold / 8 * taken
                                                  : threshold << (taken - context.samples_per_stall + 1);
  uint64_t earliest = stall_.last_sample_ticks == 0 ? 0 : stall_.last_sample_ticks + threshold / 16;
  return std::max(stall_.poll.begin_ticks + at, earliest);
}

uint64_t LoopWatch::sample_if_due(WatchContext &context) {
  if (stall_.pending_sample >= 0 &&
      context.sampler.collect(stall_.target, stall_.samples[size_t(stall_.pending_sample)])) {
    stall_.pending_sample = -1;
  }
  uint64_t due = due_ticks(context);
  if (context.now_ticks < due || loop_->hold_sampling.load(std::memory_order_acquire)) {
    return due;
  }
  if (context.samples_left-- <= 0) {
    return context.now_ticks + 1; // other loops had their turn; this one is first next time
  }
  take_sample(context);
  return due_ticks(context);
}

void LoopWatch::take_sample(WatchContext &context) {
  bool stacks = scopes().any() || context.reporter.would_report();
  bool was_pending = stall_.target.pending != nullptr;
  Sample sample = context.sampler.take(stall_.target, stacks);
  if (sample.poll_over) {
    return;
  }
  stall_.samples.push_back(std::move(sample));
  stall_.last_sample_ticks = process_clock().now_ticks();
  if (stall_.target.pending == nullptr) {
    stall_.pending_sample = -1;
  } else if (!was_pending) {
    stall_.pending_sample = int(stall_.samples.size()) - 1;
  }
  const Clock &clock = process_clock();
  uint64_t elapsed_ns = clock.to_ns(stall_.last_sample_ticks - stall_.poll.begin_ticks);
  uint64_t threshold_ns = clock.to_ns(CLEARWAY_LOAD(loop_->slot.threshold_ticks));
  if (!stall_.reported_ongoing && elapsed_ns > std::max(ongoing_after_ns, threshold_ns * 10)) {
    context.sampler.blame_quota(stall_.target, stall_.samples);
    context.reporter.report_ongoing(stall_, context.sampler.modules(), context.sampler.symbols_enabled(),
                                    late(context, stall_.last_sample_ticks));
  }
}

// A loop that only beats: silence is a stall, unless it said that it waits.
uint64_t LoopWatch::look_at_heartbeat(WatchContext &context) {
  uint64_t beats = CLEARWAY_LOAD(loop_->slot.beats);
  bool idle = (beats & 1) != 0;
  if (beats != last_beats_ || idle) {
    end_silence(context);
    last_beats_ = beats;
    last_beat_ticks_ = context.now_ticks;
    return UINT64_MAX;
  }
  uint64_t threshold = CLEARWAY_LOAD(loop_->slot.threshold_ticks);
  if (!stall_.active) {
    if (context.now_ticks - last_beat_ticks_ < threshold / 2) {
      return last_beat_ticks_ + threshold / 2;
    }
    suspect(context, {beats >> 1, last_beat_ticks_, 0, 0});
    stall_.heartbeat = true;
  }
  return sample_if_due(context);
}

void LoopWatch::end_silence(WatchContext &context) {
  uint64_t threshold = CLEARWAY_LOAD(loop_->slot.threshold_ticks);
  uint64_t silence = context.now_ticks - stall_.poll.begin_ticks;
  if (stall_.active && stall_.heartbeat && silence >= threshold) {
    count(loop_->counters.stalls);
    count(loop_->counters.stall_ns, process_clock().to_ns(silence));
    scopes().poll_ended(*loop_, stall_.poll.begin_ticks, context.now_ticks);
    EndedPoll ended = stall_.poll;
    ended.end_ticks = context.now_ticks;
    report_ended(context, ended);
  }
  forget();
}

void LoopWatch::tell_scopes(WatchContext &context) {
  if (stall_.active && !stall_.samples.empty()) {
    context.reporter.tell_scopes(stall_, context.sampler.modules(), context.sampler.symbols_enabled());
  }
}

void LoopWatch::finish(WatchContext &context) {
  take_ended(context);
  if (stall_.active && !stall_.samples.empty() && !stall_.reported_ongoing) {
    context.reporter.report_ongoing(stall_, context.sampler.modules(), context.sampler.symbols_enabled(), false);
  }
  forget();
}

} // namespace clearway::probe
