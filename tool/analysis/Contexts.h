// Where code runs: top-down from coroutine bodies, catalogue entries (handlers, callbacks, framework base classes and
// decorators) and annotations, along synchronous calls, cut at boundaries. A breadth-first search from all entry
// points at once gives each function its nearest entry point and the call that leads there: the shortest chain.
#pragma once

#include "link/Program.h"

#include <span>
#include <vector>

namespace clearway::analysis {

/// A way a function comes to run in a context.
struct Reach {
  catalog::ExecutionContext context = catalog::ExecutionContext::Unknown;
  link::FunctionId entry = link::kNone;  // the entry point (the function itself when it is one)
  link::CallId via = link::kNone;        // call in `from` that leads here; kNone for an entry point
  link::FunctionId from = link::kNone;   // caller on the shortest way; kNone for an entry point
  uint32_t depth = 0;                    // number of calls from the entry point
  link::Confidence confidence = link::Confidence::Certain; // weakest step
  Name runtime;                          // asyncio, tokio, asio, … when known
  Name why;                              // for an entry point: "is a coroutine", "is a callback of `loop.call_soon`", …
};

struct Contexts {
  std::vector<std::vector<Reach>> perFunction; // by FunctionId; at most one per context

  /// The event-loop reach of a function, or nullptr if it is not known to run on a loop.
  const Reach *eventLoop(link::FunctionId f) const;
  /// All entry points from which `f` is reached on the loop, nearest first, at most `limit`; `total` gets their number.
  std::vector<link::FunctionId> entryPoints(const link::Program &program, link::FunctionId f, size_t limit,
                                            uint32_t &total) const;
};

Contexts computeContexts(const link::Program &program, const catalog::Catalog &catalog);

} // namespace clearway::analysis
