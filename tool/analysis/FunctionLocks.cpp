#include "analysis/FunctionLocks.h"

#include "analysis/CallGraph.h"

#include <algorithm>

namespace clearway::analysis {

using facts::EventKind;
using link::CallId;
using link::ObjectId;

using Guard = HeldAt::Guard;

namespace {

/// `std::lock(a, b)` takes several locks at once: their paths stand side by side.
bool covers(Name held, Name path) {
  const std::string_view all = held.view(), one = path.view();
  for (size_t at = 0; at <= all.size();) {
    const size_t end = std::min(all.find(", ", at), all.size());
    if (all.substr(at, end - at) == one)
      return true;
    at = end + 2;
  }
  return false;
}

} // namespace

void FunctionLocks::run() {
  findAcquisitions();
  if (byObject_.empty() && byCall_.empty())
    return;
  solve();
  record();
}

Balance FunctionLocks::balance() {
  Balance result;
  findAcquisitions();
  if (byCall_.empty() && !releasesAny())
    return result;
  const bool constructs = function().flags & facts::FunctionFlag::Constructor;
  gives_ = &result.gives;
  solve();
  gives_ = nullptr;
  std::erase_if(result.gives, [&](Name path) { return isGiven(path); });
  std::optional<LockState> atEnd = stateAtEnds();
  for (const Guard &guard : atEnd.value_or(LockState()))
    if (const Acquisition &held = out_.acquisitions[guard.acquisition];
        guard.onAllPaths && held.object == link::kNone && held.waits && held.lockPath && (constructs || !isGiven(held.lockPath)))
      result.takes.push_back({{held.entry, held.lock, held.waits, false}, held.lockPath});
  return result;
}

/// Whether a lock's path begins with a parameter: the caller knows that lock by another name.
bool FunctionLocks::isGiven(Name path) const {
  const std::string_view whole = path.view(), first = whole.substr(0, whole.find_first_of(".-"));
  const auto parameters = file_.parametersOf(function());
  return std::any_of(parameters.begin(), parameters.end(), [&](const facts::Parameter &parameter) {
    return parameter.name.view() == first && first != "self";
  });
}

bool FunctionLocks::releasesAny() const {
  const link::Function &function = program_.functions[f_];
  for (uint32_t i = 0; i < function.callCount; ++i)
    if (classifier_.releases(program_.calls[function.firstCall + i]))
      return true;
  return false;
}

/// What is held wherever the function ends; nothing if it never does.
std::optional<LockState> FunctionLocks::stateAtEnds() const {
  std::optional<LockState> all;
  const facts::Span blocks = function().blocks;
  for (uint32_t b = 0; b < blocks.count; ++b) {
    const facts::Block &block = file_.blocks[blocks.first + b];
    if (!reached_[b] || !file_.successorsOf(block).empty())
      continue;
    LockState state = states_[b];
    for (const facts::Event &event : file_.eventsOf(block))
      step(state, event);
    if (all)
      mergeInto(*all, state);
    else
      all = std::move(state);
  }
  return all;
}

/// In evaluation order as written, so that acquisitions are numbered by position.
void FunctionLocks::findAcquisitions() {
  if (!mayAcquire())
    return;
  for (const facts::Block &block : file_.blocksOf(function()))
    for (const facts::Event &event : file_.eventsOf(block))
      if (event.kind == EventKind::Birth)
        addBirth(program_.objectBase[fileId_] + event.index);
      else if (event.kind == EventKind::Call)
        addAcquire(program_.callAt(fileId_, event.index));
}

bool FunctionLocks::mayAcquire() const {
  const link::Function &function = program_.functions[f_];
  if (function.objectCount)
    return true;
  for (uint32_t i = 0; i < function.callCount; ++i) {
    const link::Call &call = program_.calls[function.firstCall + i];
    for (const link::External &external : call.externals)
      if (external.entry && external.entry->acquires)
        return true;
    if (const Balance *helper = balances_.helper(call); helper && !helper->takes.empty())
      return true;
  }
  return false;
}

void FunctionLocks::addBirth(ObjectId id) {
  const link::Object &object = program_.objects[id];
  const facts::SourceRange &at = program_.scoped(id).range;
  if (const auto taking = classifier_.birth(id)) {
    const uint32_t made = add(*taking, id, object.origin, object.lockPath, at);
    byObject_.emplace(id, made);
    if (taking->adopts)
      adopting_.push_back(made);
  } else if (const Balance *constructor = balances_.guarding(object)) {
    for (const Balance::Taken &taken : constructor->takes)
      byObject_.emplace(id, add(taken.taking, id, object.origin, taken.lockPath, at));
  }
}

void FunctionLocks::addAcquire(CallId id) {
  const link::Call &call = program_.calls[id];
  const facts::SourceRange &at = program_.site(id).range;
  if (const auto taking = classifier_.acquire(call))
    byCall_[id].push_back(add(*taking, link::kNone, id, call.lockPath, at));
  else if (const Balance *helper = balances_.helper(call))
    for (const Balance::Taken &taken : helper->takes)
      byCall_[id].push_back(add(taken.taking, link::kNone, id, taken.lockPath, at));
}

uint32_t FunctionLocks::add(const Taking &taking, ObjectId object, CallId call, Name path, const facts::SourceRange &at) {
  out_.acquisitions.push_back({f_, object, call, taking.entry, taking.lock, taking.waits, path, at, {}, {}});
  return static_cast<uint32_t>(out_.acquisitions.size() - 1);
}

/// Repeats over the blocks whose state has changed: states only grow, so this ends.
void FunctionLocks::solve() {
  const facts::Span blocks = function().blocks;
  states_.assign(blocks.count, {});
  reached_.assign(blocks.count, false);
  changed_.assign(blocks.count, false);
  if (!blocks.count)
    return;
  reached_[0] = changed_[0] = true;
  for (bool again = true; again;) {
    again = false;
    for (uint32_t b = 0; b < blocks.count; ++b)
      if (changed_[b]) {
        changed_[b] = false;
        again |= flowOut(blocks.first, b);
      }
  }
}

/// Returns whether the state of a block changed.
bool FunctionLocks::flowOut(uint32_t firstBlock, uint32_t b) {
  LockState state = states_[b];
  const facts::Block &block = file_.blocks[firstBlock + b];
  for (const facts::Event &event : file_.eventsOf(block))
    step(state, event);
  bool any = false;
  for (uint32_t successor : file_.successorsOf(block)) {
    const uint32_t to = successor - firstBlock;
    if (to >= states_.size())
      continue;
    const bool differs = !reached_[to] || mergeInto(states_[to], state);
    if (!reached_[to])
      states_[to] = state;
    reached_[to] = true;
    changed_[to] = changed_[to] || differs;
    any |= differs;
  }
  return any;
}

void FunctionLocks::step(LockState &state, const facts::Event &event) const {
  const ObjectId object = program_.objectBase[fileId_] + event.index;
  switch (event.kind) {
  case EventKind::Birth:
    return born(state, object);
  case EventKind::Death:
    return drop(state, object);
  case EventKind::Move:
    return move(state, object, event.other == facts::kNone ? link::kNone : program_.objectBase[fileId_] + event.other);
  case EventKind::Call:
    return call(state, program_.callAt(fileId_, event.index));
  case EventKind::Refused:
    return refuse(state, event);
  case EventKind::Suspend:
    return;
  }
}

/// `std::lock_guard held(m, std::adopt_lock)` takes nothing: it holds what was locked by hand before.
void FunctionLocks::born(LockState &state, ObjectId object) const {
  const auto it = byObject_.find(object);
  if (it == byObject_.end())
    return;
  const Name path = out_.acquisitions[it->second].lockPath;
  const bool adopts = std::find(adopting_.begin(), adopting_.end(), it->second) != adopting_.end();
  for (Guard &guard : state)
    if (const Acquisition &held = out_.acquisitions[guard.acquisition];
        adopts && path && held.object == link::kNone && covers(held.lockPath, path)) {
      guard.holder = object;
      return normalise(state);
    }
  take(state, it->second);
}

void FunctionLocks::take(LockState &state, uint32_t acquisition) const {
  insert(state, {acquisition, true, out_.acquisitions[acquisition].object});
}

/// The guard's life ends, and with it what was locked again through it.
void FunctionLocks::drop(LockState &state, ObjectId object) const {
  const Name name = program_.scoped(object).name;
  std::erase_if(state, [&](const Guard &guard) {
    const Acquisition &held = out_.acquisitions[guard.acquisition];
    return guard.holder == object || (name && held.object == link::kNone && held.lockPath == name);
  });
}

void FunctionLocks::move(LockState &state, ObjectId from, ObjectId to) const {
  if (to == link::kNone || program_.objects[to].holdsNothing)
    return drop(state, from);
  bool moved = false;
  for (Guard &guard : state)
    if (guard.holder == from) {
      guard.holder = to;
      moved = true;
    }
  if (moved)
    normalise(state);
}

void FunctionLocks::call(LockState &state, CallId id) const {
  const link::Call &call = program_.calls[id];
  if (classifier_.releases(call))
    release(state, call.lockPath);
  if (const Balance *helper = balances_.helper(call))
    for (const Name path : helper->gives)
      release(state, path);
  if (consumesReceiver(call))
    dropNamed(state, call.lockPath);
  if (const auto it = byCall_.find(id); it != byCall_.end())
    for (const uint32_t acquisition : it->second)
      take(state, acquisition);
}

/// A test has shown that a try came to nothing.
void FunctionLocks::refuse(LockState &state, const facts::Event &event) const {
  const ObjectId guard = event.other == facts::kNone ? link::kNone : program_.objectBase[fileId_] + event.other;
  const CallId call = event.index == facts::kNone ? link::kNone : program_.callAt(fileId_, event.index);
  std::erase_if(state, [&](const Guard &held) {
    return guard != link::kNone ? held.holder == guard : out_.acquisitions[held.acquisition].acquiredBy == call;
  });
}

/// `holder.finish()`, where finish() takes `self` by value and is over when it returns.
bool FunctionLocks::consumesReceiver(const link::Call &call) const {
  if (call.targets.size() != 1 || call.targets.front().confidence == link::Confidence::NameOnly || !call.lockPath)
    return false;
  const facts::Function &target = program_.facts(call.targets.front().function);
  return target.flags & facts::FunctionFlag::ConsumesReceiver && target.kind == facts::FunctionKind::Plain;
}

void FunctionLocks::dropNamed(LockState &state, Name name) const {
  std::erase_if(state, [&](const Guard &guard) {
    return guard.holder != link::kNone && program_.scoped(guard.holder).name == name;
  });
}

/// By the lock's path, or by the name of the guard that holds it. Without a path: the lock taken last.
void FunctionLocks::release(LockState &state, Name path) const {
  if (!path) {
    if (!state.empty())
      state.pop_back();
    return;
  }
  const size_t released = std::erase_if(state, [&](const Guard &guard) {
    const Acquisition &held = out_.acquisitions[guard.acquisition];
    return covers(held.lockPath, path) || (guard.holder != link::kNone && program_.scoped(guard.holder).name == path);
  });
  if (gives_ && released == 0 && std::find(gives_->begin(), gives_->end(), path) == gives_->end())
    gives_->push_back(path);
}

void FunctionLocks::record() {
  const facts::Span blocks = function().blocks;
  for (uint32_t b = 0; b < blocks.count; ++b) {
    LockState state = states_[b];
    for (const facts::Event &event : file_.eventsOf(file_.blocks[blocks.first + b])) {
      if (event.kind == EventKind::Suspend)
        recordSuspension(state, event.index);
      const LockState before = state;
      step(state, event);
      if (event.kind == EventKind::Call)
        recordCall(before, state, program_.callAt(fileId_, event.index));
    }
  }
}

/// `if lock.acquire(blocking=False):` — what only one branch of a try holds, the other has not got.
bool FunctionLocks::mayHaveFailed(const Guard &guard) const {
  const Acquisition &held = out_.acquisitions[guard.acquisition];
  return !guard.onAllPaths && !held.waits && held.object == link::kNone;
}

/// Each acquisition once, whoever holds it.
LockState FunctionLocks::once(const LockState &state) const {
  LockState kept;
  for (const Guard &guard : state)
    if ((kept.empty() || kept.back().acquisition != guard.acquisition) && !mayHaveFailed(guard))
      kept.push_back(guard);
  return kept;
}

void FunctionLocks::recordSuspension(const LockState &state, facts::SuspensionId suspension) {
  LockState held = once(state);
  std::erase_if(held, [&](const Guard &guard) {
    return guard.holder != link::kNone && (classifier_.isHandedOver(guard.holder, file_.suspensions[suspension]) ||
                                           isGivenAway(guard.holder, file_.suspensions[suspension]));
  });
  if (held.empty())
    return;
  out_.suspensions.push_back({f_, link::kNone, suspension, held});
  for (const Guard &guard : held)
    out_.acquisitions[guard.acquisition].suspensions.push_back(suspension);
}

/// `changed.wait(guard).await` in Rust: the guard is an argument of what is awaited, by value, and no longer the caller's. A condition
/// variable unlocks it meanwhile; a coroutine of the program may keep it.
bool FunctionLocks::isGivenAway(ObjectId holder, const facts::Suspension &suspension) const {
  const facts::Value &operand = file_.values[suspension.operand];
  if (file_.language != facts::Language::Rust || operand.kind != facts::ValueKind::CallResult)
    return false;
  const facts::ValueId given = program_.scoped(holder).initializer;
  const auto arguments = file_.argumentsOf(file_.calls[operand.a]);
  if (!given || std::none_of(arguments.begin(), arguments.end(), [&](const facts::Argument &one) { return one.value == given; }))
    return false;
  const auto &targets = program_.calls[program_.callAt(fileId_, operand.a)].targets;
  return std::all_of(targets.begin(), targets.end(), [&](const link::Target &target) { return letsGo(target.function); });
}

/// Whether the guards that are given to the function are gone wherever it is suspended.
bool FunctionLocks::letsGo(link::FunctionId callee) const {
  constexpr unsigned kDeepest = 4;
  const facts::Function &function = program_.facts(callee);
  if (!isAsync(function.kind) || depth_ >= kDeepest)
    return true;
  if (!(function.flags & facts::FunctionFlag::HasAwait)) // it has them until it is done
    return false;
  LockFlow inside;
  FunctionLocks(program_, classifier_, balances_, callee, inside, depth_ + 1).run();
  return std::none_of(inside.acquisitions.begin(), inside.acquisitions.end(), [&](const Acquisition &held) {
    return held.object != link::kNone && program_.scoped(held.object).isParameter && !held.suspensions.empty();
  });
}

/// Calls count while a lock is held before and after them: those that take or give back are no part of the
/// section.
void FunctionLocks::recordCall(const LockState &before, const LockState &after, CallId id) {
  LockState held;
  for (const Guard &guard : before)
    if (std::any_of(after.begin(), after.end(), [&](const Guard &g) { return g.acquisition == guard.acquisition; }) &&
        out_.acquisitions[guard.acquisition].acquiredBy != id)
      held.push_back(guard);
  held = once(held);
  if (held.empty())
    return;
  for (const Guard &guard : held)
    out_.acquisitions[guard.acquisition].calls.push_back(id);
  out_.calls.push_back({f_, id, facts::kNone, std::move(held)});
}

} // namespace clearway::analysis
