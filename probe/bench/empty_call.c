/* Compiled apart, into a library of its own, as the probe is. */
#include <clearway/probe.h>

__attribute__((aligned(64))) int clearway_empty_call(clearway_loop *loop) {
  (void)loop;
  return CLEARWAY_OK;
}
