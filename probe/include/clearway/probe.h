/* clearway-probe: measures the stalls of an event loop and names the culprit.
 *
 * One `clearway_loop` stands for one thread that must not stop: an event loop, or one worker of a
 * multi-threaded runtime. The loop tells the probe when a poll (one callback, one iteration, one
 * `Future::poll`) begins and ends. A native watchdog thread looks at all loops; when a poll is overdue
 * it finds out why (computing, waiting for a lock, in a system call, ...) and takes the culprit's stack.
 *
 * Conventions
 *   Units           Every duration and limit is in nanoseconds (`_ns`).
 *   Results         Functions returning int give CLEARWAY_OK (0) or a negative clearway_status.
 *   Structures      Those that start with `struct_size` are versioned by it: the caller sets it to
 *                   sizeof(the struct) before the call. A shorter one, of an older header, is taken: what it lacks
 *                   has its default, or is not written. A longer one, of a newer header, is taken if it is zero
 *                   where this library knows nothing; otherwise the call gives CLEARWAY_E_VERSION and says so.
 *   Threads         [any]  may be called from any thread, by several at once.
 *                   [loop] only from the thread attached to the loop. From another thread the call does
 *                          nothing but count the mistake and return CLEARWAY_E_THREAD.
 *   Signals         [signal-safe] may be called from a signal handler. Nothing else may.
 *   Exceptions      None ever leaves the library. One that leaves a function of the program which the library
 *                   calls ends there: it is told, counted (clearway_installation.host_exceptions) and ignored.
 *   Cancellation    No function is a cancellation point.
 *   Errors          Every function that takes a pointer gives CLEARWAY_E_INVALID for NULL where it is not said to be
 *                   allowed, and any that needs memory CLEARWAY_E_MEMORY; others are named with each function.
 *   Harm            A call that cannot work changes nothing, returns an error and writes one message
 *                   (clearway_config.on_message); the host program is never stopped.
 *
 * Costs are of a 2-vCPU cloud machine; `bench/` measures them again. Where none is given it is some microseconds at
 * most, and not for the hot path.
 */
#ifndef CLEARWAY_PROBE_H
#define CLEARWAY_PROBE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(CLEARWAY_PROBE_STATIC)
#define CLEARWAY_API
#else
#define CLEARWAY_API __attribute__((visibility("default")))
#endif

/* Called through the address that the loader filled in, without the detour over the PLT, which costs 0.3 ns a call. */
#define CLEARWAY_HOT_API CLEARWAY_API
#if defined(__x86_64__) && defined(__has_attribute)
#if __has_attribute(noplt)
#undef CLEARWAY_HOT_API
#define CLEARWAY_HOT_API CLEARWAY_API __attribute__((noplt))
#endif
#endif

/* ---- Version ---------------------------------------------------------------------------------------- */

#define CLEARWAY_PROBE_VERSION_MAJOR 0
#define CLEARWAY_PROBE_VERSION_MINOR 1
#define CLEARWAY_PROBE_VERSION_PATCH 0
#define CLEARWAY_PROBE_VERSION "0.1.0"

/* The version of the library that is linked, "MAJOR.MINOR.PATCH"; static. [any] [signal-safe] */
CLEARWAY_API const char *clearway_probe_version(void);

/* ---- Status ----------------------------------------------------------------------------------------- */

typedef enum clearway_status {
  CLEARWAY_OK = 0,
  CLEARWAY_E_INVALID = -1,       /* an argument is NULL or out of range */
  CLEARWAY_E_VERSION = -2,       /* struct_size is 0, or larger than known with fields this library lacks set */
  CLEARWAY_E_THREAD = -3,        /* called from a thread that is not attached to the loop */
  CLEARWAY_E_NESTED = -4,        /* begin inside a poll: the outer poll goes on, the matching end is awaited */
  CLEARWAY_E_NOT_POLLING = -5,   /* end without begin */
  CLEARWAY_E_ATTACHED = -6,      /* the loop has a live thread, or the thread has a loop */
  CLEARWAY_E_NOT_ATTACHED = -7,  /* the loop has no thread: nothing is measured */
  CLEARWAY_E_NOT_RUNNING = -8,   /* the watchdog does not run: stalls are counted, but no culprit is named */
  CLEARWAY_E_RUNNING = -9,       /* the watchdog runs already */
  CLEARWAY_E_NEVER_POLLED = -10, /* no poll and no heartbeat was seen: the hook is not installed */
  CLEARWAY_E_MEMORY = -11,       /* out of memory or threads */
  CLEARWAY_E_OUTPUT = -12,       /* an output file cannot be written; the message names it */
  CLEARWAY_E_SYSTEM = -13,       /* the operating system refused; the message says what */
  CLEARWAY_E_STALLED = -14       /* a scope saw a poll above its limit */
} clearway_status;

