// Functions that call or pass on a closure they are given: callers' closures reach the calls inside, and a function
// that only forwards its closure to a boundary is a boundary itself.
#pragma once

#include "link/Program.h"

namespace clearway::frontend::rust {

void forwardClosures(link::Program &program);

} // namespace clearway::frontend::rust
