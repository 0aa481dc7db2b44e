#include "analysis/LockFlow.h"

#include "analysis/Conditions.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace clearway::analysis {

using catalog::Entry;
using catalog::LockKind;
using facts::EventKind;
using facts::FileFacts;
using link::CallId;
using link::FunctionId;
using link::ObjectId;
using link::Program;

namespace {

/// What a scoped object or a call takes.
struct Taking {
  const Entry *entry = nullptr;
  LockKind lock = LockKind::None;
  bool waits = true;
};

class Classifier {
public:
  Classifier(const Program &program, const catalog::Catalog &catalog)
      : program_(program), catalog_(catalog) {}

  /// The lock an object holds from its birth; nullopt for objects that are no guards.
  std::optional<Taking> birth(ObjectId id) const {
    const link::Object &object = program_.objects[id];
    for (const link::External &type : object.types)
      if (type.entry && (type.entry->isGuard || type.entry->lock != LockKind::None))
        return guard(object, *type.entry);
    if (object.origin != link::kNone)
      for (const link::External &maker : program_.calls[object.origin].externals)
        if (maker.entry && maker.entry->isGuard)
          return guard(object, *maker.entry);
    return std::nullopt;
  }

  /// The lock that a call on the lock itself takes: lock.acquire().
  std::optional<Taking> acquire(const link::Call &call) const {
    if (isOfObject(call))
      return std::nullopt;
    for (const link::External &external : call.externals)
      if (external.entry && external.entry->acquires && !external.entry->isGuard &&
          external.entry->lock != LockKind::None)
        return Taking{external.entry, external.entry->lock,
                      !external.entry->tryOnly && takesEffect(program_, call, *external.entry)};
    return std::nullopt;
  }

  bool releases(const link::Call &call) const {
    return !isOfObject(call) &&
           std::any_of(call.externals.begin(), call.externals.end(), [](const link::External &external) {
             return external.entry && external.entry->releases;
           });
  }

private:
  /// Entering and leaving a `with` is the life of its object.
  bool isOfObject(const link::Call &call) const {
    const facts::CallKind kind = program_.files[call.file].calls[call.site].kind;
    return kind == facts::CallKind::Enter || kind == facts::CallKind::Exit;
  }

  std::optional<Taking> guard(const link::Object &object, const Entry &entry) const {
    const LockKind lock = guardedLock(object, entry);
    if (lock == LockKind::None || isDeferred(object, entry))
      return std::nullopt;
    return Taking{&entry, lock,
                  !entry.tryOnly && !(object.origin != link::kNone && takenBefore(object.origin))};
  }

  /// A guard is judged by the lock it guards: unique_lock over an asynchronous lock is asynchronous.
  LockKind guardedLock(const link::Object &object, const Entry &entry) const {
    const facts::Language language = program_.language(object.function);
    for (const Name argument : object.typeArguments)
      if (const Entry *lock = catalog_.find(language, argument); lock && lock->lock != LockKind::None)
        return lock->lock;
    return entry.lock;
  }

  bool isDeferred(const link::Object &object, const Entry &entry) const {
    if (entry.defers)
      return true;
    if (object.origin == link::kNone || entry.conditions.empty())
      return false;
    // The conditions are about the guard's own constructor; a helper that returns a guard has other
    // arguments.
    const link::Call &origin = program_.calls[object.origin];
    const bool own = std::any_of(origin.externals.begin(), origin.externals.end(),
                                 [&](const link::External &external) { return external.entry == &entry; });
    return own && !takesEffect(program_, origin, entry);
  }

  /// Constructed with a tag that says the lock is held already or only tried.
  bool takenBefore(CallId origin) const {
    const FileFacts &file = program_.files[program_.calls[origin].file];
    for (const facts::Argument &argument : file.argumentsOf(program_.site(origin))) {
      const std::string_view name = file.values[argument.value].name.view();
      if (name.ends_with("adopt_lock") || name.ends_with("try_to_lock"))
        return true;
    }
    return false;
  }

  const Program &program_;
  const catalog::Catalog &catalog_;
};

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

/// One function.
class Flow {
public:
  Flow(const Program &program, const Classifier &classifier, FunctionId f, LockFlow &out)
      : program_(program), classifier_(classifier), f_(f), file_(program.fileOf(f)), out_(out),
        fileId_(program.functions[f].file) {}

  void run() {
    findAcquisitions();
    if (byObject_.empty() && byCall_.empty())
      return;
    solve();
    record();
  }

private:
  const facts::Function &function() const { return program_.facts(f_); }

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

  bool mayAcquire() const {
    const link::Function &function = program_.functions[f_];
    if (function.objectCount)
      return true;
    for (uint32_t i = 0; i < function.callCount; ++i)
      for (const link::External &external : program_.calls[function.firstCall + i].externals)
        if (external.entry && external.entry->acquires)
          return true;
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
    case EventKind::Suspend:
      break;
    }
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
    if (to == link::kNone)
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
    if (const auto it = byCall_.find(id); it != byCall_.end())
      insert(state, it->second);
  }

  /// By the lock's path, or by the name of the guard that holds it. Without a path: the lock taken last.
  void release(State &state, Name path) const {
    if (!path) {
      if (!state.empty())
        state.pop_back();
      return;
    }
    std::erase_if(state, [&](const Guard &guard) {
      const Acquisition &held = out_.acquisitions[guard.acquisition];
      const ObjectId object = guard.holder;
      return held.lockPath == path || (object != link::kNone && program_.scoped(object).name == path);
    });
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
    const State held = once(state);
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
  const Classifier &classifier_;
  const FunctionId f_;
  const FileFacts &file_;
  LockFlow &out_;
  const link::FileId fileId_;
  std::unordered_map<ObjectId, uint32_t> byObject_;
  std::unordered_map<CallId, uint32_t> byCall_;
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

} // namespace

LockFlow computeLockFlow(const Program &program, const catalog::Catalog &catalog) {
  LockFlow flow;
  const Classifier classifier(program, catalog);
  for (FunctionId f = 0; f < program.functions.size(); ++f)
    Flow(program, classifier, f, flow).run();
  sortResults(program, flow);
  return flow;
}

} // namespace clearway::analysis
