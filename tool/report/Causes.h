// One call from asynchronous code may lead to hundreds of operations that block: a model that is loaded on the event loop, say.
// Moving that one call mends them all, so people are told of it once, with a few examples.
#pragma once

#include "report/Finding.h"

#include <cstddef>
#include <string>
#include <vector>

namespace clearway::report {

/// Findings whose chains begin with the same call and that are not told one by one.
struct Cause {
  Step call;         // where all of them begin
  size_t count = 0;
  std::string checks; // "310 cpu-bound, 12 device-sync", most first
};

struct Causes {
  std::vector<bool> isLeftOut; // by finding
  std::vector<Cause> causes;   // in the order of their first findings
};

/// Of more than ten findings that begin with one call, the five gravest are told. Suppressed ones do not count.
Causes groupByCause(const std::vector<Finding> &findings);

} // namespace clearway::report
