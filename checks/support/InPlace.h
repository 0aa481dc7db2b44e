// Blocking in place: the runtime hands the worker's other tasks to another worker, so there must be one, and the futures of
// the same task wait all the same.
#pragma once

#include "checks/Check.h"

#include <functional>

namespace clearway::checks {

/// Reports calls that block in place on a runtime of one thread, where they panic, and those among the futures that one
/// task polls together, whose siblings they hold up.
void reportBlockingInPlace(const Context &context, const std::function<void(report::Finding)> &emit);

} // namespace clearway::checks
