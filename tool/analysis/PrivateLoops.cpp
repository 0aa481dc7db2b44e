#include "analysis/PrivateLoops.h"

#include <algorithm>
#include <unordered_set>

namespace clearway::analysis {

using catalog::ExecutionContext;
using link::Call;
using link::CallId;
using link::Confidence;
using link::FunctionId;
using link::Program;

namespace {

/// A place that makes a coroutine run: it is awaited, handed over, or kept for later.
struct Use {
  FunctionId coroutine = link::kNone;
  FunctionId user = link::kNone;
  CallId call = link::kNone;
  bool awaited = false; // by its user
};

class Finder {
public:
  Finder(const Program &program, const CallGraph &graph, const Contexts &contexts)
      : program_(program), graph_(graph), contexts_(contexts), isPrivate_(program.functions.size()) {}

  std::vector<bool> run() {
    findRoots();
    if (!roots_.empty()) {
      for (const Handoff &handoff : graph_.handoffs())
        if (handoff.runs->context == ExecutionContext::EventLoop)
          spawners_.insert(program_.calls[handoff.call].caller);
      spread();
      collectUses();
      while (removePublic())
        ;
    }
    return std::move(isPrivate_);
  }

private:
  struct Root {
    CallId call = link::kNone; // the block_on
    bool maySpawn = false; // tasks that are started there run elsewhere, or belong to the same piece of work
  };

  static const link::External *startsLoop(const Call &call) {
    for (const link::External &api : call.externals)
      if (api.entry && api.entry->startsLoop && api.confidence != Confidence::NameOnly)
        return &api;
    return nullptr;
  }

  void findRoots() {
    for (CallId id = 0; id < program_.calls.size(); ++id) {
      const Call &call = program_.calls[id];
      if (program_.files[call.file].language != facts::Language::Rust)
        continue;
      const link::External *api = startsLoop(call);
      if (!api || !isOffTheLoop(call.caller))
        continue;
      const bool local = api->name.view().find("LocalSet") != std::string_view::npos;
      roots_.push_back({id, local || contexts_.reach(call.caller, ExecutionContext::BlockingPool) ||
                                !makesCurrentThreadRuntime(call.caller, 1)});
      rootCalls_.insert(id);
    }
    for (const Handoff &handoff : graph_.handoffs())
      addDriven(handoff);
  }

  /// `in_thread(move || actor.run())`, where in_thread() starts a thread that runs the future which its
  /// closure makes.
  void addDriven(const Handoff &handoff) {
    const bool isThread = handoff.runs->context == ExecutionContext::NewThread ||
                          handoff.runs->context == ExecutionContext::BlockingPool;
    if (!isThread || handoff.runs->asyncIsBug || handoff.target == link::kNone ||
        !(program_.facts(handoff.target).flags & facts::FunctionFlag::Lambda))
      return;
    const link::Function &closure = program_.functions[handoff.target];
    for (CallId id = closure.firstCall; id < closure.firstCall + closure.callCount; ++id)
      if (program_.site(id).use == facts::ResultUse::Returned) {
        roots_.push_back({id, true});
        rootCalls_.insert(id);
      }
  }

  /// Runtime::block_on() of many threads runs its own coroutine on the calling thread and tasks on the
  /// others; on a current-thread runtime they share it. `depth`: how far to look into helpers that build the
  /// runtime.
  bool makesCurrentThreadRuntime(FunctionId f, unsigned depth) const {
    const link::Function &function = program_.functions[f];
    for (uint32_t i = 0; i < function.callCount; ++i) {
      const Call &call = program_.calls[function.firstCall + i];
      for (const link::External &api : call.externals)
        if (api.name.view().ends_with("::new_current_thread"))
          return true;
      if (depth)
        for (const link::Target &target : call.targets)
          if (!isAsync(program_.facts(target.function).kind) &&
              makesCurrentThreadRuntime(target.function, depth - 1))
            return true;
    }
    return false;
  }

  /// A closure given to something unknown is taken to run where it is written.
  bool isOffTheLoop(FunctionId f) const {
    while (contexts_.perFunction[f].empty() && program_.functions[f].parent != link::kNone &&
           program_.facts(f).flags & facts::FunctionFlag::Lambda)
      f = program_.functions[f].parent;
    const std::vector<Reach> &ways = contexts_.perFunction[f];
    return !ways.empty() && std::all_of(ways.begin(), ways.end(), [](const Reach &way) {
      return !way.testOnly &&
             (way.context == ExecutionContext::NewThread || way.context == ExecutionContext::BlockingPool ||
              way.context == ExecutionContext::Worker);
    });
  }

  /// The root into whose `block_on(…)` the value of a call goes, directly or within other calls; kNone for
  /// none.
  CallId rootAround(CallId id) const {
    constexpr unsigned kDeepest = 8;
    for (unsigned depth = 0; depth < kDeepest && !rootCalls_.contains(id); ++depth) {
      const facts::CallId outer = program_.site(id).awaitedBy;
      if (outer == facts::kNone)
        return rootOfLocalSet(id);
      id = program_.callAt(program_.calls[id].file, outer);
    }
    return rootCalls_.contains(id) ? id : link::kNone;
  }

