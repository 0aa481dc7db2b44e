// Calls that take long, directly or further down.
#pragma once

#include "checks/Check.h"

#include <functional>

namespace clearway::checks {

using Wanted = std::function<bool(const analysis::Operation &)>;

/// The operation that makes the call slow on its own thread: itself, or the nearest operation of its callees,
/// of those that `wanted` accepts; nullptr if there is none. Ways that are known by name only do not count.
const analysis::Operation *slowOperation(const Context &context, link::CallId call, const Wanted &wanted);

/// The same for the work that the call hands to another thread.
const analysis::Operation *slowHandedOver(const Context &context, link::CallId call, const Wanted &wanted);

} // namespace clearway::checks
