#include "Scope.h"

#include "Clock.h"
#include "Guard.h"
#include "Immortal.h"
#include "Registry.h"
#include "Threshold.h"
#include "Watchdog.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace clearway::probe {

Scopes &scopes() { return immortal<Scopes>(); }

void Scopes::open(clearway_scope *scope) {
  std::lock_guard lock(mutex_);
  scopes_.push_back(scope);
  open_.store(scopes_.size(), std::memory_order_release);
}

void Scopes::close(clearway_scope *scope) {
  std::lock_guard lock(mutex_);
  std::erase(scopes_, scope);
  open_.store(scopes_.size(), std::memory_order_release);
}

void Scopes::loop_created(clearway_loop &loop) {
  if (!any()) {
    return;
  }
  std::lock_guard lock(mutex_);
  for (clearway_scope *scope : scopes_) {
    if (scope->loop == nullptr) {
      scope->created.push_back(&loop);
      loop.retain();
    }
  }
}

void Scopes::adopt_created(clearway_scope &scope) {
  std::lock_guard lock(mutex_);
  scope.before.resize(scope.loops.size() + scope.created.size()); // they had no polls
  scope.loops.insert(scope.loops.end(), scope.created.begin(), scope.created.end());
  scope.created.clear();
}

uint64_t Scopes::limit_for(const clearway_loop &loop) const {
  if (!any()) {
    return UINT64_MAX;
  }
  std::lock_guard lock(mutex_);
  uint64_t lowest = UINT64_MAX;
  for (const clearway_scope *scope : scopes_) {
    lowest = scope->covers(loop) ? std::min(lowest, scope->limit_ns) : lowest;
  }
  return lowest;
}

// The part of a poll that lies inside the scope.
static uint64_t inside_ticks(const clearway_scope &scope, uint64_t begin_ticks, uint64_t end_ticks) {
  uint64_t from = std::max(scope.begin_ticks, begin_ticks);
  return end_ticks > from ? end_ticks - from : 0;
}

static void account(clearway_scope &scope, uint64_t begin_ticks, uint64_t end_ticks) {
  uint64_t inside = inside_ticks(scope, begin_ticks, end_ticks);
  scope.worst_ticks = std::max(scope.worst_ticks, inside);
  scope.stalls += process_clock().to_ns(inside) > scope.limit_ns;
}

void Scopes::poll_ended(const clearway_loop &loop, uint64_t begin_ticks, uint64_t end_ticks) {
  if (!any()) {
    return;
  }
  std::lock_guard lock(mutex_);
  for (clearway_scope *scope : scopes_) {
    if (scope->covers(loop)) {
      account(*scope, begin_ticks, end_ticks);
    }
  }
}

void Scopes::culprit_found(const clearway_loop &loop, const clearway_report &report, const std::string &text) {
  std::lock_guard lock(mutex_);
  for (clearway_scope *scope : scopes_) {
    uint64_t begin = process_clock().monotonic_ns(scope->begin_ticks);
    uint64_t end = report.begin_ns + report.duration_ns;
    uint64_t inside = end - std::min(end, std::max(begin, report.begin_ns));
    if (scope->covers(loop) && inside > scope->limit_ns && inside > scope->worst_reported_ns) {
      scope->worst_reported_ns = inside;
      scope->cause = report.cause;
      scope->culprit = text;
    }
  }
}

static uint64_t total_beats(const clearway_scope &scope) {
  uint64_t beats = 0;
  for (const clearway_loop *loop : scope.loops) {
    beats += CLEARWAY_LOAD(loop->slot.beats) >> 1;
  }
  return beats;
}

static void apply_thresholds(const clearway_scope &scope) {
  RetainedLoops all(registry().retained_loops()); // loops created in the scope too
  for (clearway_loop *loop : all) {
    if (scope.covers(*loop)) {
      apply_threshold(*loop);
    }
  }
}

namespace {
// Whatever happens, the scope is closed, its limit is lifted and its loops are released.
struct EndScope {
  void operator()(clearway_scope *scope) const {
    scopes().close(scope);
    for (const std::vector<clearway_loop *> *loops : {&scope->loops, &scope->created}) {
      for (clearway_loop *loop : *loops) {
        apply_threshold(*loop);
        loop->release();
      }
    }
    delete scope;
  }
};
using OwnedScope = std::unique_ptr<clearway_scope, EndScope>;
} // namespace

