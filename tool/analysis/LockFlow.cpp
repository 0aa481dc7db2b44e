#include "analysis/LockFlow.h"

#include "analysis/LockTaking.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace clearway::analysis {

using facts::EventKind;
using facts::FileFacts;
using link::CallId;
using link::FunctionId;
using link::ObjectId;
using link::Program;

namespace {

using Guard = HeldAt::Guard;
using State = std::vector<Guard>; // sorted by acquisition, then holder

bool operator==(const Guard &a, const Guard &b) {
  return a.acquisition == b.acquisition && a.holder == b.holder && a.onAllPaths == b.onAllPaths;
}
bool before(const Guard &a, const Guard &b) {
  return a.acquisition != b.acquisition ? a.acquisition < b.acquisition : a.holder < b.holder;
}

/// The union; what only one side holds is held on some path only. Returns whether `into` changed.
bool mergeInto(State &into, const State &from) {
  State merged;
  auto a = into.begin();
  auto b = from.begin();
  while (a != into.end() || b != from.end()) {
    if (b == from.end() || (a != into.end() && before(*a, *b)))
      merged.push_back({a->acquisition, false, a->holder}), ++a;
    else if (a == into.end() || before(*b, *a))
      merged.push_back({b->acquisition, false, b->holder}), ++b;
    else
      merged.push_back({a->acquisition, a->onAllPaths && b->onAllPaths, a->holder}), ++a, ++b;
  }
  const bool changed = !std::equal(merged.begin(), merged.end(), into.begin(), into.end(),
                                   [](const Guard &x, const Guard &y) { return x == y; });
  into = std::move(merged);
  return changed;
}

/// What calling a function does to the locks of its caller.
struct Balance {
  struct Taken {
    Taking taking;
    Name lockPath;
  };
  std::vector<Taken> takes; // held at each of its ends, and not through an object of its own
  std::vector<Name> gives;  // released without having been taken
};
using Balances = std::unordered_map<FunctionId, Balance>;

/// One function.
class Flow {
public:
  Flow(const Program &program, const LockClassifier &classifier, const Balances &balances, FunctionId f, LockFlow &out)
      : program_(program), classifier_(classifier), balances_(balances), f_(f), file_(program.fileOf(f)), out_(out),
        fileId_(program.functions[f].file) {}

  void run() {
    findAcquisitions();
    if (byObject_.empty() && byCall_.empty() && byHelper_.empty())
      return;
    solve();
    record();
  }

  /// For helpers like `void take() { mutex.lock(); }`: by their own calls alone, not through further helpers.
  Balance balance() {
    Balance result;
    findAcquisitions();
    if (byCall_.empty() && !releasesAny())
      return result;
    gives_ = &result.gives;
    solve();
    gives_ = nullptr;
    std::erase_if(result.gives, [&](Name path) { return isGiven(path); });
    std::optional<State> atEnd = stateAtEnds();
    for (const Guard &guard : atEnd.value_or(State()))
      if (const Acquisition &held = out_.acquisitions[guard.acquisition];
          guard.onAllPaths && held.object == link::kNone && held.waits && held.lockPath && !isGiven(held.lockPath))
        result.takes.push_back({{held.entry, held.lock, held.waits}, held.lockPath});
    return result;
  }

private:
  const facts::Function &function() const { return program_.facts(f_); }

  /// Whether a lock's path begins with a parameter: the caller knows that lock by another name.
  bool isGiven(Name path) const {
    const std::string_view whole = path.view(), first = whole.substr(0, whole.find_first_of(".-"));
    const auto parameters = file_.parametersOf(function());
    return std::any_of(parameters.begin(), parameters.end(), [&](const facts::Parameter &parameter) {
      return parameter.name.view() == first && first != "self";
    });
  }

  bool releasesAny() const {
    const link::Function &function = program_.functions[f_];
    for (uint32_t i = 0; i < function.callCount; ++i)
      if (classifier_.releases(program_.calls[function.firstCall + i]))
        return true;
    return false;
  }

