#include "analysis/StartUp.h"

#include <algorithm>

namespace clearway::analysis {

using link::Call;
using link::CallId;
using link::Confidence;
using link::FunctionId;
using link::Program;

namespace {

const link::External *startsLoop(const std::vector<link::External> &apis) {
  for (const link::External &api : apis)
    if (api.entry && api.entry->startsLoop && api.confidence != Confidence::NameOnly)
      return &api;
  return nullptr;
}

std::vector<std::vector<bool>> findWaitingLoops(const Program &program) {
  std::vector<std::vector<bool>> waiting(program.files.size());
  for (link::FileId f = 0; f < program.files.size(); ++f) {
    const facts::FileFacts &file = program.files[f];
    if (file.language == facts::Language::Cpp)
      continue;
    waiting[f].resize(file.loops.size());
    for (const facts::Suspension &suspension : file.suspensions)
      for (facts::LoopId loop = suspension.loop; loop != facts::kNone; loop = file.loops[loop].parent)
        if (file.loops[loop].kind != facts::LoopKind::For)
          waiting[f][loop] = true;
  }
  return waiting;
}

} // namespace

/// Takes everything that main() may run for start-up, then removes what something else runs as well.
class StartUpSearch {
public:
  StartUpSearch(const Program &program, const CallGraph &graph, const Contexts &contexts, StartUp &result)
      : program_(program), graph_(graph), contexts_(contexts), result_(result), isMain_(program.functions.size()) {}

  void run() {
    result_.functions_.assign(program_.functions.size(), false);
    findMains();
    result_.firstTask_.assign(program_.functions.size(), link::kNone);
    result_.afterTasks_.assign(program_.functions.size(), false);
    if (std::none_of(isMain_.begin(), isMain_.end(), [](bool main) { return main; }))
      return;
    spread();
    removeUsedOtherwise();
    while (removeReachedOtherwise())
      ;
    findFirstTasks();
    markAfterTasks();
  }

private:
  bool isRust(FunctionId f) const { return program_.language(f) == facts::Language::Rust; }
  bool isPython(FunctionId f) const { return program_.language(f) == facts::Language::Python; }
  bool isCoroutine(FunctionId f) const { return isAsync(program_.facts(f).kind); }

  static bool isMainFunction(const facts::Function &function) {
    return function.name.view() == "main" && function.enclosingClass == facts::kNone;
  }

  /// `#[tokio::main]`, `fn main()`, and what main() gives to block_on().
  void findMains() {
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      if (isRust(f) && !isTest(program_, f) && (startsLoop(program_.functions[f].decorators) || isMainFunction(program_.facts(f))))
        isMain_[f] = true;
    for (const Call &call : program_.calls)
      if (isMain_[call.caller] && startsLoop(call.externals))
        for (const link::CallableArgument &callable : call.callables)
          for (const link::Target &target : callable.targets)
            isMain_[target.function] = true;
    findServers();
  }

  /// In Python the coroutine that a loop is started with, if it serves, and the lifespans of applications.
  void findServers() {
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      if (result_.serving_.isLifespan(f) && !isTest(program_, f))
        isMain_[f] = true;
    for (CallId id = 0; id < program_.calls.size(); ++id) {
      const Call &call = program_.calls[id];
      if (!isPython(call.caller) || isTest(program_, call.caller))
        continue;
      const facts::CallId outer = program_.site(id).awaitedBy;
      if (outer != facts::kNone && startsLoop(program_.calls[program_.callAt(call.file, outer)].externals))
        for (const link::Target &target : call.targets)
          addServer(target.function);
      if (startsLoop(call.externals))
        for (const link::CallableArgument &callable : call.callables)
          for (const link::Target &target : callable.targets)
            addServer(target.function);
    }
  }

  void addServer(FunctionId f) {
    if (isPython(f) && isCoroutine(f) && result_.serving_.serves(f))
      isMain_[f] = true;
  }