/* A sentence in English for a status, also for an unknown one; static, never NULL. [any] [signal-safe] */
CLEARWAY_API const char *clearway_status_text(int status);

/* ---- Causes ----------------------------------------------------------------------------------------- */

/* Exactly one per stall: where most of the time went, as the samples taken during the stall say. */
typedef enum clearway_cause {
  CLEARWAY_CAUSE_UNKNOWN = 0,     /* over before a sample could be taken, or /proc is not readable */
  CLEARWAY_CAUSE_ON_CPU = 1,      /* computing; detail "user" or "kernel" */
  CLEARWAY_CAUSE_LOCK = 2,        /* futex; detail "mutex", "condition-variable", "join", "gil", ... */
  CLEARWAY_CAUSE_SYSCALL = 3,     /* blocked in a system call; detail is its name */
  CLEARWAY_CAUSE_PAGE_FAULT = 4,  /* waiting for memory, or faulting at a high rate */
  CLEARWAY_CAUSE_STARVED = 5,     /* ready to run, but another thread had the core */
  CLEARWAY_CAUSE_THROTTLED = 6,   /* the control group's CPU quota was used up */
  CLEARWAY_CAUSE_DEVICE_WAIT = 7, /* waiting for a GPU, spinning or blocked; detail is the driver function */
  CLEARWAY_CAUSE_COUNT = 8
} clearway_cause;

/* "on-cpu", "lock", "syscall", ...: the word used in every output; "unknown" for other numbers. Static.
 * [any] [signal-safe] */
CLEARWAY_API const char *clearway_cause_name(clearway_cause cause);

/* ---- Reports (also the seam for tests) -------------------------------------------------------------- */

typedef enum clearway_frame_kind {
  CLEARWAY_FRAME_NATIVE = 0,
  CLEARWAY_FRAME_EXTRA = 1 /* supplied by a frame source, such as a Python frame */
} clearway_frame_kind;

/* One frame of a stack, innermost first. Strings are NULL where unknown. */
typedef struct clearway_frame {
  clearway_frame_kind kind;
  uint64_t address;       /* run-time address of the instruction (of the call, for callers); 0 for extra frames */
  uint64_t offset;        /* the same as a link-time address of `module`: what addr2line and DWARF use */
  const char *module;     /* path of the executable or shared object */
  const char *build_id;   /* lower-case hexadecimal GNU build id */
  const char *symbol;     /* function, demangled; from the symbol tables only, so without inlined functions. If
                             the tables lack it: the exported name its caller called */
  uint64_t symbol_offset; /* address minus start of the function; 0 if only the caller's name for it is known */
  const char *file;       /* extra frames only: native ones are resolved offline */
  uint32_t line;          /* extra frames only; 0 if unknown */
  const char *language;   /* extra frames only: "python", ... */
} clearway_frame;

typedef enum clearway_report_flags {
  CLEARWAY_REPORT_ONGOING = 1,       /* the poll is not over yet: a further report with the same id follows */
  CLEARWAY_REPORT_WATCHDOG_LATE = 2, /* the watchdog itself woke late: the whole machine may have been slow */
  CLEARWAY_REPORT_NO_STACK = 4,      /* `stack_note` says why */
  CLEARWAY_REPORT_TRUNCATED = 8,     /* the stack is incomplete */
  CLEARWAY_REPORT_ESTIMATED = 16     /* heartbeat loops: the duration is exact to one watchdog tick only */
} clearway_report_flags;

