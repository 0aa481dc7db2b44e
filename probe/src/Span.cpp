// One request as its client sees it.
#include "Clock.h"
#include "Guard.h"
#include "Operation.h"
#include "SpanRecord.h"
#include "Watchdog.h"

#include <algorithm>
#include <new>

using namespace clearway::probe;

struct clearway_span {
  Operation *operation = nullptr;
  uint64_t begin_ns = 0;
  uint64_t last_item_ns = 0; // 0: no item yet
  uint64_t first_item_ns = 0;
  uint64_t longest_gap_ns = 0;
  uint64_t items = 0;
};

static bool above(uint64_t value, const std::atomic<uint64_t> &limit) {
  uint64_t most = limit.load(std::memory_order_relaxed);
  return most != 0 && value > most;
}

// A stream that ended without an item never had a first item: its whole duration counts against the limit.
static const char *broken_limit(const clearway_span &span, uint64_t duration) {
  const SpanLimits &limits = span.operation->limits;
  uint64_t first_item = span.items != 0 ? span.first_item_ns : duration;
  if (above(first_item, limits.first_item_ns)) {
    return "first-item";
  }
  if (above(span.longest_gap_ns, limits.gap_ns)) {
    return "gap";
  }
  return above(duration, limits.duration_ns) ? "duration" : nullptr;
}

static void report_broken(const clearway_span &span, uint64_t duration, const char *limit) {
  span.operation->broken.fetch_add(1, std::memory_order_relaxed);
  guarded([&] {
    watchdog().span_broken({span.operation->name, limit, span.begin_ns, duration, span.first_item_ns,
                            span.longest_gap_ns, span.items});
    return 0;
  });
}

extern "C" clearway_span *clearway_span_begin(clearway_operation operation) {
  Operation *found = find_operation(operation);
  auto *span = found == nullptr ? nullptr : new (std::nothrow) clearway_span;
  if (span != nullptr) {
    span->operation = found;
    span->begin_ns = monotonic_ns();
    found->open.fetch_add(1, std::memory_order_relaxed);
  }
  return span;
}

extern "C" void clearway_span_item(clearway_span *span) {
  if (span == nullptr) {
    return;
  }
  uint64_t now = monotonic_ns();
  if (span->items++ == 0) {
    span->first_item_ns = now - span->begin_ns;
    span->operation->first_item.add(span->first_item_ns);
  } else {
    uint64_t gap = now - span->last_item_ns;
    span->operation->gaps.add(gap);
    span->longest_gap_ns = std::max(span->longest_gap_ns, gap);
  }
  span->last_item_ns = now;
}

extern "C" void clearway_span_end(clearway_span *span) {
  if (span == nullptr) {
    return;
  }
  uint64_t duration = monotonic_ns() - span->begin_ns;
  span->operation->duration.add(duration);
  span->operation->open.fetch_sub(1, std::memory_order_relaxed);
  const char *limit = broken_limit(*span, duration);
  if (limit != nullptr) {
    report_broken(*span, duration, limit);
  }
  delete span;
}

extern "C" void clearway_span_cancel(clearway_span *span) {
  if (span == nullptr) {
    return;
  }
  span->operation->open.fetch_sub(1, std::memory_order_relaxed);
  span->operation->cancelled.fetch_add(1, std::memory_order_relaxed);
  delete span;
}
