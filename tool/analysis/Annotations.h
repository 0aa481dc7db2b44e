// What comments say about a function, for code the analyzer cannot see through: a comment on the line of the
// function's name or on its own line above it. After `clearway:` stands
//
//   context(event-loop)      runs on the loop
//   context(blocking-pool)   runs elsewhere; also worker, new-thread, sync-main
#pragma once

#include "link/Program.h"

namespace clearway::analysis {

/// The context that an annotation gives a function; Unknown if there is none. FunctionFlag::Nonblocking
/// counts as event-loop.
catalog::ExecutionContext annotatedContext(const link::Program &program, link::FunctionId f);

} // namespace clearway::analysis