  /// What is held wherever the function ends; nothing if it never does.
  std::optional<State> stateAtEnds() const {
    std::optional<State> all;
    const facts::Span blocks = function().blocks;
    for (uint32_t b = 0; b < blocks.count; ++b) {
      const facts::Block &block = file_.blocks[blocks.first + b];
      if (!reached_[b] || !file_.successorsOf(block).empty())
        continue;
      State state = states_[b];
      for (const facts::Event &event : file_.eventsOf(block))
        step(state, event);
      if (all)
        mergeInto(*all, state);
      else
        all = std::move(state);
    }
    return all;
  }

  /// The helper that a call certainly runs here, if that takes or gives back locks.
  const Balance *helperOf(const link::Call &call) const {
    if (call.targets.size() != 1 || call.targets.front().confidence == link::Confidence::NameOnly)
      return nullptr;
    const auto it = balances_.find(call.targets.front().function);
    return it == balances_.end() ? nullptr : &it->second;
  }

  /// In evaluation order as written, so that acquisitions are numbered by position.
  void findAcquisitions() {
    if (!mayAcquire())
      return;
    for (const facts::Block &block : file_.blocksOf(function()))
      for (const facts::Event &event : file_.eventsOf(block))
        if (event.kind == EventKind::Birth)
          addBirth(program_.objectBase[fileId_] + event.index);
        else if (event.kind == EventKind::Call)
          addAcquire(program_.callAt(fileId_, event.index));
  }

  void addHelper(CallId id) {
    if (const Balance *helper = helperOf(program_.calls[id]))
      for (const Balance::Taken &taken : helper->takes)
        byHelper_[id].push_back(add(taken.taking, link::kNone, id, taken.lockPath, program_.site(id).range));
  }

  bool mayAcquire() const {
    const link::Function &function = program_.functions[f_];
    if (function.objectCount)
      return true;
    for (uint32_t i = 0; i < function.callCount; ++i) {
      const link::Call &call = program_.calls[function.firstCall + i];
      for (const link::External &external : call.externals)
        if (external.entry && external.entry->acquires)
          return true;
      if (const Balance *helper = helperOf(call); helper && !helper->takes.empty())
        return true;
    }
    return false;
  }

  void addBirth(ObjectId id) {
    const link::Object &object = program_.objects[id];
    if (const auto taking = classifier_.birth(id))
      byObject_.emplace(id, add(*taking, id, object.origin, object.lockPath, program_.scoped(id).range));
  }

  void addAcquire(CallId id) {
    const link::Call &call = program_.calls[id];
    if (const auto taking = classifier_.acquire(call))
      byCall_.emplace(id, add(*taking, link::kNone, id, call.lockPath, program_.site(id).range));
    else
      addHelper(id);
  }

  uint32_t add(const Taking &taking, ObjectId object, CallId call, Name path, const facts::SourceRange &at) {
    out_.acquisitions.push_back(
        {f_, object, call, taking.entry, taking.lock, taking.waits, path, at, {}, {}});
    return static_cast<uint32_t>(out_.acquisitions.size() - 1);
  }

