/* The hot path of <clearway/probe.h>, compiled into the caller: same names with `inline_`, same results,
 * without the function call. Everything unusual (wrong thread, nesting, a stall) is left to the library.
 *
 * The layout below is versioned apart from the library: call clearway_inline_usable() once and use the
 * ordinary functions if it says 0. Works in C99 and C++11 with GCC and Clang.
 */
#ifndef CLEARWAY_PROBE_INLINE_H
#define CLEARWAY_PROBE_INLINE_H

#include "probe.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The layout that is compiled in. */
#define CLEARWAY_SLOT_LAYOUT 1

/* What the loop's thread writes and the watchdog reads. Only the loop's thread writes, except `threshold_ticks`
 * and, while attaching, `owner`. Every access is a relaxed atomic: on x86-64 and AArch64 a plain move. */
typedef struct clearway_slot {
  uint64_t begin;           /* clock ticks at the begin of the poll; 0 when none is in progress */
  uint64_t sequence;        /* polls begun */
  uint64_t operation;       /* of the poll */
  uint64_t owner;           /* thread pointer of the attached thread; 0 when none */
  uint64_t threshold_ticks; /* a poll this long is a stall */
  uint64_t ns_per_tick;     /* 32.32 fixed point */
  uint64_t use_tsc;         /* 1: ticks are the processor's counter; 0: CLOCK_MONOTONIC */
  uint64_t depth;           /* begins inside the poll, still without end */
  uint64_t beats;           /* heartbeats times two, plus one when idle */
  uint64_t device_wait;     /* name of the marked device wait as a pointer; 0 when none */
  uint64_t sum_ns;
  uint64_t max_ns;
  uint64_t counts[CLEARWAY_HISTOGRAM_BUCKETS];
} clearway_slot;

/* The layout of the linked library. 2 ns. [any] [signal-safe] */
CLEARWAY_API int clearway_slot_layout(void);

/* CLOCK_MONOTONIC in nanoseconds. 27 ns. [any] [signal-safe] */
CLEARWAY_API uint64_t clearway_clock_ns(void);

/* Out-of-line parts of the functions below; not for direct use. */
CLEARWAY_API int clearway_begin_unusual(clearway_loop *loop, clearway_operation operation);
CLEARWAY_API int clearway_end_unusual(clearway_loop *loop);
CLEARWAY_API int clearway_poll_unusual(clearway_loop *loop, clearway_operation operation);
CLEARWAY_API int clearway_heartbeat_unusual(clearway_loop *loop);
CLEARWAY_API void clearway_poll_stalled(clearway_loop *loop, uint64_t begin, uint64_t end);

/* 1 if the functions here fit the linked library, else 0. 2 ns. [any] [signal-safe] */
static inline int clearway_inline_usable(void) { return clearway_slot_layout() == CLEARWAY_SLOT_LAYOUT; }

/* Relaxed atomic accesses, also for C. */
#define CLEARWAY_LOAD(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)
#define CLEARWAY_STORE(field, value) __atomic_store_n(&(field), (value), __ATOMIC_RELAXED)

/* Differs between the threads that live: the address of their control block. Less than 1 ns. [any] [signal-safe] */
static inline uint64_t clearway_thread_pointer(void) {
  uint64_t self;
#if defined(__x86_64__)
  __asm__("movq %%fs:0, %0" : "=r"(self));
#elif defined(__aarch64__)
  __asm__("mrs %0, tpidr_el0" : "=r"(self));
#else
#error "clearway-probe supports Linux on x86-64 (AArch64 compiles)"
#endif
  return self;
}

/* Now, in the slot's ticks. 17 ns. [any] [signal-safe] */
static inline uint64_t clearway_ticks(const clearway_slot *slot) {
#if defined(__x86_64__)
  if (__builtin_expect(slot->use_tsc != 0, 1)) {
    return __rdtsc();
  }
#else
  (void)slot;
#endif
  return clearway_clock_ns();
}

/* [any] [signal-safe] */
static inline uint64_t clearway_ticks_to_ns(const clearway_slot *slot, uint64_t ticks) {
  __extension__ typedef unsigned __int128 clearway_wide;
  return (uint64_t)(((clearway_wide)ticks * slot->ns_per_tick) >> 32);
}

