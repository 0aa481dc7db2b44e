// Rust: tasks whose result is an error that nobody looks at.
#pragma once

#include "checks/Check.h"

namespace clearway::checks {

/// True if the call starts a task on the event loop, of which the runtime itself takes care.
bool startsTask(const link::External &api);

/// True if what the call is given as its first argument is a future whose declared or evident result is a
/// `Result`.
bool isGivenFallible(const Context &context, link::CallId call);

} // namespace clearway::checks
