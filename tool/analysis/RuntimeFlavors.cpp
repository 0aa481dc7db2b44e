#include "analysis/RuntimeFlavors.h"

#include "analysis/Contexts.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace clearway::analysis {

using catalog::ExecutionContext;
using link::Call;
using link::CallId;
using link::Confidence;
using link::FunctionId;
using link::Program;

namespace {

enum Flavor : uint8_t { None = 0, OneThread = 1, ManyThreads = 2 };

class Finder {
public:
  Finder(const Program &program, const CallGraph &graph)
      : program_(program), graph_(graph), flavors_(program.functions.size(), None) {}

  SingleThreaded run() {
    findOffloaded();
    findRoots();
    SingleThreaded result{std::vector<bool>(program_.functions.size()),
                          std::vector<bool>(program_.functions.size())};
    if (!anyOneThread_)
      return result;
    spread();
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      if (isRust(f))
        result.runs[f] = (flavors_[f] ? flavors_[f] : ofCrate(f)) == OneThread;
    findBusy(result);
    return result;
  }

private:
  bool isRust(FunctionId f) const { return program_.language(f) == facts::Language::Rust; }

  /// The first segment of the module path.
  Name crateOf(FunctionId f) const {
    const std::string_view module = program_.fileOf(f).module.view();
    return Name(module.substr(0, module.find("::")));
  }

  uint8_t ofCrate(FunctionId f) const {
    const auto known = crates_.find(crateOf(f));
    return known == crates_.end() ? uint8_t{None} : known->second;
  }

  void findOffloaded() {
    for (const Handoff &handoff : graph_.handoffs())
      if (handoff.target != link::kNone && handoff.runs->context != ExecutionContext::EventLoop)
        offloaded_.insert(handoff.target);
  }

  void findRoots() {
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      if (isRust(f) && !isTest(program_, f))
        if (const Flavor flavor = decorated(f))
          addRoot(f, f, flavor);
    for (CallId id = 0; id < program_.calls.size(); ++id)
      if (isRust(program_.calls[id].caller) && !isTest(program_, program_.calls[id].caller))
        addRootCall(program_.calls[id]);
  }

  /// `#[tokio::main]` says many threads unless something beside it says one, and so does an attribute that
  /// nobody knows.
  Flavor decorated(FunctionId f) const {
    Flavor found = None;
    for (const link::External &decorator : program_.functions[f].decorators)
      if (decorator.entry && decorator.entry->startsLoop && found != OneThread)
        found = decorator.entry->runtime.view() == kCurrentThreadRuntime ? OneThread : ManyThreads;
    return !found && isAsyncMain(f) ? ManyThreads : found;
  }

  bool isAsyncMain(FunctionId f) const {
    const facts::Function &function = program_.facts(f);
    return function.name.view() == "main" && function.kind == facts::FunctionKind::Coroutine &&
           function.enclosingClass == facts::kNone && function.parent == facts::kNone;
  }

  void addRoot(FunctionId f, FunctionId owner, Flavor flavor) {
    add(f, flavor);
    crates_[crateOf(owner)] |= flavor;
    anyOneThread_ |= flavor == OneThread;
    if (flavor == OneThread)
      oneThreadRoots_.emplace_back(f, crateOf(owner));
  }

  /// `runtime.block_on(main())`, `tokio::task::spawn_local(job())`.
  void addRootCall(const Call &call) {
    for (const link::External &api : call.externals) {
      if (!api.entry || api.confidence == Confidence::NameOnly)
        continue;
      const std::string_view name = api.name.view();
      const bool local = name.find("LocalSet") != name.npos || name.ends_with("::spawn_local");
      if (local || api.entry->startsLoop)
        return addArguments(call, local ? OneThread : builtBy(call.caller, 1));
    }
  }

  void addArguments(const Call &call, Flavor flavor) {
    given_.insert(program_.callAt(call.file, call.site));
    for (const link::CallableArgument &callable : call.callables)
      for (const link::Target &target : callable.targets) {
        addRoot(target.function, call.caller, flavor);
        offloaded_.insert(target.function); // not run by what is around it
      }
    const facts::FileFacts &file = program_.files[call.file];
    for (const facts::Argument &argument : file.argumentsOf(file.calls[call.site]))
      if (const facts::Value &value = file.values[argument.value];
          value.kind == facts::ValueKind::CallResult) {
        given_.insert(program_.callAt(call.file, value.a));
        for (const link::Target &target : program_.calls[program_.callAt(call.file, value.a)].targets)
          addRoot(target.function, call.caller, flavor);
      }
  }

  /// The runtime that a function builds, itself or by a helper. Not known: taken for one of many threads.
  Flavor builtBy(FunctionId f, unsigned depth) const {
    const link::Function &function = program_.functions[f];
    uint8_t found = None;
    for (uint32_t i = 0; i < function.callCount; ++i) {
      const Call &call = program_.calls[function.firstCall + i];
      for (const link::External &api : call.externals)
        if (api.name.view().ends_with("::new_current_thread"))
          found |= OneThread;
        else if (api.name.view().ends_with("::new_multi_thread") ||
                 api.name.view() == "tokio::runtime::Runtime::new")
          found |= ManyThreads;
      if (depth)
        for (const link::Target &target : call.targets)
          if (!isAsync(program_.facts(target.function).kind) &&
              builtBy(target.function, depth - 1) == OneThread)
            found |= OneThread;
    }
    if (found == None && program_.facts(f).flags & facts::FunctionFlag::Lambda &&
        function.parent != link::kNone)
      return builtBy(function.parent, depth); // built before the thread that runs it is started
    return found == OneThread ? OneThread : ManyThreads;
  }

