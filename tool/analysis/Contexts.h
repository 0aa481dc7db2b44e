// Where code runs: top-down from coroutine bodies, catalogue entries (handlers, callbacks, framework base
// classes and decorators) and annotations, along synchronous calls, cut at boundaries. A breadth-first search
// from all entry points at once gives each function its nearest entry point and the call that leads there:
// the shortest chain.
#pragma once

#include "analysis/ThreadHops.h"

#include <vector>

namespace clearway::analysis {

/// How a function comes to be an entry point.
enum class EntryKind : uint8_t { Coroutine, Callback, FrameworkMethod, Decorated, Annotated, Loop };

/// A way a function comes to run in a context.
struct Reach {
  catalog::ExecutionContext context = catalog::ExecutionContext::Unknown;
  EntryKind entryKind = EntryKind::Coroutine;
  link::FunctionId entry = link::kNone; // the entry point (the function itself when it is one)
  link::CallId via = link::kNone;       // call in `from` that leads here; kNone for an entry point
  link::FunctionId from = link::kNone;  // caller on the shortest way; kNone for an entry point
  uint32_t depth = 0;                   // number of calls from the entry point
  link::Confidence confidence = link::Confidence::Certain; // weakest step
  bool testOnly = false;                                   // only reached from tests
  Name runtime;                                            // asyncio, tokio, asio, … when known
  Name api; // what makes the entry point one: "asyncio.loop.call_soon"; empty for coroutines
};

/// A call in an entry point, and the calls that lead from it to some function.
struct EntryWay {
  link::FunctionId entry = link::kNone;
  std::vector<link::CallId> calls;         // the entry point's own first
  std::vector<link::FunctionId> functions; // what each of them calls; the last is the function asked for
};

struct Contexts {
  std::vector<std::vector<Reach>> perFunction; // by FunctionId; at most one per context
  std::vector<Reach> entries;                  // where the ways begin, in function order
  ThreadHops hops;                             // C++ coroutines that leave the loop

  /// The reach of a function in a context, or nullptr if it is not known to run there.
  const Reach *reach(link::FunctionId f, catalog::ExecutionContext context) const;
  const Reach *eventLoop(link::FunctionId f) const { return reach(f, catalog::ExecutionContext::EventLoop); }
  /// The calls in entry points from which `f` is reached on the loop, nearest first, at most `limit`; `total` gets the number
  /// of these entry points. Ways that are known by name only do not count, and neither do tests unless `f` is reached from
  /// nothing else. An entry point that calls twice what leads to `f` has two ways.
  std::vector<EntryWay> ways(const link::Program &program, const CallGraph &graph, link::FunctionId f, size_t limit,
                             uint32_t &total) const;
};

/// True for functions of tests, by their own mark or by their file's.
bool isTest(const link::Program &program, link::FunctionId f);

/// The runtime a file's coroutines run on, as its imports tell.
Name runtimeOf(const facts::FileFacts &file);

Contexts computeContexts(const link::Program &program, const catalog::Catalog &catalog,
                         const CallGraph &graph);

/// Finds the ways anew so that those from entry points marked in `last` (by FunctionId: start-up) are taken only where no other
/// leads: which functions are reached does not change.
void takeLast(Contexts &contexts, const CallGraph &graph, const std::vector<bool> &last);

} // namespace clearway::analysis