  /// Repeats over the blocks whose state has changed: states only grow, so this ends.
  void solve() {
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
  bool flowOut(uint32_t firstBlock, uint32_t b) {
    State state = states_[b];
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

  void step(State &state, const facts::Event &event) const {
    const ObjectId object = program_.objectBase[fileId_] + event.index;
    switch (event.kind) {
    case EventKind::Birth:
      if (const auto it = byObject_.find(object); it != byObject_.end())
        insert(state, it->second);
      break;
    case EventKind::Death:
      drop(state, object);
      break;
    case EventKind::Move:
      move(state, object,
           event.other == facts::kNone ? link::kNone : program_.objectBase[fileId_] + event.other);
      break;
    case EventKind::Call:
      call(state, program_.callAt(fileId_, event.index));
      break;
    case EventKind::Refused:
      refuse(state, event);
      break;
    case EventKind::Suspend:
      break;
    }
  }

  /// A test has shown that a try came to nothing.
  void refuse(State &state, const facts::Event &event) const {
    const ObjectId guard = event.other == facts::kNone ? link::kNone : program_.objectBase[fileId_] + event.other;
    const CallId call = event.index == facts::kNone ? link::kNone : program_.callAt(fileId_, event.index);
    std::erase_if(state, [&](const Guard &held) {
      return guard != link::kNone ? held.holder == guard : out_.acquisitions[held.acquisition].acquiredBy == call;
    });
  }

  void insert(State &state, uint32_t acquisition) const {
    const Guard made{acquisition, true, out_.acquisitions[acquisition].object};
    const auto at = std::lower_bound(state.begin(), state.end(), made, before);
    if (at != state.end() && !before(made, *at))
      at->onAllPaths = true;
    else
      state.insert(at, made);
  }

  /// The guard's life ends, and with it what was locked again through it.
  void drop(State &state, ObjectId object) const {
    const Name name = program_.scoped(object).name;
    std::erase_if(state, [&](const Guard &guard) {
      const Acquisition &held = out_.acquisitions[guard.acquisition];
      return guard.holder == object || (name && held.object == link::kNone && held.lockPath == name);
    });
  }

  void move(State &state, ObjectId from, ObjectId to) const {
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

  /// In order, and one of each: on one path an object may hold already what another path moves into it.
  static void normalise(State &state) {
    std::sort(state.begin(), state.end(), before);
    auto kept = state.begin();
    for (auto it = state.begin() + 1; it != state.end(); ++it)
      if (before(*kept, *it))
        *++kept = *it;
      else
        kept->onAllPaths |= it->onAllPaths;
    state.erase(kept + 1, state.end());
  }

  void call(State &state, CallId id) const {
    const link::Call &call = program_.calls[id];
    if (classifier_.releases(call))
      release(state, call.lockPath);
    if (const Balance *helper = helperOf(call))
      for (const Name path : helper->gives)
        release(state, path);
    if (consumesReceiver(call))
      dropNamed(state, call.lockPath);
    if (const auto it = byCall_.find(id); it != byCall_.end())
      insert(state, it->second);
    if (const auto it = byHelper_.find(id); it != byHelper_.end())
      for (const uint32_t acquisition : it->second)
        insert(state, acquisition);
  }

  /// `holder.finish()`, where finish() takes `self` by value and is over when it returns.
  bool consumesReceiver(const link::Call &call) const {
    if (call.targets.size() != 1 || call.targets.front().confidence == link::Confidence::NameOnly || !call.lockPath)
      return false;
    const facts::Function &target = program_.facts(call.targets.front().function);
    return target.flags & facts::FunctionFlag::ConsumesReceiver && target.kind == facts::FunctionKind::Plain;
  }

  void dropNamed(State &state, Name name) const {
    std::erase_if(state, [&](const Guard &guard) {
      return guard.holder != link::kNone && program_.scoped(guard.holder).name == name;
    });
  }

  /// By the lock's path, or by the name of the guard that holds it. Without a path: the lock taken last.
  void release(State &state, Name path) const {
    if (!path) {
      if (!state.empty())
        state.pop_back();
      return;
    }
    const size_t released = std::erase_if(state, [&](const Guard &guard) {
      const Acquisition &held = out_.acquisitions[guard.acquisition];
      const ObjectId object = guard.holder;
      return held.lockPath == path || (object != link::kNone && program_.scoped(object).name == path);
    });
    if (gives_ && released == 0 && std::find(gives_->begin(), gives_->end(), path) == gives_->end())
      gives_->push_back(path);
  }

  void record() {
    const facts::Span blocks = function().blocks;
    for (uint32_t b = 0; b < blocks.count; ++b) {
      State state = states_[b];
      for (const facts::Event &event : file_.eventsOf(file_.blocks[blocks.first + b])) {
        if (event.kind == EventKind::Suspend)
          recordSuspension(state, event.index);
        const State before = state;
        step(state, event);
        if (event.kind == EventKind::Call)
          recordCall(before, state, program_.callAt(fileId_, event.index));
      }
    }
  }

  /// `if lock.acquire(blocking=False):` — what only one branch of a try holds, the other has not got.
  bool mayHaveFailed(const Guard &guard) const {
    const Acquisition &held = out_.acquisitions[guard.acquisition];
    return !guard.onAllPaths && !held.waits && held.object == link::kNone;
  }

  /// Each acquisition once, whoever holds it.
  State once(const State &state) const {
    State kept;
    for (const Guard &guard : state)
      if ((kept.empty() || kept.back().acquisition != guard.acquisition) && !mayHaveFailed(guard))
        kept.push_back(guard);
    return kept;
  }

  void recordSuspension(const State &state, facts::SuspensionId suspension) {
    State held = once(state);
    std::erase_if(held, [&](const Guard &guard) {
      return guard.holder != link::kNone && classifier_.isHandedOver(guard.holder, file_.suspensions[suspension]);
    });
    if (held.empty())
      return;
    out_.suspensions.push_back({f_, link::kNone, suspension, held});
    for (const Guard &guard : held)
      out_.acquisitions[guard.acquisition].suspensions.push_back(suspension);
  }

  /// Calls count while a lock is held before and after them: those that take or give back are no part of the
  /// section.
  void recordCall(const State &before, const State &after, CallId id) {
    State held;
    for (const Guard &guard : before)
      if (std::any_of(after.begin(), after.end(),
                      [&](const Guard &g) { return g.acquisition == guard.acquisition; }) &&
          out_.acquisitions[guard.acquisition].acquiredBy != id)
        held.push_back(guard);
    held = once(held);
    if (held.empty())
      return;
    for (const Guard &guard : held)
      out_.acquisitions[guard.acquisition].calls.push_back(id);
    out_.calls.push_back({f_, id, facts::kNone, std::move(held)});
  }

  const Program &program_;
  const LockClassifier &classifier_;
  const Balances &balances_;
  const FunctionId f_;
  const FileFacts &file_;
  LockFlow &out_;
  const link::FileId fileId_;
  std::unordered_map<ObjectId, uint32_t> byObject_;
  std::unordered_map<CallId, uint32_t> byCall_;
  std::unordered_map<CallId, std::vector<uint32_t>> byHelper_;
  std::vector<Name> *gives_ = nullptr; // where releases of what is not held are noted
  std::vector<State> states_;
  std::vector<bool> reached_;
  std::vector<bool> changed_; // its successors have not seen its state yet
};

/// Blocks are numbered as the source runs, but not always: restores program order.
void sortResults(const Program &program, LockFlow &flow) {
  const auto position = [&](const HeldAt &at) {
    const facts::SourceRange &range = at.call != link::kNone
                                          ? program.site(at.call).range
                                          : program.fileOf(at.function).suspensions[at.suspension].range;
    return std::tuple(at.function, range, at.call, at.suspension);
  };
  const auto before = [&](const HeldAt &a, const HeldAt &b) { return position(a) < position(b); };
  std::stable_sort(flow.suspensions.begin(), flow.suspensions.end(), before);
  std::stable_sort(flow.calls.begin(), flow.calls.end(), before);
  for (Acquisition &acquisition : flow.acquisitions) {
    std::sort(acquisition.calls.begin(), acquisition.calls.end());
    acquisition.calls.erase(std::unique(acquisition.calls.begin(), acquisition.calls.end()),
                            acquisition.calls.end());
    std::sort(acquisition.suspensions.begin(), acquisition.suspensions.end());
    acquisition.suspensions.erase(std::unique(acquisition.suspensions.begin(), acquisition.suspensions.end()),
                                  acquisition.suspensions.end());
  }
}

/// Plain functions that leave a lock taken or give one back. Constructors and destructors do that by trade; types of
/// guards are known as such.
Balances findBalances(const Program &program, const LockClassifier &classifier) {
  Balances found;
  const Balances none;
  for (FunctionId f = 0; f < program.functions.size(); ++f) {
    const facts::Function &function = program.facts(f);
    const std::string_view name = function.name.view();
    const bool isPlain = function.kind == facts::FunctionKind::Plain &&
                         !(function.flags & facts::FunctionFlag::Constructor) && !name.starts_with("~") &&
                         !name.starts_with("__");
    if (!isPlain)
      continue;
    LockFlow own;
    Balance balance = Flow(program, classifier, none, f, own).balance();
    if (!balance.takes.empty() || !balance.gives.empty())
      found.emplace(f, std::move(balance));
  }
  return found;
}

} // namespace

LockFlow computeLockFlow(const Program &program, const catalog::Catalog &catalog) {
  LockFlow flow;
  const LockClassifier classifier(program, catalog);
  const Balances balances = findBalances(program, classifier);
  for (FunctionId f = 0; f < program.functions.size(); ++f)
    Flow(program, classifier, balances, f, flow).run();
  sortResults(program, flow);
  return flow;
}

} // namespace clearway::analysis
