// May-block summaries: for each function the blocking operations reachable from it by synchronous calls, bottom-up
// over strongly connected components. Boundaries (a callable handed to a thread pool) cut the way. One next hop per
// (function, kind) is stored, so a chain is rebuilt by walking, shortest and deterministic.
#pragma once

#include "link/Program.h"

#include <span>
#include <vector>

namespace clearway::analysis {

/// A blocking operation itself: a call to something the catalogue says blocks, in the circumstances of this call.
struct Operation {
  link::CallId call = link::kNone;
  link::FunctionId function = link::kNone; // where it stands
  const catalog::Entry *entry = nullptr;
  catalog::EffectKind kind = catalog::EffectKind::None;
  catalog::Weight weight = catalog::Weight::Middle;
  bool bounded = false;
  link::Confidence confidence = link::Confidence::Certain;
};

struct Effect {
  catalog::EffectKind kind = catalog::EffectKind::None;
  uint32_t operation = link::kNone;   // index in Effects::operations
  link::CallId nextHop = link::kNone; // call in this function that leads there (the operation's own call when depth is 0)
  link::FunctionId next = link::kNone; // callee; kNone when depth is 0
  uint32_t depth = 0;
  bool bounded = false;
  link::Confidence confidence = link::Confidence::Certain;
};

struct Effects {
  std::vector<Operation> operations; // in (file, position) order
  std::vector<std::vector<Effect>> perFunction; // by FunctionId, at most one per kind, ordered by kind

  std::span<const Effect> of(link::FunctionId f) const { return perFunction[f]; }
};

/// True when the entry's effect happens at this call: its conditions are evaluated against the call's constant arguments.
bool takesEffect(const link::Program &program, const link::Call &call, const catalog::Entry &entry);

Effects computeEffects(const link::Program &program, const catalog::Catalog &catalog);

} // namespace clearway::analysis