  void spread() {
    std::vector<FunctionId> queue;
    const auto add = [&](FunctionId f) {
      if (!result_.functions_[f]) {
        result_.functions_[f] = true;
        queue.push_back(f);
      }
    };
    for (FunctionId f = 0; f < isMain_.size(); ++f)
      if (isMain_[f])
        add(f);
    for (size_t i = 0; i < queue.size(); ++i) {
      for (const Edge &edge : graph_.callees(queue[i]))
        if (!isTest(program_, edge.other) && !result_.serving_.isAfter(program_, edge.call))
          add(edge.other);
      addAwaitedBlocks(queue[i], add);
    }
  }

  /// `timeout(limit, async { … }).await`, and `runtime.block_on(async { … })` in what main() calls
  template <class Add> void addAwaitedBlocks(FunctionId f, const Add &add) {
    forCallables(f, [&](CallId call, FunctionId target) {
      const bool isRunHere = isAwaited(call) || (isRust(f) && startsLoop(program_.calls[call].externals));
      if (isCoroutine(target) && program_.functions[target].parent == f && isRunHere) {
        awaitedBlocks_.push_back(target);
        add(target);
      }
    });
  }

  template <class Visit> void forCallables(FunctionId f, const Visit &visit) const {
    const link::Function &function = program_.functions[f];
    for (CallId call = function.firstCall; call < function.firstCall + function.callCount; ++call)
      for (const link::CallableArgument &callable : program_.calls[call].callables)
        for (const link::Target &target : callable.targets)
          visit(call, target.function);
  }

  bool isAwaited(CallId call) const {
    const facts::CallSite &site = program_.site(call);
    return site.flags & facts::CallFlag::Awaited || site.use == facts::ResultUse::Awaited;
  }

  /// Coroutines that are created without being awaited, and functions that are given away.
  void removeUsedOtherwise() {
    std::sort(awaitedBlocks_.begin(), awaitedBlocks_.end());
    for (const Handoff &handoff : graph_.handoffs())
      if (handoff.target != link::kNone && !isTest(program_, program_.calls[handoff.call].caller))
        remove(handoff.target);
    for (CallId id = 0; id < program_.calls.size(); ++id) {
      const Call &call = program_.calls[id];
      if (isTest(program_, call.caller))
        continue;
      for (const link::Target &target : call.targets)
        if (isCoroutine(target.function) && target.confidence != Confidence::NameOnly && !isRun(id, target.function))
          remove(target.function);
      for (const link::CallableArgument &callable : call.callables)
        for (const link::Target &target : callable.targets)
          if (isCoroutine(target.function) &&
              !std::binary_search(awaitedBlocks_.begin(), awaitedBlocks_.end(), target.function))
            remove(target.function);
    }
  }

  /// `spawn(serve()).await` is a task, though main waits for it.
  bool isSpawned(CallId call) const {
    constexpr unsigned kDeepest = 8;
    facts::CallId outer = program_.site(call).awaitedBy;
    for (unsigned depth = 0; outer != facts::kNone && depth < kDeepest; ++depth) {
      const CallId taker = program_.callAt(program_.calls[call].file, outer);
      for (const link::External &api : program_.calls[taker].externals)
        if (api.entry)
          for (const catalog::RunsArgument &runs : api.entry->runs)
            if (runs.context == catalog::ExecutionContext::EventLoop)
              return true;
      outer = program_.site(taker).awaitedBy;
    }
    return false;
  }

  bool isRun(CallId call, FunctionId coroutine) const {
    if (isSpawned(call))
      return false;
    const bool isGenerator = program_.facts(coroutine).kind == facts::FunctionKind::AsyncGenerator; // `async with` runs it
    const auto edges = graph_.callees(program_.calls[call].caller);
    return std::any_of(edges.begin(), edges.end(), [&](const Edge &edge) {
      return edge.other == coroutine && (edge.call == call || isGenerator);
    });
  }

