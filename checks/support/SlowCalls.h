// Calls that take long, directly or further down.
#pragma once

#include "checks/Check.h"

#include <functional>

namespace clearway::checks {

/// The operation that makes the call slow: itself, the callable it hands to a thread, or the nearest operation of its
/// callees, of those that `wanted` accepts; nullptr if there is none. Ways that are known by name only do not count.
const analysis::Operation *slowOperation(const Context &context, link::CallId call,
                                         const std::function<bool(const analysis::Operation &)> &wanted);

} // namespace clearway::checks
