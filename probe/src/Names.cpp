// Words for numbers.
#include <clearway/probe.h>

extern "C" const char *clearway_probe_version(void) { return CLEARWAY_PROBE_VERSION; }

extern "C" const char *clearway_cause_name(clearway_cause cause) {
  switch (cause) {
  case CLEARWAY_CAUSE_ON_CPU:
    return "on-cpu";
  case CLEARWAY_CAUSE_LOCK:
    return "lock";
  case CLEARWAY_CAUSE_SYSCALL:
    return "syscall";
  case CLEARWAY_CAUSE_PAGE_FAULT:
    return "page-fault";
  case CLEARWAY_CAUSE_STARVED:
    return "starved";
  case CLEARWAY_CAUSE_THROTTLED:
    return "throttled";
  case CLEARWAY_CAUSE_DEVICE_WAIT:
    return "device-wait";
  default:
    return "unknown";
  }
}

extern "C" const char *clearway_status_text(int status) {
  switch (status) {
  case CLEARWAY_OK:
    return "success";
  case CLEARWAY_E_INVALID:
    return "an argument is NULL or out of range";
  case CLEARWAY_E_VERSION:
    return "struct_size is not one this library version can read";
  case CLEARWAY_E_THREAD:
    return "called from a thread that is not attached to the loop";
  case CLEARWAY_E_NESTED:
    return "a poll began inside a poll; the outer one is measured";
  case CLEARWAY_E_NOT_POLLING:
    return "a poll ended that had not begun";
  case CLEARWAY_E_ATTACHED:
    return "the loop has a thread already, or the thread has a loop";
  case CLEARWAY_E_NOT_ATTACHED:
    return "the loop has no thread: call clearway_loop_attach on it";
  case CLEARWAY_E_NOT_RUNNING:
    return "the watchdog does not run: call clearway_probe_start";
  case CLEARWAY_E_RUNNING:
    return "the watchdog runs already";
  case CLEARWAY_E_NEVER_POLLED:
    return "no poll and no heartbeat was seen: the hook is not installed in the loop";
  case CLEARWAY_E_MEMORY:
    return "out of memory or threads";
  case CLEARWAY_E_OUTPUT:
    return "an output file cannot be written";
  case CLEARWAY_E_SYSTEM:
    return "the operating system refused";
  case CLEARWAY_E_STALLED:
    return "a poll took longer than the limit";
  default:
    return "unknown status";
  }
}