/* One stall. All pointers are valid during the callback only. */
typedef struct clearway_report {
  size_t struct_size;
  uint64_t id;             /* unique in the process */
  const char *loop;        /* name of the loop */
  uint64_t loop_id;
  int32_t thread_id;       /* kernel thread id */
  const char *operation;   /* of the poll, or NULL */
  uint64_t poll;           /* sequence number of the poll in its loop, from 1 */
  uint64_t begin_ns;       /* CLOCK_MONOTONIC */
  uint64_t begin_unix_ns;  /* CLOCK_REALTIME */
  uint64_t duration_ns;    /* so far, if ongoing */
  uint64_t threshold_ns;
  clearway_cause cause;
  const char *detail;      /* see clearway_cause; or NULL */
  uint32_t samples;        /* how many samples were taken */
  uint32_t agreeing;       /* how many of them said `cause` */
  uint32_t cause_samples[CLEARWAY_CAUSE_COUNT];
  uint32_t flags;          /* clearway_report_flags */
  const clearway_frame *frames; /* the stack seen most often with this cause, innermost first */
  size_t frame_count;
  uint32_t stack_samples;  /* how many samples had this innermost frame */
  const char *stack_note;  /* why the stack is missing or short, or NULL */
  uint64_t stack_hash;     /* equal for equal stacks within a build: for grouping */
  uint64_t suppressed;     /* reports of this loop withheld by the rate limit since its last report */
} clearway_report;

/* Called on the watchdog thread, once for each stall that ends and once for one that goes on for long, in the order in
 * which the watchdog learns of them. While it runs no other loop is looked at, so it should be quick. It must not call
 * start, stop, flush, scope_end or attach. Exceptions: see above. */
typedef void (*clearway_report_fn)(const clearway_report *report, void *user);

/* A message for a person, `text` without a line's end and valid during the call only. Levels: 0 error, 1 warning,
 * 2 information. Called on whichever thread something went wrong, also inside functions of this header; it must not call
 * start or stop. Not called any more, nor still running, when clearway_probe_stop or a start that failed has returned. */
typedef void (*clearway_message_fn)(int level, const char *text, void *user);

/* ---- Start and stop --------------------------------------------------------------------------------- */

typedef enum clearway_after_fork {
  CLEARWAY_AFTER_FORK_STOP = 0,   /* the child does not measure until it calls clearway_probe_start */
  CLEARWAY_AFTER_FORK_RESTART = 1 /* the child starts its own watchdog at its first clearway_loop_attach */
} clearway_after_fork;

/* Zero means the default everywhere, so that `= {sizeof(clearway_config)}` is a complete configuration. */
typedef struct clearway_config {
  size_t struct_size;
  uint64_t threshold_ns;       /* a longer poll is a stall. Default 50 ms */
  uint64_t tick_ns;            /* how often the watchdog looks. Default: a quarter of the smallest threshold,
                                  at least 1 ms */
  uint32_t reports_per_second; /* above it, reports are withheld and counted. Default 10 */
  uint32_t reports_burst;      /* Default 20 */
  uint32_t samples_per_stall;  /* Default 5; further ones follow at 2, 4, 8, ... times the threshold */
  uint32_t stack_bytes;        /* copied of a running thread's stack. Default and maximum 64 KiB */
  int32_t signal;              /* used on running threads only. Default: a free real-time signal */
  uint32_t disable;            /* clearway_disable bits */
  clearway_after_fork after_fork;
  clearway_report_fn on_report; /* may be NULL */
  void *on_report_user;
  clearway_message_fn on_message; /* any thread. Default: standard error, each distinct message once */
  void *on_message_user;
  const char *jsonl_path;      /* append records, one JSON object per line; "%p" becomes the process id */
  const char *prometheus_path; /* text exposition, rewritten atomically every second and at stop */
  const char *trace_path;      /* Chrome / Perfetto trace of the stalls, completed at stop */
  const char *cgroup_path;     /* folder with cpu.stat. Default: found through /proc/self/cgroup */
  uint64_t totals_interval_ns; /* how often the records get the totals of every loop, for processes that will be killed.
                                  Default: after 10 s, then each tenth of the time since the start, at most 5 min.
                                  UINT64_MAX: at stop only */
} clearway_config;

enum clearway_disable {
  CLEARWAY_DISABLE_SIGNAL = 1,   /* never signal: running threads are reported without a stack */
  CLEARWAY_DISABLE_STACKS = 2,   /* never take stacks */
  CLEARWAY_DISABLE_SYMBOLS = 4,  /* module, build id and offset only */
  CLEARWAY_DISABLE_PROC = 8      /* do not read /proc (as if it were not mounted) */
};

/* Fills `config` (struct_size set by the caller) from the environment; variables that are unset or empty leave it
 * alone: CLEARWAY_PROBE_THRESHOLD_MS (milliseconds, at least 0.1; E_INVALID if it is no such number),
 * CLEARWAY_PROBE_JSONL, CLEARWAY_PROBE_PROMETHEUS, CLEARWAY_PROBE_TRACE. The paths point into the environment: call
 * clearway_probe_start, which copies them, before it changes. E_VERSION as for start. [any, while nobody changes the
 * environment] */
