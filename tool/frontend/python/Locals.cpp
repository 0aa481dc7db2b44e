#include "frontend/python/Locals.h"

#include <utility>

namespace clearway::python {

void Locals::reset(facts::ScopeId scope) {
  scope_ = scope;
  indices_.clear();
  names_.clear();
  firstBindings_.clear();
  state.values.clear();
  state.reachable = true;
  state.noRunningLoop = false;
}

uint32_t Locals::add(Name name) {
  uint32_t &index = indices_.at(name.handle(), kNone);
  if (index == kNone) {
    index = static_cast<uint32_t>(names_.size());
    names_.push_back(name);
    firstBindings_.push_back(kNone);
    state.values.push_back(kNone);
  }
  return index;
}

uint32_t Locals::find(Name name) const {
  const uint32_t *index = indices_.find(name.handle());
  return index ? *index : kNone;
}

void Locals::bound(uint32_t local, uint32_t binding, ValueId value) {
  if (firstBindings_[local] == kNone)
    firstBindings_[local] = binding;
  state.values[local] = value;
}

ValueId Locals::unclear(uint32_t local) const {
  const uint32_t binding = firstBindings_[local];
  return binding == kNone ? builder_.ref(scope_, names_[local]) : builder_.variable(binding);
}

void Locals::makeUnclear(std::span<const BodyScan::Store> stores) {
  for (const BodyScan::Store &store : stores)
    if (const uint32_t local = find(store.name); local != kNone)
      state.values[local] = unclear(local);
}

FlowState Locals::copy() {
  FlowState result{{}, state.reachable, state.noRunningLoop};
  if (!spare_.empty()) {
    result.values = std::move(spare_.back());
    spare_.pop_back();
  }
  result.values.assign(state.values.begin(), state.values.end());
  return result;
}

void Locals::recycle(FlowState &&old) {
  spare_.push_back(std::move(old.values));
}

ValueId Locals::withoutNarrowing(ValueId value) const {
  while (facts_.values[value].kind == facts::ValueKind::Cast && facts_.values[value].flag == 1)
    value = facts_.values[value].a;
  return value;
}

ValueId Locals::meet(uint32_t local, ValueId a, ValueId b) const {
  if (a == b || b == kNone)
    return a;
  if (a == kNone)
    return b;
  const ValueId wideA = withoutNarrowing(a), wideB = withoutNarrowing(b);
  if (wideA == wideB)
    return wideA;
  const ValueId whole = unclear(local); // stands for every value of the name, so for both
  if (wideA == whole || wideB == whole)
    return whole;
  const ValueId both[] = {wideA, wideB};
  const ValueId joined = builder_.join(both);
  return joined == kNone ? unclear(local) : joined;
}

void Locals::meet(FlowState &&other) {
  if (!other.reachable) {
    recycle(std::move(other));
    return;
  }
  if (!state.reachable) {
    std::swap(state, other);
    recycle(std::move(other));
    return;
  }
  for (uint32_t local = 0; local < names_.size(); ++local)
    state.values[local] = meet(local, state.values[local], other.values[local]);
  state.noRunningLoop &= other.noRunningLoop;
  recycle(std::move(other));
}

void Locals::leaveFinally(FlowState &&normal, const FlowState &atEntry) {
  for (uint32_t local = 0; local < names_.size(); ++local)
    if (state.values[local] == atEntry.values[local])
      state.values[local] = normal.values[local];
  state.noRunningLoop = normal.noRunningLoop;
  state.reachable &= normal.reachable;
  recycle(std::move(normal));
}

} // namespace clearway::python
