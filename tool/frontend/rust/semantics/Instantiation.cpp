#include "frontend/rust/semantics/Instantiation.h"

#include <algorithm>

namespace clearway::frontend::rust {

using link::CallId;
using link::Confidence;
using link::FunctionId;
using link::kNone;

namespace {

constexpr unsigned kDeepest = 6; // f::<T>() → g::<T>() → …

void append(std::vector<FunctionId> &to, std::span<const FunctionId> more) {
  for (const FunctionId f : more)
    if (std::find(to.begin(), to.end(), f) == to.end())
      to.push_back(f);
}

} // namespace

uint32_t Instantiation::demandFor(const TypeParameter &parameter, Name method, CallId origin) {
  std::vector<uint32_t> &known = byFunction_[parameter.function];
  for (const uint32_t demand : known)
    if (demands_[demand].parameter == parameter && demands_[demand].origin == origin)
      return demand;
  const auto made = static_cast<uint32_t>(demands_.size());
  demands_.push_back({parameter, method, origin, {}, {}});
  known.push_back(made);
  asked_[parameter.function].push_back(made);
  return made;
}

void Instantiation::add(const std::vector<GenericCall> &calls) {
  for (const GenericCall &call : calls) {
    demandFor(call.parameter, call.method, call.call);
    origins_.insert(call.call);
  }
}

std::span<const uint32_t> Instantiation::asked(FunctionId function) const {
  const auto found = asked_.find(function);
  return found == asked_.end() ? std::span<const uint32_t>() : std::span<const uint32_t>(found->second);
}

bool Instantiation::take(std::vector<Instance> instances) {
  asked_.clear();
  for (Instance &instance : instances) {
    uint32_t forward = kNone;
    if (instance.kind == Instance::Forwarded)
      forward = demandFor(instance.forwarded, demands_[instance.demand].method, demands_[instance.demand].origin);
    Demand &demand = demands_[instance.demand];
    demand.sites.push_back(std::move(instance));
    demand.forwards.push_back(forward);
  }
  return !asked_.empty();
}

// Functions that are handed over or that a framework calls: who passes what to them is not to be seen.
void Instantiation::findOtherUses() {
  isUsedOtherwise_.assign(program_.functions.size(), false);
  for (FunctionId f = 0; f < program_.functions.size(); ++f)
    isUsedOtherwise_[f] = !program_.functions[f].bases.empty() || !program_.functions[f].decorators.empty();
  for (const link::Call &call : program_.calls)
    for (const link::CallableArgument &callable : call.callables)
      for (const link::Target &target : callable.targets)
        isUsedOtherwise_[target.function] = true;
}

/// What the call runs is then said where the function around it is called, and nowhere else. Not so where that is itself
/// called by way of a parameter: which calls run it is yet to be found.
bool Instantiation::isDecidedByCallers(uint32_t id) const {
  const Demand &demand = demands_[id];
  const FunctionId f = demand.parameter.function;
  return !demand.sites.empty() && isPlain(f) && !isUsedOtherwise_[f] &&
         std::none_of(demand.sites.begin(), demand.sites.end(),
                      [&](const Instance &site) { return origins_.contains(site.site); });
}

/// For each demand: whether some caller, however far up, says what the parameter stands for.
void Instantiation::findKnown() {
  const auto isKnown = [&](uint32_t id) {
    const Demand &demand = demands_[id];
    return std::any_of(demand.sites.begin(), demand.sites.end(), [](const Instance &site) { return site.kind == Instance::Known; }) ||
           std::any_of(demand.forwards.begin(), demand.forwards.end(), [&](uint32_t to) { return to != kNone && isKnown_[to]; });
  };
  isKnown_.assign(demands_.size(), false);
  for (bool changed = true; changed;) {
    changed = false;
    for (auto id = static_cast<uint32_t>(demands_.size()); id-- > 0;) // those of callers come last
      if (!isKnown_[id] && isKnown(id))
        isKnown_[id] = changed = true;
  }
}

/// All that the parameter stands for anywhere; false if that is not known.
bool Instantiation::collect(uint32_t id, std::vector<FunctionId> &functions, unsigned depth) const {
  const Demand &demand = demands_[id];
  if (demand.sites.empty() || isUsedOtherwise_[demand.parameter.function] || depth > kDeepest)
    return false;
  for (size_t i = 0; i < demand.sites.size(); ++i) {
    const Instance &site = demand.sites[i];
    if (site.kind == Instance::Known)
      append(functions, site.functions);
    else if (demand.forwards[i] == kNone ||
             (demand.forwards[i] != id && !collect(demand.forwards[i], functions, depth + 1)))
      return false;
  }
  return true;
}

/// As something that the callee calls back; it is no argument.
void Instantiation::give(CallId site, std::span<const FunctionId> functions, Confidence confidence) {
  std::vector<link::CallableArgument> &callables = program_.calls[site].callables;
  if (callables.empty() || callables.back().argument != kNone)
    callables.push_back({.argument = kNone, .targets = {}, .externals = {}, .calledBack = true});
  std::vector<link::Target> &given = callables.back().targets;
  for (const FunctionId f : functions)
    if (std::none_of(given.begin(), given.end(), [&](const link::Target &known) { return known.function == f; }))
      given.push_back({f, confidence});
}

void Instantiation::giveCallers(uint32_t id, unsigned depth) {
  const Demand &demand = demands_[id];
  const std::vector<FunctionId> &all = all_[id];
  for (size_t i = 0; i < demand.sites.size(); ++i) {
    const Instance &site = demand.sites[i];
    const uint32_t forward = demand.forwards[i];
    if (site.kind == Instance::Known) {
      give(site.site, site.functions, Confidence::Certain);
    } else if (forward == kNone || depth >= kDeepest) {
      give(site.site, all, Confidence::Inferred);
    } else if (isDecidedByCallers(forward) && program_.calls[site.site].caller == site.forwarded.function) {
      giveCallers(forward, depth + 1);
    } else {
      std::vector<FunctionId> functions;
      give(site.site, collect(forward, functions, 0) ? functions : all, Confidence::Inferred);
    }
  }
}

void Instantiation::settle(uint32_t id) {
  const Demand &demand = demands_[id];
  link::Call &call = program_.calls[demand.origin];
  if (!isKnown_[id])
    return;
  const bool onlyPlain = std::all_of(call.targets.begin(), call.targets.end(),
                                     [&](const link::Target &target) { return isPlain(target.function); });
  if (onlyPlain && call.caller == demand.parameter.function && isDecidedByCallers(id)) {
    giveCallers(id, 0);
    call.handedIn.insert(call.handedIn.end(), call.targets.begin(), call.targets.end());
    call.targets.clear();
    return;
  }
  std::vector<FunctionId> functions;
  if (collect(id, functions, 0))
    std::erase_if(call.targets, [&](const link::Target &target) {
      return std::find(functions.begin(), functions.end(), target.function) == functions.end();
    });
}

void Instantiation::apply() {
  if (demands_.empty())
    return;
  findOtherUses();
  findKnown();
  for (const Demand &demand : demands_) {
    all_.emplace_back();
    for (const link::Target &target : program_.calls[demand.origin].targets)
      all_.back().push_back(target.function);
  }
  std::vector<bool> isSettled(program_.calls.size());
  for (uint32_t id = 0; id < demands_.size(); ++id) // a call's own demand comes before those of its callers
    if (const CallId origin = demands_[id].origin; !isSettled[origin]) {
      isSettled[origin] = true;
      settle(id);
    }
}

} // namespace clearway::frontend::rust