CLEARWAY_API int clearway_config_from_env(clearway_config *config);

/* Starts the watchdog thread. NULL: the defaults, or the last configuration after a stop or in a forked
 * child. Loops may be created before or after. Everything in `config` is copied. CLEARWAY_E_RUNNING, _VERSION, _INVALID
 * (a threshold below 0.1 ms), _OUTPUT (a file cannot be opened), _SYSTEM or _MEMORY (no file descriptor, no thread): then
 * nothing runs, the handlers are forgotten, and the message says why. About 1 ms, more with thousands of open files or
 * threads, which are asked for the signals they use. [any, but not from a callback] */
CLEARWAY_API int clearway_probe_start(const clearway_config *config);

/* Stops the watchdog, reports what is pending and completes the outputs. Counting goes on. No callback runs any more
 * when it returns, for which it waits. CLEARWAY_E_NOT_RUNNING. [any, but not from a callback] */
CLEARWAY_API int clearway_probe_stop(void);

/* Waits until every stall that has ended before the call is reported and written: as long as the watchdog needs for one
 * look, and for its callbacks. CLEARWAY_E_NOT_RUNNING. [any, but not from a callback] */
CLEARWAY_API int clearway_probe_flush(void);

/* ---- Is it installed at all? ------------------------------------------------------------------------ */

typedef struct clearway_installation {
  size_t struct_size;
  int32_t running;          /* the watchdog thread of this process runs */
  uint32_t loops;           /* loops that exist */
  uint32_t attached;        /* of these, with a live thread */
  uint32_t polled;          /* of these, with at least one poll or heartbeat */
  int32_t signal;           /* the signal in use; 0 if none */
  int32_t signal_intact;    /* its handler is still ours */
  int32_t proc_readable;    /* /proc/self/task/TID/syscall can be read: blocked threads get a stack */
  int32_t stacks;           /* just now a stack of the calling thread was taken in the way of a blocked thread's, and is right */
  const char *problem;      /* the first thing that is wrong, in words; NULL if nothing */
  int32_t running_stacks;   /* the same in the way of a running thread's, by signal. 0 too if the calling thread blocks it */
  uint64_t host_exceptions; /* thrown by callbacks of the program; each was ignored */
} clearway_installation;

/* CLEARWAY_OK if stalls would be found: the watchdog runs and at least one loop is attached and was polled.
 * Otherwise what is missing first: E_NOT_RUNNING, E_NOT_ATTACHED, E_NEVER_POLLED. `out` may be NULL; its strings are
 * static. E_VERSION if its struct_size is not set. About 0.4 ms: it takes stacks of the calling thread, by the
 * probe's signal too. [any] */
CLEARWAY_API int clearway_probe_installed(clearway_installation *out);

/* ---- Loops ------------------------------------------------------------------------------------------ */

/* A loop's handle. */
typedef struct clearway_loop clearway_loop;

/* Zero means the default everywhere. */
typedef struct clearway_loop_config {
  size_t struct_size;
  const char *name;              /* copied. Default "loop-N" */
  uint64_t threshold_ns;         /* Default: that of clearway_config */
  uint64_t expected_interval_ns; /* how often work is expected to arrive: the coordinated-omission correction
                                    adds what would have waited behind a long poll. Default 1 ms */
  void *user;                    /* handed to frame sources */
} clearway_loop_config;

/* Creates a loop without a thread. `config` may be NULL; `*out` receives the handle, NULL if it fails: E_VERSION,
 * E_MEMORY. A loop takes 6.5 KB. [any] */
CLEARWAY_API int clearway_loop_create(const clearway_loop_config *config, clearway_loop **out);

/* Detaches and frees it; NULL does nothing. The handle is invalid afterwards, so no other thread may be using it; the
 * attached thread may be inside a poll, but must not end it. Its last totals are written to the records. [any] */
CLEARWAY_API void clearway_loop_destroy(clearway_loop *loop);

/* Makes the calling thread the loop's thread; a thread has one loop at a time. Thread exit detaches. If the thread
 * blocks most signals, that of the probe is unblocked. E_ATTACHED if the loop has a thread or the thread a loop. About
 * 20 us. [any] */
CLEARWAY_API int clearway_loop_attach(clearway_loop *loop);

