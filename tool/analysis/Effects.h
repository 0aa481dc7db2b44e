// May-block summaries: for each function the blocking operations reachable from it by synchronous calls and
// awaits, bottom-up. A breadth-first search from all operations of one kind at once, against the direction of
// the calls, gives each function its nearest operation and the call that leads there; cycles need no special
// care and the cost is linear. Boundaries (a callable handed to a thread pool) are no edges of the call graph
// and so cut the way.
#pragma once

#include "analysis/CallGraph.h"
#include "analysis/Conditions.h"

#include <span>
#include <vector>

namespace clearway::analysis {

/// A blocking operation itself: a call to something the catalogue says blocks, in the circumstances of this
/// call.
struct Operation {
  link::CallId call = link::kNone;
  link::FunctionId function = link::kNone; // where it stands
  const catalog::Entry *entry = nullptr;
  Name api; // qualified name of what is called
  catalog::EffectKind kind = catalog::EffectKind::None;
  catalog::Weight weight = catalog::Weight::Middle;
  bool bounded = false;
  bool onLoopByCallback = false; // handed to the loop as a callback: runs there whoever hands it over
  link::Confidence confidence = link::Confidence::Certain;
};

struct Effect {
  catalog::EffectKind kind = catalog::EffectKind::None;
  uint32_t operation = link::kNone; // index in Effects::operations
  link::CallId nextHop =
      link::kNone; // call in this function that leads there (the operation's own call when depth is 0)
  link::FunctionId next = link::kNone; // callee; kNone when depth is 0
  uint32_t depth = 0;
  bool bounded = false;
  link::Confidence confidence = link::Confidence::Certain;
};

struct Effects {
  std::vector<Operation> operations;            // in (file, position) order
  std::vector<uint32_t> byCall;                 // by CallId: index in `operations` or kNone
  std::vector<std::vector<Effect>> perFunction; // by FunctionId, at most one per kind, ordered by kind

  std::span<const Effect> of(link::FunctionId f) const { return perFunction[f]; }
  /// The operation that a call is, or nullptr.
  const Operation *at(link::CallId call) const {
    return byCall[call] == link::kNone ? nullptr : &operations[byCall[call]];
  }
};

/// The blocking operations of the program, in (file, position) order.
std::vector<Operation> findOperations(const link::Program &program, const CallGraph &graph);

Effects computeEffects(const link::Program &program, const CallGraph &graph);

} // namespace clearway::analysis
