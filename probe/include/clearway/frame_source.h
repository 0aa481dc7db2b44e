/* Frames and names of other languages, for reports. A part of <clearway/probe.h>, which includes it. */
#ifndef CLEARWAY_FRAME_SOURCE_H
#define CLEARWAY_FRAME_SOURCE_H

#include "probe.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where a frame source puts its frames; valid during its call only. */
typedef struct clearway_frame_sink clearway_frame_sink;

/* The thread whose stack is wanted. Valid during the call only, but for `user`. */
typedef struct clearway_capture_target {
  size_t struct_size; /* that of the library: a newer one has fields behind those here */
  int32_t thread_id;
  int32_t blocked;  /* 1: the thread sleeps in the kernel; 0: it runs */
  const char *loop;
  void *user;       /* of the loop */
  const char *waits_for; /* of a blocked thread: the detail of CLEARWAY_CAUSE_LOCK ("gil", ...); else "" */
} clearway_capture_target;

/* Called on the watchdog thread while the poll is overdue, the thread neither stopped nor locked: read
 * other memory only in ways that cannot fault (process_vm_readv), take no lock the loop's thread may hold
 * (no GIL). Innermost frame first. Returns the number of frames added, or a negative status. */
typedef int (*clearway_frame_source_fn)(const clearway_capture_target *target, clearway_frame_sink *sink,
                                        void *user);

/* Adds a frame; the strings are copied. `file` may be NULL, `line` 0. Frames without a function, beyond 256, and without
 * memory for them are left out. [frame source only] */
CLEARWAY_API void clearway_frame_sink_add(clearway_frame_sink *sink, const char *function, const char *file,
                                          uint32_t line);

/* At most one source per language ("python", ...; copied; NULL or "" is E_INVALID); NULL removes it, and no call is in
 * progress afterwards, for which it waits. Extra frames come before the native ones in clearway_report.frames. [any, but
 * not from a callback] */
CLEARWAY_API int clearway_set_frame_source(const char *language, clearway_frame_source_fn source, void *user);

/* Makes a linker symbol readable: writes at most `size` bytes with a terminating zero and returns the length, cut off
 * where it did not fit; 0 if the symbol is not of its language. Called on the watchdog thread, takes no lock of the host. */
typedef size_t (*clearway_demangle_fn)(const char *symbol, char *buffer, size_t size);

/* Asked about every symbol before the library's own demangler, which is the one for C++. One per process; NULL: none. It is
 * never called again after another one is set and clearway_probe_flush or _stop has returned. [any] */
CLEARWAY_API void clearway_set_demangler(clearway_demangle_fn demangle);

#ifdef __cplusplus
}
#endif
#endif
