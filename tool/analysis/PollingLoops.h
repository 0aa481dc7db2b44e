// Event loops that programs write themselves, in C++: a loop waits until some of many descriptors are ready (`epoll_wait`, a completion
// queue's `Next`, …) and calls somebody for each of them. What blocks in one of these calls keeps all the others waiting. Waiting for
// a single descriptor, or for what the function itself deals with alone, makes no event loop.
#pragma once

#include "analysis/ThreadHops.h"

#include <vector>

namespace clearway::analysis {

struct PollingLoop {
  link::FunctionId function = link::kNone;
  Name api;     // what it waits with
  Name runtime; // "poll", unless the catalogue says another
  std::vector<link::CallId> outside; // calls of the function that are none of the loop's business: before it, and the wait itself
};

/// In function order, each function once.
std::vector<PollingLoop> findPollingLoops(const link::Program &program);

/// What the function does before its loop does not count as the loop's.
void leaveOut(const PollingLoop &loop, ThreadHops &hops);

} // namespace clearway::analysis
