// Critical sections, as the lock checks see them.
#pragma once

#include "checks/Check.h"

#include <optional>
#include <string>

namespace clearway::checks {

/// Something slow that happens while a lock is held.
struct SlowWork {
  link::CallId call = link::kNone;                // in the section
  const analysis::Operation *operation = nullptr; // what blocks in the end
  std::vector<link::FunctionId> through;          // the functions on the way to it
};

/// The slowest work inside the section: a blocking operation of at least middle weight, called directly or
/// further down.
std::optional<SlowWork> slowWork(const Context &context, const analysis::Acquisition &acquisition);

/// True if the lock is taken on a worker thread that the coroutine has moved to.
bool isOffLoop(const Context &context, const analysis::Acquisition &acquisition);

/// True if the section repeats calls in a loop of its own.
bool loops(const Context &context, const analysis::Acquisition &acquisition);

/// A key that two acquisitions of one lock share, wherever they stand: class or module, and path. Empty when
/// the path says nothing beyond its own function.
std::string lockIdentity(const Context &context, const analysis::Acquisition &acquisition);

/// "`self._lock`", or what kind of lock it is.
std::string lockName(const Context &context, const analysis::Acquisition &acquisition);

/// "`load` → `requests.get`"
std::string routeOf(const Context &context, const SlowWork &work);

report::Location location(const Context &context, const analysis::Acquisition &acquisition);

} // namespace clearway::checks
