// Who runs whom. An edge says that a call runs the body of a function of this program in the caller's own
// context: on the same thread, before the call (or its await) is over. Calls that only create something (a
// coroutine that nobody awaits, a generator that nobody iterates) are no edges, and what is handed to another
// context is a hand-off instead.
#pragma once

#include "link/Program.h"

#include <span>
#include <vector>

namespace clearway::analysis {

struct Edge {
  link::FunctionId other = link::kNone; // the callee of an outgoing edge, the caller of an incoming one
  link::CallId call = link::kNone;
  link::Confidence confidence = link::Confidence::Certain;
  bool awaited =
      false; // runs a coroutine: in the same context, but the coroutine is an entry point of its own
};

/// A callable given to something that runs it in a context of its own.
struct Handoff {
  link::CallId call = link::kNone;
  uint32_t argument = 0;                    // index in CallSite::arguments
  link::FunctionId target = link::kNone;    // kNone: something outside the program
  const link::External *external = nullptr; // when target is kNone
  const catalog::RunsArgument *runs = nullptr;
  Name api; // what it is handed to
  link::Confidence confidence = link::Confidence::Certain;
};

class CallGraph {
public:
  std::span<const Edge> callees(link::FunctionId f) const { return slice(outgoing_, outgoingFirst_, f); }
  std::span<const Edge> callers(link::FunctionId f) const { return slice(incoming_, incomingFirst_, f); }
  /// In call order.
  std::span<const Handoff> handoffs() const { return handoffs_; }
  /// Where decorators of `f` make every call of it run; Unknown when it runs in its caller's context.
  catalog::ExecutionContext runsIn(link::FunctionId f) const { return runsIn_[f]; }
  size_t size() const { return runsIn_.size(); }

private:
  friend CallGraph buildCallGraph(const link::Program &program);
  static std::span<const Edge> slice(const std::vector<Edge> &edges, const std::vector<uint32_t> &first,
                                     uint32_t f) {
    return {edges.data() + first[f], edges.data() + first[f + 1]};
  }
  std::vector<Edge> outgoing_, incoming_;
  std::vector<uint32_t> outgoingFirst_, incomingFirst_;
  std::vector<Handoff> handoffs_;
  std::vector<catalog::ExecutionContext> runsIn_;
};

CallGraph buildCallGraph(const link::Program &program);

inline link::Confidence weakest(link::Confidence a, link::Confidence b) {
  return a < b ? b : a;
}

/// A function whose call only creates a coroutine or an asynchronous generator.
inline bool isAsync(facts::FunctionKind kind) {
  return kind == facts::FunctionKind::Coroutine || kind == facts::FunctionKind::AsyncGenerator;
}

} // namespace clearway::analysis
