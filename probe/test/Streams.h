// Spans as tests make them.
#pragma once

#include "RecordingProbe.h"

// An operation with limits; 0: none.
clearway_operation operation_with(const char *name, uint64_t duration_ns, uint64_t first_item_ns, uint64_t gap_ns);

clearway_operation_snapshot counts_of(clearway_operation operation);

// A span whose first item comes after `before_ms`, the others each `gap_ms` later.
void stream(clearway_operation operation, int before_ms, int items, int gap_ms);
