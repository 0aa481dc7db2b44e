// Names of operations and what their spans looked like.
#pragma once

#include "Histogram.h"

#include <clearway/probe.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace clearway::probe {

struct SpanLimits {
  std::atomic<uint64_t> duration_ns{0};
  std::atomic<uint64_t> first_item_ns{0};
  std::atomic<uint64_t> gap_ns{0};
};

struct Operation {
  std::string name;
  SpanLimits limits;
  std::atomic<uint64_t> open{0};
  std::atomic<uint64_t> cancelled{0};
  std::atomic<uint64_t> broken{0};
  SharedHistogram duration; // one value per ended span
  SharedHistogram first_item;
  SharedHistogram gaps;
};

// NULL for 0 and for numbers never given out. Lock-free.
Operation *find_operation(clearway_operation number);

// NULL where find_operation is.
const char *operation_name(clearway_operation number);

// Operations that have had a span.
std::vector<const Operation *> operations_with_spans();

void lock_operations_for_fork();
void unlock_operations_after_fork();

} // namespace clearway::probe
