// "Is it installed at all?": a probe that measures nothing must not look like a program without stalls.
#include "Guard.h"
#include "HostCallback.h"
#include "Registry.h"
#include "Watchdog.h"

#include <clearway/probe.h>

namespace clearway::probe {

static void count_loops(clearway_installation &state) {
  RetainedLoops loops(registry().retained_loops());
  for (const clearway_loop *loop : loops) {
    bool attached = CLEARWAY_LOAD(loop->slot.owner) != 0;
    state.loops++;
    state.attached += attached;
    state.polled += attached && loop->was_polled();
  }
}

static bool stacks_are_disabled() { return watchdog().sampler().stacks_are_disabled(); }

static int first_problem(clearway_installation &state) {
  int status = !state.running        ? CLEARWAY_E_NOT_RUNNING
               : state.attached == 0 ? CLEARWAY_E_NOT_ATTACHED
               : state.polled == 0   ? CLEARWAY_E_NEVER_POLLED
                                     : CLEARWAY_OK;
  if (status != CLEARWAY_OK) {
    state.problem = clearway_status_text(status);
  } else if (state.signal != 0 && !state.signal_intact) {
    state.problem = "another signal handler replaced the probe's: running threads get no stack";
  } else if (!state.proc_readable) {
    state.problem = "/proc cannot be read: causes are unknown and there are no stacks";
  } else if (!state.stacks && !stacks_are_disabled()) {
    state.problem = "a stack taken of this thread as of a blocked one is wrong or empty: stalls may have none";
  } else if (state.host_exceptions != 0) {
    state.problem = "a callback of the program threw exceptions, which are ignored: what it should have done is missing";
  }
  return status;
}

static int describe(clearway_installation &state) {
  state.running = watchdog().running();
  count_loops(state);
  const Sampler &sampler = watchdog().sampler();
  state.signal = sampler.running().signal();
  state.signal_intact = state.signal != 0 && sampler.running().intact();
  state.proc_readable = proc_is_readable();
  state.stacks = sampler.blocked_stacks_work();
  state.running_stacks = sampler.running_stacks_work();
  state.host_exceptions = host_exceptions();
  return first_problem(state);
}

} // namespace clearway::probe

using namespace clearway::probe;

extern "C" int clearway_probe_installed(clearway_installation *out) {
  return guarded([&] {
    clearway_installation state{};
    int status = describe(state);
    if (out != nullptr && !write_struct(state, out)) {
      return int(CLEARWAY_E_VERSION);
    }
    return status;
  });
}

extern "C" int clearway_loop_installed(const clearway_loop *loop) {
  if (loop == nullptr) {
    return CLEARWAY_E_INVALID;
  }
  if (CLEARWAY_LOAD(loop->slot.owner) == 0) {
    return CLEARWAY_E_NOT_ATTACHED;
  }
  if (!loop->was_polled()) {
    return CLEARWAY_E_NEVER_POLLED;
  }
  return guarded([] { return int(watchdog().running() ? CLEARWAY_OK : CLEARWAY_E_NOT_RUNNING); });
}
