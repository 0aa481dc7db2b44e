// The hot path for callers that do not inline it, and everything unusual on it.
#include "Guard.h"
#include "Loop.h"
#include "Message.h"
#include "Scope.h"
#include "ThisThread.h"
#include "Watchdog.h"

#include <clearway/probe_inline.h>

using namespace clearway::probe;

// Mistakes tend to be repeated at the rate of the hot path: only the first of a loop is put into words.
static void say(bool first, const std::string &text) {
  if (first) {
    message(Level::warning, text);
  }
}

static int wrong_thread(clearway_loop &loop, const char *function) {
  bool first = count(loop.counters.misuse_thread) == 0;
  if (CLEARWAY_LOAD(loop.slot.owner) == 0) {
    say(first, std::string(function) + " on loop '" + loop.name +
                                "', which has no thread: call clearway_loop_attach first; nothing is measured");
    return CLEARWAY_E_NOT_ATTACHED;
  }
  say(first, std::string(function) + " on loop '" + loop.name + "' from thread " + std::to_string(this_thread_id()) +
                 ", but the loop is attached to thread " + std::to_string(loop.current_attachment().thread_id) +
                 "; the call is ignored: call it on the loop's own thread, or create a loop for this one");
  return CLEARWAY_E_THREAD;
}

static bool on_own_thread(const clearway_loop &loop) {
  return CLEARWAY_LOAD(loop.slot.owner) == clearway_thread_pointer();
}

static void say_nested(clearway_loop &loop) {
  bool first = count(loop.counters.misuse_nested) == 0;
  say(first, "a poll begins inside a poll of loop '" + loop.name +
                 "'; the outer one is measured, the inner one is part of it: call clearway_loop_end before the next begin, or "
                 "chain polls by clearway_loop_poll");
}

extern "C" int clearway_begin_unusual(clearway_loop *loop, clearway_operation) {
  return guarded([&] {
    if (!on_own_thread(*loop)) {
      return wrong_thread(*loop, "clearway_loop_begin");
    }
    CLEARWAY_STORE(loop->slot.depth, CLEARWAY_LOAD(loop->slot.depth) + 1);
    say_nested(*loop);
    return int(CLEARWAY_E_NESTED);
  });
}

extern "C" int clearway_end_unusual(clearway_loop *loop) {
  return guarded([&] {
    if (!on_own_thread(*loop)) {
      return wrong_thread(*loop, "clearway_loop_end");
    }
    uint64_t depth = CLEARWAY_LOAD(loop->slot.depth);
    if (depth != 0) {
      CLEARWAY_STORE(loop->slot.depth, depth - 1);
      return int(CLEARWAY_OK);
    }
    bool first = count(loop->counters.misuse_end) == 0;
    say(first, "clearway_loop_end on loop '" + loop->name +
                   "' without a begin; the call is ignored: call clearway_loop_begin where the loop starts to work");
    return int(CLEARWAY_E_NOT_POLLING);
  });
}

extern "C" int clearway_poll_unusual(clearway_loop *loop, clearway_operation) {
  return guarded([&] {
    if (!on_own_thread(*loop)) {
      return wrong_thread(*loop, "clearway_loop_poll");
    }
    say_nested(*loop); // the matching ends are still to come, so the outer poll cannot be closed here
    return int(CLEARWAY_E_NESTED);
  });
}

extern "C" int clearway_heartbeat_unusual(clearway_loop *loop) {
  return guarded([&] { return wrong_thread(*loop, "clearway_loop_heartbeat"); });
}

// On the loop's thread, at the end of a poll above the threshold: counted here, so that nothing depends on
// the watchdog having been in time.
extern "C" void clearway_poll_stalled(clearway_loop *loop, uint64_t begin, uint64_t end) {
  guarded([&] {
    count(loop->counters.stalls);
    count(loop->counters.stall_ns, clearway_ticks_to_ns(&loop->slot, end - begin));
    scopes().poll_ended(*loop, begin, end);
    if (watchdog().running()) {
      loop->ended.push({CLEARWAY_LOAD(loop->slot.sequence), begin, end,
                        uint32_t(CLEARWAY_LOAD(loop->slot.operation))});
    }
    return 0;
  });
}

// An entry that crosses a cache line costs a call some tenths of a nanosecond.
#define CLEARWAY_ONE_CACHE_LINE __attribute__((aligned(64)))

extern "C" CLEARWAY_ONE_CACHE_LINE int clearway_loop_begin(clearway_loop *loop, clearway_operation operation) {
  return loop == nullptr ? int(CLEARWAY_E_INVALID) : clearway_inline_begin(loop, operation);
}

extern "C" CLEARWAY_ONE_CACHE_LINE int clearway_loop_end(clearway_loop *loop) {
  return loop == nullptr ? int(CLEARWAY_E_INVALID) : clearway_inline_end(loop);
}

extern "C" CLEARWAY_ONE_CACHE_LINE int clearway_loop_poll(clearway_loop *loop, clearway_operation operation) {
  return loop == nullptr ? int(CLEARWAY_E_INVALID) : clearway_inline_poll(loop, operation);
}

extern "C" CLEARWAY_ONE_CACHE_LINE int clearway_loop_heartbeat(clearway_loop *loop) {
  return loop == nullptr ? int(CLEARWAY_E_INVALID) : clearway_inline_heartbeat(loop);
}

extern "C" int clearway_loop_idle(clearway_loop *loop) {
  if (loop == nullptr) {
    return CLEARWAY_E_INVALID;
  }
  if (!on_own_thread(*loop)) {
    return guarded([&] { return wrong_thread(*loop, "clearway_loop_idle"); });
  }
  CLEARWAY_STORE(loop->slot.beats, CLEARWAY_LOAD(loop->slot.beats) | 1);
  return CLEARWAY_LOAD(loop->slot.begin) != 0 ? clearway_inline_end(loop) : int(CLEARWAY_OK);
}