static OwnedScope begin_scope(clearway_loop *loop, uint64_t limit_ns) {
  OwnedScope scope(new clearway_scope);
  scope->loop = loop;
  scope->limit_ns = limit_ns;
  if (loop != nullptr) {
    scope->loops.push_back(loop);
    loop->retain();
  } else {
    scope->loops = registry().retained_loops();
  }
  for (const clearway_loop *covered : scope->loops) {
    scope->before.push_back(covered->raw_histogram());
  }
  scope->beats_before = total_beats(*scope);
  scope->begin_ticks = process_clock().now_ticks();
  scopes().open(scope.get());
  apply_thresholds(*scope);
  return scope;
}

// What the polls in progress have taken so far; true if there is one.
static bool account_polls_in_progress(clearway_scope &scope, uint64_t now) {
  bool any = false;
  for (const clearway_loop *loop : scope.loops) {
    uint64_t begin = CLEARWAY_LOAD(loop->slot.begin);
    if (begin != 0) {
      any = true;
      account(scope, begin, now);
    }
  }
  return any;
}

// Polls below the limit are not measured one by one: the highest bucket that grew is the worst of them.
static uint64_t count_polls(clearway_scope &scope, uint64_t &worst_ns) {
  uint64_t polls = 0;
  for (size_t i = 0; i < scope.loops.size(); ++i) {
    Histogram after = scope.loops[i]->raw_histogram();
    for (size_t bucket = 0; bucket < after.counts.size(); ++bucket) {
      uint64_t grown = after.counts[bucket] - scope.before[i].counts[bucket];
      polls += grown;
      if (grown != 0) {
        worst_ns = std::max(worst_ns, std::min(bucket_middle_ns(bucket), scope.limit_ns));
      }
    }
  }
  return polls;
}

static void write_summary(const clearway_scope &scope, clearway_scope_result &result) {
  auto milliseconds = [](uint64_t ns) { return std::to_string(double(ns) / 1e6).substr(0, 8) + " ms"; };
  std::string text = std::to_string(result.stalls) + " of " + std::to_string(result.polls) +
                     " polls above the limit of " + milliseconds(scope.limit_ns) + ", the worst " +
                     milliseconds(result.worst_ns);
  if (result.stalls != 0) {
    text += scope.culprit.empty() ? "\n(no culprit: does the watchdog run?)" : "\n" + scope.culprit;
  }
  std::strncpy(result.summary, text.c_str(), sizeof result.summary - 1);
}

// Why a scope without stalls proves nothing, or OK.
static int was_measured(const clearway_scope &scope, uint64_t polls, bool in_progress) {
  if (polls != 0 || in_progress || total_beats(scope) != scope.beats_before) {
    return CLEARWAY_OK;
  }
  for (const clearway_loop *loop : scope.loops) {
    if (loop->attach_generation.load() != 0) {
      return CLEARWAY_E_NEVER_POLLED;
    }
  }
  return CLEARWAY_E_NOT_ATTACHED;
}

// Or the watchdog would see the wait for itself as part of the stall.
static void flush_without_sampling() {
  clearway_loop *own = clearway_thread_loop();
  if (own != nullptr) {
    own->hold_sampling.store(true, std::memory_order_release);
  }
  watchdog().flush();
  if (own != nullptr) {
    own->hold_sampling.store(false, std::memory_order_release);
  }
}

static int end_scope(clearway_scope &scope, clearway_scope_result &result) {
  scopes().adopt_created(scope);
  uint64_t now = process_clock().now_ticks();
  flush_without_sampling();
  bool in_progress = account_polls_in_progress(scope, now); // those that ended since are accounted already
  scopes().close(&scope);
  scopes().adopt_created(scope);
  apply_thresholds(scope);
  result.polls = count_polls(scope, result.worst_ns);
  result.stalls = scope.stalls;
  result.worst_ns = std::max(result.worst_ns, process_clock().to_ns(scope.worst_ticks));
  result.cause = scope.cause;
  write_summary(scope, result);
  return result.stalls != 0 ? int(CLEARWAY_E_STALLED) : was_measured(scope, result.polls, in_progress);
}

} // namespace clearway::probe

using namespace clearway::probe;

extern "C" int clearway_scope_begin(clearway_loop *loop, uint64_t limit_ns, clearway_scope **out) {
  if (out == nullptr || limit_ns == 0) {
    return CLEARWAY_E_INVALID;
  }
  *out = nullptr;
  return guarded([&] {
    *out = begin_scope(loop, limit_ns).release();
    return int(CLEARWAY_OK);
  });
}

extern "C" int clearway_scope_end(clearway_scope *scope, clearway_scope_result *out) {
  if (scope == nullptr) {
    return CLEARWAY_E_INVALID;
  }
  return guarded([&] {
    OwnedScope owned(scope);
    clearway_scope_result result{};
    int status = end_scope(*scope, result);
    if (out != nullptr && !write_struct(result, out)) {
      return int(CLEARWAY_E_VERSION);
    }
    return status;
  });
}
