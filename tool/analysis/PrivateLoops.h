// Coroutines that run only on a loop which a thread of its own drives for one piece of work: a worker thread that
// does `runtime.block_on(async { while let Some(job) = jobs.recv().await { … } })`, the way to use models that are not
// Send, or `handle.block_on(…)` inside spawn_blocking. What blocks there keeps nobody waiting.
//
// Rust only: in Python and C++ a thread that runs a loop usually runs the program's main one.
#pragma once

#include "analysis/Contexts.h"

#include <vector>

namespace clearway::analysis {

/// By FunctionId: true for coroutines that nothing else runs. `contexts` may take every coroutine for one of the event loop.
/// A current-thread runtime whose coroutines start tasks is nobody's own, except a LocalSet's.
std::vector<bool> findPrivateCoroutines(const link::Program &program, const CallGraph &graph, const Contexts &contexts);

} // namespace clearway::analysis