  void remove(FunctionId f) {
    if (!isMain_[f])
      result_.functions_[f] = false;
  }

  bool removeReachedOtherwise() {
    bool changed = false;
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      if (result_.functions_[f] && !isMain_[f] && isReachedOtherwise(f)) {
        result_.functions_[f] = false;
        changed = true;
      }
    return changed;
  }

  /// By the loop, at another time. What threads do beside is no matter.
  bool isReachedOtherwise(FunctionId f) const {
    const Reach *reach = contexts_.eventLoop(f);
    if (reach && reach->entry == f && !isCoroutine(f))
      return true; // a callback, a method that a framework calls
    const auto callers = graph_.callers(f);
    return std::any_of(callers.begin(), callers.end(), [&](const Edge &edge) {
      const bool counts = edge.confidence != Confidence::NameOnly && !isTest(program_, edge.other) &&
                          (isCoroutine(f) || contexts_.eventLoop(edge.other));
      return counts && (!result_.functions_[edge.other] || result_.isServing(program_, edge.call));
    });
  }

  static bool startsTask(const Call &call) {
    return std::any_of(call.externals.begin(), call.externals.end(), [](const link::External &api) {
      return api.entry && (api.entry->spawnsTask ||
                           std::any_of(api.entry->runs.begin(), api.entry->runs.end(), [](const catalog::RunsArgument &runs) {
                             return runs.context == catalog::ExecutionContext::EventLoop;
                           }));
    });
  }

  /// The first call of each function that starts a task, itself or by what it runs.
  void findFirstTasks() {
    std::vector<FunctionId> queue;
    const auto add = [&](FunctionId f, CallId call) {
      if (result_.firstTask_[f] == link::kNone)
        queue.push_back(f);
      result_.firstTask_[f] = std::min(result_.firstTask_[f], call);
    };
    for (CallId id = 0; id < program_.calls.size(); ++id)
      if (result_.functions_[program_.calls[id].caller] && startsTask(program_.calls[id]))
        add(program_.calls[id].caller, id);
    for (size_t i = 0; i < queue.size(); ++i)
      for (const Edge &edge : graph_.callers(queue[i]))
        if (result_.functions_[edge.other])
          add(edge.other, edge.call);
  }

  void markAfterTasks() {
    for (bool again = true; again;) {
      again = false;
      for (FunctionId f = 0; f < program_.functions.size(); ++f)
        if (result_.functions_[f])
          for (const Edge &edge : graph_.callees(f))
            if (!result_.afterTasks_[edge.other] && (result_.afterTasks_[f] || result_.firstTask_[f] < edge.call))
              again = result_.afterTasks_[edge.other] = true;
    }
  }

  const Program &program_;
  const CallGraph &graph_;
  const Contexts &contexts_;
  StartUp &result_;
  std::vector<bool> isMain_;
  std::vector<FunctionId> awaitedBlocks_;
};

StartUp::StartUp(const Program &program, const CallGraph &graph, const Contexts &contexts)
    : serving_(program, graph), waitingLoops_(findWaitingLoops(program)) {
  StartUpSearch(program, graph, contexts, *this).run();
}

bool StartUp::isServing(const Program &program, CallId id) const {
  if (serving_.isAfter(program, id))
    return true;
  const Call &call = program.calls[id];
  const facts::FileFacts &file = program.files[call.file];
  for (facts::LoopId loop = program.site(id).loop; loop != facts::kNone; loop = file.loops[loop].parent)
    if (waitingLoops_[call.file][loop])
      return true;
  return false;
}

bool StartUp::beforeTasks(const Program &program, CallId call) const {
  const FunctionId f = program.calls[call].caller;
  return at(program, call) && !afterTasks_[f] && firstTask_[f] >= call;
}

bool StartUp::at(const Program &program, CallId call) const {
  return runsOnly(program.calls[call].caller) && !isServing(program, call);
}

} // namespace clearway::analysis
