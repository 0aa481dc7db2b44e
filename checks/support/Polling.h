// Calls in loops that wait for a change by looking again and again.
#pragma once

#include "checks/Check.h"

#include <optional>
#include <string>

namespace clearway::checks {

/// The API through which the call sleeps, or nullptr.
const link::External *pollSleep(const Context &context, link::CallId call);

/// How often a loop looks.
struct Pace {
  bool known = false; // the source says, and it is often
  std::string text;   // " every 0.1 s"; empty if it may change
};

/// The pace of a loop that sleeps by this call; nothing if it is so slow that there may be a reason.
std::optional<Pace> paceOf(const Context &context, link::CallId call);

/// Calls that only look: reads of attributes, questions, clocks and logging. What is asked at an unknown pace
/// may be on another machine; then only clocks count.
bool onlyLooks(const Context &context, link::CallId call, bool oftenEnough);

/// Awaits a lock that tasks share, which a look at what it guards takes.
bool takesAsyncLock(const Context &context, link::CallId call);

} // namespace clearway::checks
