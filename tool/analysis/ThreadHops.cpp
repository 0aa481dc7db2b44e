#include "analysis/ThreadHops.h"

#include "analysis/Conditions.h"
#include "analysis/Resumption.h"

#include <algorithm>

namespace clearway::analysis {

using facts::EventKind;
using link::Call;
using link::CallId;
using link::Confidence;
using link::FunctionId;
using link::Program;

namespace {

/// What a suspension does to the places where its coroutine may be.
struct Hop {
  Places to = 0;                     // where it goes on; 0: where it was, or where `callee` ends
  FunctionId callee = link::kNone;
};

/// Something that starts a coroutine.
struct Use {
  CallId call = link::kNone;
  FunctionId coroutine = link::kNone;
  Places on = 0; // where the API that gets it runs it; 0: where the call stands, which awaits it
};

class Finder {
public:
  Finder(const Program &program, const CallGraph &graph) : program_(program), graph_(graph), resumption_(program, graph) {
    hops_.offLoopCalls.assign(program.calls.size(), false);
    hops_.offLoopObjects.assign(program.objects.size(), false);
    hops_.startsOffLoop.assign(program.functions.size(), false);
    hops_.visitsLoop.assign(program.functions.size(), false);
    hops_.waitingThreadCalls.assign(program.calls.size(), false);
    runsByHand_.assign(program.functions.size(), false);
    exits_.assign(program.functions.size(), kStart);
    suspensions_.resize(program.functions.size());
  }

  ThreadHops run() {
    collectHops();
    findExits();
    collectUses();
    findStarts();
    for (FunctionId f : coroutines_)
      if (changesThreads(f) || hops_.startsOffLoop[f])
        mark(f);
    return std::move(hops_);
  }

private:
  struct Suspended {
    facts::SuspensionId suspension = facts::kNone;
    Hop hop;
  };

  void collectHops() {
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      if (program_.language(f) == facts::Language::Cpp && isAsync(program_.facts(f).kind))
        coroutines_.push_back(f);
    for (FunctionId f : coroutines_) {
      const facts::FileFacts &file = program_.fileOf(f);
      for (const facts::Block &block : file.blocksOf(program_.facts(f)))
        for (const facts::Event &event : file.eventsOf(block))
          if (event.kind == EventKind::Suspend)
            addSuspension(f, event.index, file.suspensions[event.index]);
    }
  }

  void addSuspension(FunctionId f, facts::SuspensionId id, const facts::Suspension &suspension) {
    Hop hop{resumption_.after(program_.functions[f].file, suspension.operand)};
    if (!hop.to)
      hop.callee = awaitedCoroutine(f, suspension.operand);
    if (hop.to || hop.callee != link::kNone)
      suspensions_[f].push_back({id, hop});
  }

  /// The one coroutine of the program whose result is awaited.
  FunctionId awaitedCoroutine(FunctionId f, facts::ValueId operand) const {
    const CallId call = resumption_.onlyOrigin(program_.functions[f].file, operand);
    if (call == link::kNone || program_.calls[call].targets.size() != 1)
      return link::kNone;
    const link::Target &target = program_.calls[call].targets.front();
    return target.confidence != Confidence::NameOnly && isAsync(program_.facts(target.function).kind) ? target.function
                                                                                                      : link::kNone;
  }

  bool changesThreads(FunctionId f) const {
    return std::any_of(suspensions_[f].begin(), suspensions_[f].end(), [&](const Suspended &suspended) {
      return suspended.hop.to || exits_[suspended.hop.callee] != kStart;
    });
  }

  /// Where coroutines end, callees first. Recursion settles within a few rounds or stays as it is.
  void findExits() {
    constexpr unsigned kMostRounds = 8;
    bool changed = true;
    for (unsigned round = 0; changed && round < kMostRounds; ++round) {
      changed = false;
      for (FunctionId f : coroutines_) {
        if (!changesThreads(f))
          continue;
        const Places exit = exitOf(f);
        changed |= exit != exits_[f];
        exits_[f] = exit;
      }
    }
  }

  Places exitOf(FunctionId f) {
    solve(f);
    const facts::FileFacts &file = program_.fileOf(f);
    const facts::Span blocks = program_.facts(f).blocks;
    Places all = 0;
    for (uint32_t b = 0; b < blocks.count; ++b) {
      const facts::Block &block = file.blocks[blocks.first + b];
      if (states_[b] && file.successorsOf(block).empty())
        all |= through(f, file, block, states_[b]);
    }
    return all ? all : kStart;
  }

  /// Fills `states_` with where the coroutine may be at the beginning of each block; sets only grow, so this ends.
  void solve(FunctionId f) {
    const facts::FileFacts &file = program_.fileOf(f);
    const facts::Span blocks = program_.facts(f).blocks;
    states_.assign(blocks.count, 0);
    if (!blocks.count)
      return;
    states_[0] = kStart;
    for (bool again = true; again;) {
      again = false;
      for (uint32_t b = 0; b < blocks.count; ++b) {
        if (!states_[b])
          continue;
        const facts::Block &block = file.blocks[blocks.first + b];
        const Places out = through(f, file, block, states_[b]);
        for (uint32_t successor : file.successorsOf(block))
          if (const uint32_t to = successor - blocks.first; to < blocks.count && (states_[to] | out) != states_[to]) {
            states_[to] |= out;
            again = true;
          }
      }
    }
  }

  Places through(FunctionId f, const facts::FileFacts &file, const facts::Block &block, Places state) const {
    for (const facts::Event &event : file.eventsOf(block))
      if (event.kind == EventKind::Suspend)
        state = afterSuspension(f, event.index, state);
    return state;
  }

