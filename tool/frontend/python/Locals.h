// The local names of one function, and what each holds where extraction stands. Which value reaches a load is
// decided by straight-line flow; where paths meet, values join.
#pragma once

#include "facts/Builder.h"
#include "facts/FlatMap.h"
#include "frontend/python/BodyScan.h"

#include <vector>

namespace clearway::python {

using facts::kNone;
using facts::ValueId;

/// What is known at one point of a function.
struct FlowState {
  std::vector<ValueId> values; // per local; kNone: not bound yet
  bool reachable = true;
  bool noRunningLoop = false; // tests on the way here showed that no event loop runs
};

class Locals {
public:
  explicit Locals(facts::FileFacts &facts, facts::Builder &builder) : facts_(facts), builder_(builder) {}

  /// Forgets the last function. `scope` is the scope whose names these are.
  void reset(facts::ScopeId scope);
  uint32_t add(Name name);
  /// kNone if `name` is not local.
  uint32_t find(Name name) const;
  void bound(uint32_t local, uint32_t binding, ValueId value);
  void set(uint32_t local, ValueId value) { state.values[local] = value; }
  ValueId load(uint32_t local) const {
    return state.values[local] == kNone ? unclear(local) : state.values[local];
  }

  /// All names stored there hold any of their values from now on.
  void makeUnclear(std::span<const BodyScan::Store> stores);

  FlowState copy();
  void recycle(FlowState &&old);
  /// The state where the current path meets `other`, which is given up.
  void meet(FlowState &&other);
  /// After `finally`: what it stored holds; all else is as it was in `before` it, on the normal path.
  void leaveFinally(FlowState &&normal, const FlowState &atEntry);

  FlowState state;

private:
  ValueId unclear(uint32_t local) const;
  ValueId meet(uint32_t local, ValueId a, ValueId b) const;
  ValueId withoutNarrowing(ValueId value) const;

  facts::FileFacts &facts_;
  facts::Builder &builder_;
  facts::ScopeId scope_ = 0;
  facts::FlatMap indices_;
  std::vector<Name> names_;
  std::vector<uint32_t> firstBindings_;
  std::vector<std::vector<ValueId>> spare_;
};

} // namespace clearway::python
