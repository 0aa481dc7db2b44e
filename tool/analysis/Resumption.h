// Where a C++ coroutine is resumed by what it awaits, and where coroutines run that are handed over: what the catalogue says of
// the calls that make an awaitable, and what the program's own awaiters do with the coroutine's handle.
#pragma once

#include "analysis/CallGraph.h"

#include <unordered_map>
#include <vector>

namespace clearway::analysis {

/// Threads a coroutine may be on: a set.
using Places = uint8_t;
inline constexpr Places kStart = 1;  // the one that started it
inline constexpr Places kLoop = 2;   // the event loop's, or one that nobody knows
inline constexpr Places kWorker = 4;

class Resumption {
public:
  Resumption(const link::Program &program, const CallGraph &graph);

  /// Where who awaits `operand` goes on; 0 if nothing is known, or if it stays where it was.
  Places after(link::FileId file, facts::ValueId operand) const { return after(file, operand, 0); }
  /// The one call whose result `value` is; kNone if there are several, or none.
  link::CallId onlyOrigin(link::FileId file, facts::ValueId value) const;
  /// Where the coroutine that the call makes runs if it is handed to an API (`co_spawn(pool, work())`, `work().scheduleOn(pool)`);
  /// 0 if it is not.
  Places takenTo(link::CallId call) const;
  /// Whether the coroutine that the call makes runs in the thread at hand: it is resumed, or given to a call that waits until it is done.
  bool isRunByHand(link::CallId call) const;
  /// Where the callable argument of the call runs.
  Places callableRunsIn(link::CallId call, uint32_t argument) const;

private:
  Places after(link::FileId file, facts::ValueId operand, unsigned depth) const;
  Places ofCall(link::CallId call, unsigned depth) const;
  Places ofWrapper(const link::Call &call, unsigned depth) const;
  Places givenTo(link::CallId call) const;
  Places ofAwaiter(link::FileId file, facts::ValueId operand) const;
  void addAwaiters(const CallGraph &graph);
  void collectReceivers();

  const link::Program &program_;
  std::unordered_map<Name, Places> awaiters_;             // by class: where its await_suspend() resumes the coroutine
  std::unordered_multimap<link::CallId, link::CallId> outer_; // by call: the calls of methods on its result
};

} // namespace clearway::analysis