/* The bucket of a duration in nanoseconds. [any] [signal-safe] */
static inline unsigned clearway_histogram_bucket(uint64_t ns) {
  unsigned top;
  if (ns < 16) {
    return (unsigned)ns;
  }
  top = 63u - (unsigned)__builtin_clzll(ns);
  if (top > 41) {
    return CLEARWAY_HISTOGRAM_BUCKETS - 1;
  }
  return (top - 3) * 16 + (unsigned)((ns >> (top - 4)) & 15);
}

/* Counts a poll that lasted from `begin` to `end`, in ticks. [loop] */
static inline void clearway_count_poll(clearway_loop *loop, uint64_t begin, uint64_t end) {
  clearway_slot *slot = (clearway_slot *)loop;
  uint64_t ticks = (int64_t)(end - begin) > 0 ? end - begin : 0;
  uint64_t ns = clearway_ticks_to_ns(slot, ticks);
  uint64_t *count = &slot->counts[clearway_histogram_bucket(ns)];
  CLEARWAY_STORE(*count, CLEARWAY_LOAD(*count) + 1);
  CLEARWAY_STORE(slot->sum_ns, CLEARWAY_LOAD(slot->sum_ns) + ns);
  if (ns > CLEARWAY_LOAD(slot->max_ns)) {
    CLEARWAY_STORE(slot->max_ns, ns);
  }
  if (__builtin_expect(ticks >= CLEARWAY_LOAD(slot->threshold_ticks), 0)) {
    clearway_poll_stalled(loop, begin, end);
  }
}

/* A poll begins at `now`, in ticks. [loop] */
static inline void clearway_start_poll(clearway_slot *slot, clearway_operation operation, uint64_t now) {
  CLEARWAY_STORE(slot->operation, operation);
  CLEARWAY_STORE(slot->sequence, CLEARWAY_LOAD(slot->sequence) + 1);
  CLEARWAY_STORE(slot->begin, now);
}

/* clearway_loop_begin for a loop that is not NULL, and so on with those below. */
static inline int clearway_inline_begin(clearway_loop *loop, clearway_operation operation) {
  clearway_slot *slot = (clearway_slot *)loop;
  if (__builtin_expect(CLEARWAY_LOAD(slot->owner) != clearway_thread_pointer() || CLEARWAY_LOAD(slot->begin) != 0,
                       0)) {
    return clearway_begin_unusual(loop, operation);
  }
  clearway_start_poll(slot, operation, clearway_ticks(slot));
  return CLEARWAY_OK;
}

static inline int clearway_inline_end(clearway_loop *loop) {
  clearway_slot *slot = (clearway_slot *)loop;
  uint64_t begin = CLEARWAY_LOAD(slot->begin);
  if (__builtin_expect(CLEARWAY_LOAD(slot->owner) != clearway_thread_pointer() || begin == 0 ||
                           CLEARWAY_LOAD(slot->depth) != 0,
                       0)) {
    return clearway_end_unusual(loop);
  }
  clearway_count_poll(loop, begin, clearway_ticks(slot));
  CLEARWAY_STORE(slot->begin, 0);
  return CLEARWAY_OK;
}

static inline int clearway_inline_poll(clearway_loop *loop, clearway_operation operation) {
  clearway_slot *slot = (clearway_slot *)loop;
  uint64_t begin = CLEARWAY_LOAD(slot->begin);
  uint64_t now;
  if (__builtin_expect(CLEARWAY_LOAD(slot->owner) != clearway_thread_pointer() || CLEARWAY_LOAD(slot->depth) != 0,
                       0)) {
    return clearway_poll_unusual(loop, operation);
  }
  now = clearway_ticks(slot);
  if (begin != 0) {
    clearway_count_poll(loop, begin, now); /* reads sequence and operation of the old poll */
  }
  clearway_start_poll(slot, operation, now);
  return CLEARWAY_OK;
}

static inline int clearway_inline_heartbeat(clearway_loop *loop) {
  clearway_slot *slot = (clearway_slot *)loop;
  if (__builtin_expect(CLEARWAY_LOAD(slot->owner) != clearway_thread_pointer(), 0)) {
    return clearway_heartbeat_unusual(loop);
  }
  CLEARWAY_STORE(slot->beats, (CLEARWAY_LOAD(slot->beats) + 2) & ~(uint64_t)1);
  return CLEARWAY_OK;
}

#ifdef __cplusplus
}
#endif
#endif
