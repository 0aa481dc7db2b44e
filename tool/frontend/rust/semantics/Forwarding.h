// Functions that call or pass on a closure they are given. A closure runs where it is handed over: `each(|x| …)` runs
// its closure in the context of this very caller, not in those of all callers of each(). Only a coroutine that calls its
// parameter has a context of its own. A function that only forwards its closure to a boundary is a boundary itself.
#pragma once

#include "frontend/rust/semantics/KeptCallables.h"
#include "link/Program.h"

namespace clearway::frontend::rust {

void forwardClosures(link::Program &program, const KeptCallables &kept, unsigned jobs);

} // namespace clearway::frontend::rust