  Places afterSuspension(FunctionId f, facts::SuspensionId id, Places state) const {
    for (const Suspended &suspended : suspensions_[f]) {
      if (suspended.suspension != id)
        continue;
      if (suspended.hop.to)
        return suspended.hop.to;
      const Places exit = exits_[suspended.hop.callee];
      return static_cast<Places>((exit & ~kStart) | (exit & kStart ? state : 0));
    }
    return state;
  }

  void collectUses() {
    std::vector<CallId> awaiting;
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      for (const Edge &edge : graph_.callees(f))
        if (edge.awaited)
          awaiting.push_back(edge.call);
    std::sort(awaiting.begin(), awaiting.end());
    for (CallId id = 0; id < program_.calls.size(); ++id) {
      if (program_.files[program_.calls[id].file].language != facts::Language::Cpp)
        continue;
      for (const link::Target &target : program_.calls[id].targets)
        if (isAsync(program_.facts(target.function).kind) && target.confidence != Confidence::NameOnly) {
          const Places taken = resumption_.takenTo(id);
          const bool awaited = std::binary_search(awaiting.begin(), awaiting.end(), id);
          uses_.push_back({id, target.function, taken ? taken : awaited || resumption_.isRunByHand(id) ? Places(0) : kLoop});
        }
      for (const link::CallableArgument &callable : program_.calls[id].callables)
        addCallable(id, callable);
    }
  }

  void addCallable(CallId id, const link::CallableArgument &callable) {
    const std::vector<link::Target> &called = program_.calls[id].targets;
    for (const link::Target &target : callable.targets)
      // A lambda that is called is its call's first operand.
      if (isAsync(program_.facts(target.function).kind) &&
          std::none_of(called.begin(), called.end(), [&](const link::Target &own) { return own.function == target.function; }))
        uses_.push_back({id, target.function, resumption_.callableRunsIn(id, callable.argument)});
  }

  /// `sync_wait(work())` in plain code, whose own thread does the work. In main() it runs all there is, the loop above all.
  bool waitsAside(FunctionId user, CallId call) const {
    return !(program_.facts(user).flags & facts::FunctionFlag::MainGuard) && resumption_.isRunByHand(call);
  }

  /// Whether a use starts its coroutine on a worker, as far as is known.
  bool isOffLoop(const Use &use) const {
    const FunctionId user = program_.calls[use.call].caller;
    if (use.on)
      return use.on == kWorker;
    return isAsync(program_.facts(user).kind) ? hops_.offLoopCalls[use.call] : waitsAside(user, use.call);
  }

  /// Whether a use leaves its coroutine to the thread that waits for it, or to a coroutine that has such a thread.
  bool runsByHand(const Use &use) const {
    const FunctionId user = program_.calls[use.call].caller;
    return !use.on && (!isAsync(program_.facts(user).kind) || hops_.waitingThreadCalls[use.call]);
  }

  /// Grows from coroutines that are handed to workers to those that only these start.
  void findStarts() {
    for (FunctionId f : coroutines_)
      if (changesThreads(f))
        mark(f);
    std::stable_sort(uses_.begin(), uses_.end(), [](const Use &a, const Use &b) { return a.coroutine < b.coroutine; });
    for (bool again = true; again;) {
      again = false;
      for (auto first = uses_.begin(); first != uses_.end();) {
        const auto last = std::find_if(first, uses_.end(), [&](const Use &use) { return use.coroutine != first->coroutine; });
        const FunctionId f = first->coroutine;
        if (!hops_.startsOffLoop[f] && std::all_of(first, last, [&](const Use &use) { return isOffLoop(use); })) {
          hops_.startsOffLoop[f] = again = true;
          runsByHand_[f] = std::any_of(first, last, [&](const Use &use) { return runsByHand(use); });
          mark(f);
        }
        first = last;
      }
    }
  }

  /// Marks the calls that a coroutine makes on a worker, and the objects it creates there.
  void mark(FunctionId f) {
    solve(f);
    const link::FileId fileId = program_.functions[f].file;
    const facts::FileFacts &file = program_.files[fileId];
    const facts::Span blocks = program_.facts(f).blocks;
    const Places off = hops_.startsOffLoop[f] ? kWorker | kStart : kWorker;
    for (uint32_t b = 0; b < blocks.count; ++b) {
      Places state = states_[b];
      for (const facts::Event &event : file.eventsOf(file.blocks[blocks.first + b]))
        if (event.kind == EventKind::Suspend)
          state = afterSuspension(f, event.index, state);
        else if (state & kLoop)
          hops_.visitsLoop[f] = true;
        else if (event.kind == EventKind::Call && state && !(state & ~off))
          markCall(program_.callAt(fileId, event.index), state == kStart && runsByHand_[f]);
        else if (event.kind == EventKind::Birth && state && !(state & ~off))
          hops_.offLoopObjects[program_.objectBase[fileId] + event.index] = true;
    }
  }

  void markCall(CallId call, bool onWaitingThread) {
    hops_.offLoopCalls[call] = true;
    hops_.waitingThreadCalls[call] = onWaitingThread;
  }

  const Program &program_;
  const CallGraph &graph_;
  const Resumption resumption_;
  ThreadHops hops_;
  std::vector<bool> runsByHand_; // by FunctionId: a coroutine that a waiting thread runs
  std::vector<FunctionId> coroutines_;
  std::vector<std::vector<Suspended>> suspensions_; // by FunctionId: those that do something, in event order
  std::vector<Places> exits_;                       // by FunctionId: where a coroutine may be when it ends
  std::vector<Places> states_;                      // of the function being solved, by its blocks
  std::vector<Use> uses_;
};

} // namespace

ThreadHops findThreadHops(const Program &program, const CallGraph &graph) {
  return Finder(program, graph).run();
}

} // namespace clearway::analysis