  /// Several things at a time, or somebody who waits for an answer.
  static bool isConcurrent(const link::External &api) {
    if (api.confidence == Confidence::NameOnly)
      return false;
    const std::string_view name = api.name.view();
    const std::string_view last = name.substr(name.rfind(':') + 1);
    const bool serves = last == "serve" || last == "listen" || last == "accept" ||
                        name.find("Listener::") != name.npos || name.find("Server::") != name.npos ||
                        name.find("Unordered") != name.npos || last.starts_with("buffer");
    return serves ||
           (api.entry && (api.entry->spawnsTask || api.entry->keepsTasks ||
                          std::any_of(api.entry->runs.begin(), api.entry->runs.end(), [](const auto &runs) {
                            return runs.context == ExecutionContext::EventLoop && runs.runtime.empty();
                          })));
  }

  bool isBusy(FunctionId f) const {
    const link::Function &function = program_.functions[f];
    for (uint32_t c = 0; c < function.callCount; ++c) {
      const Call &call = program_.calls[function.firstCall + c];
      if (std::any_of(call.externals.begin(), call.externals.end(), isConcurrent))
        return true;
    }
    return false;
  }

  /// A crate with roots of one thread is busy if anything in it, or anything that they run, is. Who is run by
  /// several is alone if all of them are.
  void findBusy(SingleThreaded &result) {
    std::unordered_map<Name, std::vector<FunctionId>> roots;
    for (const auto &[root, crate] : oneThreadRoots_)
      roots[crate].push_back(root);
    std::unordered_set<Name> busy;
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      if (isRust(f) && !isTest(program_, f) && roots.contains(crateOf(f)) && isBusy(f))
        busy.insert(crateOf(f));
    std::vector<bool> sharesLoop(program_.functions.size());
    for (const auto &[crate, first] : roots) {
      const std::vector<FunctionId> reached = reachedFrom(first);
      if (std::any_of(reached.begin(), reached.end(), [&](FunctionId f) { return isBusy(f); }))
        busy.insert(crate);
      if (busy.contains(crate))
        for (const FunctionId f : reached)
          sharesLoop[f] = true;
    }
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      result.alone[f] = result.runs[f] && !sharesLoop[f] && !busy.contains(crateOf(f));
  }

  std::vector<FunctionId> reachedFrom(std::vector<FunctionId> reached) const {
    std::vector<bool> seen(program_.functions.size());
    for (const FunctionId f : reached)
      seen[f] = true;
    const auto visit = [&](const std::vector<link::Target> &targets) {
      for (const link::Target &target : targets)
        if (target.confidence != Confidence::NameOnly && !seen[target.function]) {
          seen[target.function] = true;
          reached.push_back(target.function);
        }
    };
    for (size_t i = 0; i < reached.size(); ++i) {
      const link::Function &function = program_.functions[reached[i]];
      for (uint32_t c = 0; c < function.callCount; ++c) {
        visit(program_.calls[function.firstCall + c].targets);
        for (const link::CallableArgument &callable : program_.calls[function.firstCall + c].callables)
          visit(callable.targets);
      }
    }
    return reached;
  }

  void add(FunctionId f, uint8_t flavor) {
    if ((flavors_[f] | flavor) == flavors_[f])
      return;
    flavors_[f] |= flavor;
    queue_.push_back(f);
  }

  /// Along calls, awaits and started tasks; not into other threads.
  void spread() {
    const auto children = childrenOf();
    for (size_t i = 0; i < queue_.size(); ++i) {
      const FunctionId f = queue_[i];
      const uint8_t flavor = flavors_[f];
      const link::Function &function = program_.functions[f];
      for (uint32_t c = 0; c < function.callCount; ++c)
        if (!given_.contains(function.firstCall + c))
          spreadCall(program_.calls[function.firstCall + c], flavor);
      for (auto [at, end] = children.equal_range(f); at != end; ++at)
        pass(at->second, flavor);
    }
  }

  void spreadCall(const Call &call, uint8_t flavor) {
    for (const link::Target &target : call.targets)
      if (target.confidence != Confidence::NameOnly)
        pass(target.function, flavor);
    for (const link::CallableArgument &callable : call.callables)
      for (const link::Target &target : callable.targets)
        pass(target.function, flavor);
  }

  void pass(FunctionId to, uint8_t flavor) {
    if (!offloaded_.contains(to))
      add(to, flavor);
  }

  /// Async blocks run where they are awaited, which is mostly around them.
  std::unordered_multimap<FunctionId, FunctionId> childrenOf() const {
    std::unordered_multimap<FunctionId, FunctionId> children;
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      if (isRust(f) && program_.functions[f].parent != link::kNone && isAsync(program_.facts(f).kind))
        children.emplace(program_.functions[f].parent, f);
    return children;
  }

  const Program &program_;
  const CallGraph &graph_;
  std::vector<uint8_t> flavors_;
  std::vector<FunctionId> queue_;
  std::unordered_map<Name, uint8_t> crates_;
  std::unordered_set<FunctionId> offloaded_; // run by other threads, or on a runtime of their own
  std::unordered_set<CallId> given_; // whose coroutine is given to a runtime, and the calls that give it
  std::vector<std::pair<FunctionId, Name>> oneThreadRoots_; // and the crate that runs them
  bool anyOneThread_ = false;
};

} // namespace

SingleThreaded findSingleThreaded(const Program &program, const CallGraph &graph) {
  return Finder(program, graph).run();
}

} // namespace clearway::analysis
