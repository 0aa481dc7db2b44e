#include "Streams.h"

clearway_operation operation_with(const char *name, uint64_t duration_ns, uint64_t first_item_ns, uint64_t gap_ns) {
  clearway_operation operation = clearway_operation_of(name);
  clearway_span_limits limits{sizeof limits, duration_ns, first_item_ns, gap_ns};
  EXPECT_EQ(clearway_operation_set_limits(operation, &limits), CLEARWAY_OK);
  return operation;
}

clearway_operation_snapshot counts_of(clearway_operation operation) {
  clearway_operation_snapshot counts{};
  counts.struct_size = sizeof counts;
  EXPECT_EQ(clearway_operation_snapshot_of(operation, &counts), CLEARWAY_OK);
  return counts;
}

void stream(clearway_operation operation, int before_ms, int items, int gap_ms) {
  clearway_span *span = clearway_span_begin(operation);
  sleep_ms(before_ms);
  for (int i = 0; i < items; ++i) {
    sleep_ms(i == 0 ? 0 : gap_ms);
    clearway_span_item(span);
  }
  clearway_span_end(span);
}
