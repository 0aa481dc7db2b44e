// C++ coroutines that change threads: what a coroutine awaits decides where it goes on. After `co_await pool.schedule()` it
// runs on a worker, and what blocks there stops no event loop, until it awaits something that leads back. The same goes for
// coroutines that are only ever started on a worker. A forward dataflow over each coroutine, bottom-up along awaits.
#pragma once

#include "analysis/CallGraph.h"

#include <vector>

namespace clearway::analysis {

struct ThreadHops {
  std::vector<bool> offLoopCalls; // by CallId: made on a worker thread, whichever way the coroutine took to get there
  std::vector<bool> offLoopObjects; // by ObjectId: born there, guards above all
  std::vector<bool> startsOffLoop; // by FunctionId: a coroutine that is started on worker threads alone
  std::vector<bool> visitsLoop;    // by FunctionId: one that starts there, and goes to the loop
  std::vector<bool> waitingThreadCalls; // by CallId: made by a coroutine in a thread that waits for it in `sync_wait` or resumes it

  bool isOffLoop(link::CallId call) const { return offLoopCalls[call]; }
};

ThreadHops findThreadHops(const link::Program &program, const CallGraph &graph);

} // namespace clearway::analysis