/* Ends a poll in progress and releases the thread. E_THREAD, E_NOT_ATTACHED. [loop] */
CLEARWAY_API int clearway_loop_detach(clearway_loop *loop);

/* The loop attached to the calling thread, or NULL. It is the attacher's: do not destroy it while that may use it.
 * 3 ns. [any] */
CLEARWAY_API clearway_loop *clearway_thread_loop(void);

/* Changes the threshold, in nanoseconds, above 0 (else E_INVALID); takes effect with the next poll. [any] */
CLEARWAY_API int clearway_loop_set_threshold(clearway_loop *loop, uint64_t threshold_ns);

/* Changes what frame sources receive as `user`, from their next call on. [any] [signal-safe] */
CLEARWAY_API int clearway_loop_set_user(clearway_loop *loop, void *user);

/* CLEARWAY_OK if stalls of this loop would be found, otherwise E_NOT_ATTACHED, E_NEVER_POLLED or
 * E_NOT_RUNNING. [any] */
CLEARWAY_API int clearway_loop_installed(const clearway_loop *loop);

/* ---- Operations ------------------------------------------------------------------------------------- */

/* What a poll or a span does, as a number; 0: not told. Valid as long as the process. */
typedef uint32_t clearway_operation;

/* The number of a name, which is copied: 1, 2, ...; the same for the same name; 0 for NULL or "", when 65,535 names are
 * used up and when out of memory. Takes a lock: call it once and keep the number. [any] */
CLEARWAY_API clearway_operation clearway_operation_of(const char *name);

/* ---- The hot path: exact polls ---------------------------------------------------------------------- */
/* The same functions are in <clearway/probe_inline.h>, compiled into the caller. They make no system call and take no
 * lock, but for the end of a stall, which takes some microseconds more. Mistakes are counted (clearway_snapshot.misuse_*):
 * E_THREAD from a wrong thread, E_NOT_ATTACHED without one. */

/* A poll begins. E_NESTED inside a poll: the outer one goes on, and takes one end more. About 20 ns. [loop] */
CLEARWAY_HOT_API int clearway_loop_begin(clearway_loop *loop, clearway_operation operation);

/* The poll ends; the loop is idle until the next begin. E_NOT_POLLING without a begin. About 20 ns. [loop] */
CLEARWAY_HOT_API int clearway_loop_end(clearway_loop *loop);

/* Chained: ends the poll in progress, if any, and begins the next one with one clock reading. Before waiting for events
 * call clearway_loop_idle. E_NESTED after a nested begin, until its end. About 25 ns. [loop] */
CLEARWAY_HOT_API int clearway_loop_poll(clearway_loop *loop, clearway_operation operation);

/* ---- The hot path: heartbeats ----------------------------------------------------------------------- */
/* The cheapest form, without histogram: the watchdog reports when no beat came for a threshold. */

/* The loop is alive and busy. At most 3 ns. [loop] */
CLEARWAY_HOT_API int clearway_loop_heartbeat(clearway_loop *loop);

/* The loop is about to wait for events: ends a poll in progress; silence is no stall until the next
 * begin, poll or heartbeat. About 20 ns in a poll, 3 ns otherwise. [loop] */
CLEARWAY_HOT_API int clearway_loop_idle(clearway_loop *loop);

/* ---- Device waits ----------------------------------------------------------------------------------- */
/* Waits inside CUDA and HIP drivers are recognised by their frames. These marks are for other devices, and
 * for wrappers that want the wait named. */

/* The calling thread waits for a device from here on. `name` must live as long as the process; NULL: "device". A thread
 * without a loop: no effect. A second begin replaces the first. 4 ns. [any] */
CLEARWAY_API void clearway_device_wait_begin(const char *name);
/* The wait is over; without a begin no effect. 4 ns. [any] */
CLEARWAY_API void clearway_device_wait_end(void);

/* ---- Scopes: assertions in tests -------------------------------------------------------------------- */
/* "No poll above LIMIT between here and there." While a scope is open its limit is the loop's threshold, so
 * that the watchdog catches the culprit. */

/* An open scope; scopes may overlap, the lowest limit counts. */
typedef struct clearway_scope clearway_scope;

typedef struct clearway_scope_result {
  size_t struct_size;
  uint64_t polls;        /* ended in the scope, on the loops it covers */
  uint64_t stalls;       /* parts of polls inside the scope above the limit */
  uint64_t worst_ns;     /* the longest part of a poll inside the scope */
  clearway_cause cause;  /* of the worst stall */
  char summary[4096];    /* text for a person: durations, cause, stack of the worst stall */
} clearway_scope_result;