  /// `local.spawn_local(f())` before `runtime.block_on(local)`: the root, if it is the only task of that set.
  CallId rootOfLocalSet(CallId id) const {
    const uint32_t set = localSetOf(id);
    if (set == facts::kNone)
      return link::kNone;
    const Call &call = program_.calls[id];
    const facts::FileFacts &file = program_.files[call.file];
    const link::Function &function = program_.functions[call.caller];
    CallId root = link::kNone;
    for (CallId other = function.firstCall; other < function.firstCall + function.callCount; ++other) {
      if (other != id && localSetOf(other) == set)
        return link::kNone;
      for (const facts::Argument &argument : file.argumentsOf(program_.site(other)))
        if (rootCalls_.contains(other) && isVariable(file.values[argument.value], set))
          root = other;
    }
    return root;
  }

  /// The variable that a call of LocalSet::spawn_local() is about; kNone for all other calls.
  uint32_t localSetOf(CallId id) const {
    const Call &call = program_.calls[id];
    const facts::FileFacts &file = program_.files[call.file];
    const facts::Value &callee = file.values[file.calls[call.site].callee];
    const bool isSpawn =
        std::any_of(call.externals.begin(), call.externals.end(), [](const link::External &api) {
          return api.name.view() == "tokio::task::LocalSet::spawn_local";
        });
    return isSpawn && callee.kind == facts::ValueKind::Attr &&
                   file.values[callee.a].kind == facts::ValueKind::Variable
               ? file.values[callee.a].a
               : facts::kNone;
  }

  static bool isVariable(const facts::Value &value, uint32_t binding) {
    return value.kind == facts::ValueKind::Variable && value.a == binding;
  }

  /// Marks what the loops of all roots may run, unless they start tasks on the one thread there is.
  void spread() {
    for (const Root &root : roots_) {
      std::vector<FunctionId> queue;
      std::vector<bool> seen(program_.functions.size());
      const auto add = [&](FunctionId f) {
        if (!seen[f]) {
          seen[f] = true;
          queue.push_back(f);
        }
      };
      forCoroutinesOf(root.call, add);
      bool spawns = false;
      for (size_t i = 0; i < queue.size() && !(spawns && !root.maySpawn); ++i) {
        spawns |= spawners_.contains(queue[i]);
        for (const Edge &edge : graph_.callees(queue[i]))
          add(edge.other);
      }
      if (spawns && !root.maySpawn)
        rootCalls_.erase(root.call);
      else
        for (FunctionId f : queue)
          if (isAsync(program_.facts(f).kind))
            isPrivate_[f] = true;
    }
  }

  template <class Add> void forCoroutinesOf(CallId root, const Add &add) const {
    const link::Function &user = program_.functions[program_.calls[root].caller];
    for (uint32_t i = 0; i < user.callCount; ++i) {
      const CallId id = user.firstCall + i;
      if (rootAround(id) != root)
        continue;
      for (const link::Target &target : program_.calls[id].targets)
        if (isAsync(program_.facts(target.function).kind))
          add(target.function);
      for (const link::CallableArgument &callable : program_.calls[id].callables)
        for (const link::Target &target : callable.targets)
          if (isAsync(program_.facts(target.function).kind))
            add(target.function);
    }
  }

  void collectUses() {
    for (FunctionId f = 0; f < program_.functions.size(); ++f) {
      for (const Edge &edge : graph_.callees(f))
        if (edge.awaited)
          awaitedCalls_.insert(edge.call);
      const FunctionId parent = program_.functions[f].parent;
      if (isPrivate_[f] && parent != link::kNone && isAsync(program_.facts(parent).kind))
        uses_.push_back({f, parent, link::kNone, true}); // a block is at least its function's own
    }
    for (CallId id = 0; id < program_.calls.size(); ++id) {
      const Call &call = program_.calls[id];
      for (const link::Target &target : call.targets)
        addUse(id, call, target);
      for (const link::CallableArgument &callable : call.callables)
        for (const link::Target &target : callable.targets)
          addUse(id, call, target);
    }
  }

  void addUse(CallId id, const Call &call, const link::Target &target) {
    if (isPrivate_[target.function] && target.confidence != Confidence::NameOnly &&
        !isTest(program_, call.caller))
      uses_.push_back({target.function, call.caller, id, awaitedCalls_.contains(id)});
  }

  bool removePublic() {
    bool changed = false;
    for (const Use &use : uses_)
      if (isPrivate_[use.coroutine] && !isPrivateUse(use)) {
        isPrivate_[use.coroutine] = false;
        changed = true;
      }
    return changed;
  }

  bool isPrivateUse(const Use &use) const {
    if (use.call != link::kNone && rootAround(use.call) != link::kNone)
      return true;
    if (!isPrivate_[use.user])
      return false;
    return use.awaited || !spawners_.contains(use.user) || isLocalSpawn(use.call);
  }

  bool isLocalSpawn(CallId id) const {
    const std::vector<link::External> &apis = program_.calls[id].externals;
    return std::any_of(apis.begin(), apis.end(),
                       [](const link::External &api) { return api.name.view().ends_with("::spawn_local"); });
  }

  const Program &program_;
  const CallGraph &graph_;
  const Contexts &contexts_;
  std::vector<bool> isPrivate_;
  std::vector<Root> roots_;
  std::unordered_set<CallId> rootCalls_;    // of roots that count
  std::unordered_set<CallId> awaitedCalls_; // that run a coroutine where they stand
  std::unordered_set<FunctionId> spawners_; // start tasks
  std::vector<Use> uses_;
};

} // namespace

std::vector<bool> findPrivateCoroutines(const Program &program, const CallGraph &graph,
                                        const Contexts &contexts) {
  return Finder(program, graph, contexts).run();
}

} // namespace clearway::analysis
