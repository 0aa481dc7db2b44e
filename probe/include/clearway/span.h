/* Spans: requests as their clients see them. A part of <clearway/probe.h>, which includes it. */
#ifndef CLEARWAY_SPAN_H
#define CLEARWAY_SPAN_H

#include "probe.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A span follows one request, across threads: how long it took, when its first item came and how long the
 * gaps between items were. A buffered "stream" shows as a late first item followed by gaps near zero. */

/* A request in progress. */
typedef struct clearway_span clearway_span;

/* Limits of an operation's spans in nanoseconds; 0 = none. A span that breaks one is written as a record and counted. */
typedef struct clearway_span_limits {
  size_t struct_size;
  uint64_t duration_ns;
  uint64_t first_item_ns; /* a span that ends without an item has waited for it all the time */
  uint64_t gap_ns;        /* between two items */
} clearway_span_limits;

/* Sets the limits of spans that end from now on. E_INVALID for an operation that does not exist, E_VERSION. [any] */
CLEARWAY_API int clearway_operation_set_limits(clearway_operation operation, const clearway_span_limits *limits);

/* The request comes in. NULL when out of memory, and for an operation that does not exist; every span function accepts NULL
 * and does nothing. 40 ns. [any] */
CLEARWAY_API clearway_span *clearway_span_begin(clearway_operation operation);
/* An item was handed to the client. One thread at a time per span. 50 ns. [any] */
CLEARWAY_API void clearway_span_item(clearway_span *span);
/* The request is over; the span is freed. 40 ns, and a few microseconds if it broke a limit. [any] */
CLEARWAY_API void clearway_span_end(clearway_span *span);
/* The client went away: counted as cancelled, limits not applied; the span is freed. 10 ns. [any] */
CLEARWAY_API void clearway_span_cancel(clearway_span *span);

/* All spans of an operation since the process began. */
typedef struct clearway_operation_snapshot {
  size_t struct_size;
  uint64_t open;       /* begun, not ended */
  uint64_t ended;
  uint64_t cancelled;
  uint64_t broken;     /* spans that broke a limit */
  clearway_quantiles duration;
  clearway_quantiles first_item;
  clearway_quantiles gaps;
} clearway_operation_snapshot;

/* A consistent-enough copy, as clearway_loop_snapshot makes. E_INVALID for an operation that does not exist, E_VERSION. 8 us.
 * [any] */
CLEARWAY_API int clearway_operation_snapshot_of(clearway_operation operation, clearway_operation_snapshot *out);

#ifdef __cplusplus
}
#endif
#endif