/* Opens a scope on a loop, NULL: on all, those created in it too. `limit_ns` above 0, in nanoseconds. `*out` receives it,
 * NULL if it fails. Copies the histogram of each loop, 5 KB. [any] */
CLEARWAY_API int clearway_scope_begin(clearway_loop *loop, uint64_t limit_ns, clearway_scope **out);

/* Ends the scope and frees it, whatever it returns. CLEARWAY_OK, CLEARWAY_E_STALLED, or, since a test must not pass
 * because nothing was measured: E_NOT_ATTACHED or E_NEVER_POLLED (no poll ended or was in progress in the scope).
 * E_VERSION if struct_size of `out` is not set; `out` may be NULL. The poll in progress counts. Waits up to a tick for the
 * culprit. [any, but not from a callback] */
CLEARWAY_API int clearway_scope_end(clearway_scope *scope, clearway_scope_result *out);

/* ---- Histograms ------------------------------------------------------------------------------------- */
/* Log-linear buckets: 16 per power of two, so that a value is known to 6.25 %; values below 16 ns exactly;
 * the last bucket takes everything from 2^42 ns (73 minutes) on. */

/* Of every histogram here. */
#define CLEARWAY_HISTOGRAM_BUCKETS 624

/* The largest value in nanoseconds that falls into a bucket, from 0; UINT64_MAX for the last and beyond. 3 ns.
 * [any] [signal-safe] */
CLEARWAY_API uint64_t clearway_histogram_upper_ns(size_t bucket);

/* Of durations, in nanoseconds. */
typedef struct clearway_quantiles {
  uint64_t count;
  uint64_t sum_ns;
  uint64_t p50_ns, p90_ns, p99_ns, p999_ns, p9999_ns; /* upper bound of the bucket, at most max_ns */
  uint64_t max_ns;                                    /* exact */
} clearway_quantiles;

typedef struct clearway_snapshot {
  size_t struct_size;
  uint64_t polls;          /* ended; equals raw.count */
  uint64_t heartbeats;
  uint64_t stalls;         /* polls above the threshold: every one, whether or not it was reported */
  uint64_t stall_ns;       /* their total duration */
  uint64_t reports;        /* stalls reported */
  uint64_t suppressed;     /* reports withheld by the rate limit */
  uint64_t causes[CLEARWAY_CAUSE_COUNT]; /* stalls by cause; those without a sample count as unknown */
  uint64_t stacks;         /* reported or withheld stalls that had a stack */
  uint64_t misuse_thread;  /* calls from a wrong thread */
  uint64_t misuse_nested;  /* begin inside a poll */
  uint64_t misuse_end;     /* end without begin */
  int32_t thread_id;       /* 0 if not attached */
  int32_t polling;         /* a poll is in progress */
  clearway_quantiles raw;       /* durations of polls, as they were */
  clearway_quantiles corrected; /* with what would have waited behind long polls (HdrHistogram's method) */
} clearway_snapshot;

/* A consistent-enough copy (counters are read one by one while the loop runs on). E_VERSION if struct_size is not set.
 * 5 us. [any] */
CLEARWAY_API int clearway_loop_snapshot(const clearway_loop *loop, clearway_snapshot *out);

/* See clearway_snapshot.raw and .corrected. */
typedef enum clearway_histogram_kind {
  CLEARWAY_HISTOGRAM_RAW = 0,
  CLEARWAY_HISTOGRAM_CORRECTED = 1
} clearway_histogram_kind;

/* Copies bucket counts; `counts` has room for CLEARWAY_HISTOGRAM_BUCKETS. E_INVALID for an unknown kind. 1 us. [any] */
CLEARWAY_API int clearway_loop_histogram(const clearway_loop *loop, clearway_histogram_kind kind,
                                         uint64_t *counts);

/* ---- Outputs on demand ------------------------------------------------------------------------------ */

/* Prometheus text exposition of all loops and operations, like snprintf: returns the length without the
 * terminating zero, writes at most `size` bytes with it; `buffer` may be NULL if `size` is 0. 0 when out of memory. The
 * length grows between two calls. About 30 us for each loop. [any] */
CLEARWAY_API size_t clearway_prometheus_text(char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

/* Parts of the interface in files of their own. */
#include "frame_source.h"
#include "span.h"

#endif
