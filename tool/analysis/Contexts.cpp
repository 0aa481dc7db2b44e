#include "analysis/Contexts.h"

#include "analysis/Annotations.h"
#include "analysis/PollingLoops.h"
#include "analysis/PrivateLoops.h"
#include "analysis/RuntimeFlavors.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace clearway::analysis {

using catalog::ExecutionContext;
using facts::Function;
using facts::FunctionKind;
using link::Confidence;
using link::FunctionId;
using link::Program;

namespace {

constexpr ExecutionContext kContexts[] = {ExecutionContext::EventLoop, ExecutionContext::Worker,
                                          ExecutionContext::BlockingPool, ExecutionContext::NewThread,
                                          ExecutionContext::SyncMain};

/// Collects the entry points of all contexts, in function order.
class EntryPoints {
public:
  EntryPoints(const Program &program, const catalog::Catalog &catalog, const CallGraph &graph, const ThreadHops &hops,
              const std::vector<PollingLoop> &loops)
      : program_(program), catalog_(catalog), hops_(hops) {
    for (const facts::FileFacts &file : program.files)
      runtimes_.push_back(runtimeOf(file));
    for (FunctionId f = 0; f < program.functions.size(); ++f)
      addFunction(f);
    for (const Handoff &handoff : graph.handoffs())
      addHandoff(handoff);
    for (const PollingLoop &loop : loops)
      add(loop.function, ExecutionContext::EventLoop, EntryKind::Loop, loop.api, loop.runtime, Confidence::Inferred);
    std::stable_sort(found.begin(), found.end(),
                     [](const Reach &a, const Reach &b) { return a.entry < b.entry; });
  }

  std::vector<Reach> found;

private:
  void add(FunctionId f, ExecutionContext context, EntryKind kind, Name api, Name runtime,
           Confidence confidence) {
    Reach reach;
    reach.context = context;
    reach.entryKind = kind;
    reach.entry = f;
    reach.confidence = confidence;
    reach.testOnly = isTest(program_, f);
    reach.runtime = runtime ? runtime : runtimes_[program_.functions[f].file];
    reach.api = api;
    found.push_back(reach);
  }

  void addFunction(FunctionId f) {
    const Function &function = program_.facts(f);
    if (isAsync(function.kind) && addOwnThread(f, function))
      return;
    if (isAsync(function.kind))
      return add(f, hops_.startsOffLoop[f] && !hops_.visitsLoop[f] ? ExecutionContext::Worker : ExecutionContext::EventLoop, EntryKind::Coroutine, {},
                 runtimeOfType(f, function), Confidence::Certain);
    if (const ExecutionContext marked = annotatedContext(program_, f); marked != ExecutionContext::Unknown)
      add(f, marked, EntryKind::Annotated, {}, {}, Confidence::Certain);
    for (const link::External &decorator : program_.functions[f].decorators)
      if (decorator.entry && decorator.entry->membersRunIn != ExecutionContext::Unknown)
        add(f, decorator.entry->membersRunIn, EntryKind::Decorated, decorator.name, decorator.entry->runtime,
            decorator.confidence);
    if (function.enclosingClass != facts::kNone)
      addMethod(f, function);
  }

  /// An exporter of OpenTelemetry's is driven by a thread that does nothing else.
  bool addOwnThread(FunctionId f, const Function &function) {
    for (const link::External &base : program_.functions[f].bases)
      if (const catalog::Entry *entry = catalog_.findMember(program_.language(f), base.name, function.name);
          entry && entry->membersRunIn == ExecutionContext::NewThread) {
        add(f, entry->membersRunIn, EntryKind::FrameworkMethod, base.name, entry->runtime, base.confidence);
        return true;
      }
    return false;
  }

  /// In C++ the type of the coroutine tells whose loop runs it.
  Name runtimeOfType(FunctionId f, const Function &function) const {
    if (program_.language(f) != facts::Language::Cpp)
      return {};
    const facts::Value &type = program_.fileOf(f).values[function.returnType];
    const catalog::Entry *entry =
        type.kind == facts::ValueKind::Type ? catalog_.find(facts::Language::Cpp, type.name) : nullptr;
    return entry ? entry->runtime : Name();
  }

  /// A method that a framework calls: the catalogue speaks of this very method, or of all methods of the base
  /// class.
  void addMethod(FunctionId f, const Function &function) {
    for (const link::External &base : program_.functions[f].bases) {
      const catalog::Entry *entry = catalog_.findMember(program_.language(f), base.name, function.name);
      const bool own = entry && entry->membersRunIn != ExecutionContext::Unknown;
      if (!own)
        entry = isOverridable(function) ? base.entry : nullptr;
      if (!entry || entry->membersRunIn == ExecutionContext::Unknown)
        continue;
      return add(f, entry->membersRunIn, EntryKind::FrameworkMethod, base.name, entry->runtime,
                 base.confidence);
    }
  }

  static bool isOverridable(const Function &function) {
    constexpr uint32_t kNotCalled = facts::FunctionFlag::Static | facts::FunctionFlag::ClassMethod |
                                    facts::FunctionFlag::Constructor | facts::FunctionFlag::Property;
    return !(function.flags & kNotCalled) && !function.name.view().starts_with("_");
  }

  void addHandoff(const Handoff &handoff) {
    if (handoff.target != link::kNone && !isAsync(program_.facts(handoff.target).kind) &&
        handoff.runs->context != ExecutionContext::Unknown)
      add(handoff.target, handoff.runs->context, EntryKind::Callback, handoff.api, handoff.runs->runtime,
          handoff.confidence);
  }

  const Program &program_;
  const catalog::Catalog &catalog_;
  const ThreadHops &hops_;
  std::vector<Name> runtimes_;
};

/// One context's search. Sure ways from the program itself come first, those from its start-up after the others, then
/// sure ways from tests, then ways that are known by name only; what a later pass finds never replaces an earlier result.
class Search {
public:
  Search(const CallGraph &graph, const ThreadHops &hops, std::vector<std::vector<Reach>> &out, const std::vector<bool> *last)
      : graph_(graph), hops_(hops), out_(out), last_(last), reached_(graph.size(), ExecutionContext::Unknown) {}

  void run(ExecutionContext context, const std::vector<Reach> &entries) {
    std::vector<FunctionId> all;
    constexpr int kByName = 3;
    for (int pass = 0; pass <= kByName; ++pass) {
      if (pass == kByName)
        queue_ = all;
      for (const Reach &entry : entries)
        if (entry.context == context && passOf(entry) == pass)
          add(entry.entry, entry);
      spread(context, pass == kByName);
      all.insert(all.end(), queue_.begin(), queue_.end());
      queue_.clear();
    }
  }

private:
  int passOf(const Reach &entry) const {
    if (entry.confidence == Confidence::NameOnly)
      return 3;
    return entry.testOnly ? 2 : last_ && (*last_)[entry.entry];
  }

  void add(FunctionId f, const Reach &reach) {
    if (reached_[f] == reach.context)
      return;
    reached_[f] = reach.context;
    out_[f].push_back(reach);
    queue_.push_back(f);
  }

  void spread(ExecutionContext context, bool byNameToo) {
    for (size_t i = 0; i < queue_.size(); ++i) {
      const FunctionId f = queue_[i];
      Reach next = out_[f].back();
      const Confidence confidence = next.confidence;
      next.from = f;
      next.context = context;
      ++next.depth;
      for (const Edge &edge : graph_.callees(f)) {
        if (edge.awaited || (!byNameToo && edge.confidence == Confidence::NameOnly) ||
            (context == ExecutionContext::EventLoop && hops_.isOffLoop(edge.call)))
          continue;
        next.via = edge.call;
        next.confidence = weakest(confidence, edge.confidence);
        add(edge.other, next);
      }
    }
  }

  const CallGraph &graph_;
  const ThreadHops &hops_;
  std::vector<std::vector<Reach>> &out_;
  const std::vector<bool> *last_; // entry points that come after the others
  std::vector<ExecutionContext> reached_; // the context in which a function was reached last
  std::vector<FunctionId> queue_;
};

bool isLoopEntry(const Contexts &contexts, FunctionId f) {
  const Reach *reach = contexts.eventLoop(f);
  return reach && reach->entry == f;
}

EntryWay wayBy(const std::unordered_map<FunctionId, Edge> &next, FunctionId entry, link::CallId call, FunctionId callee,
               FunctionId f) {
  EntryWay way{entry, {call}, {callee}};
  while (callee != f) {
    const Edge &edge = next.at(callee);
    way.calls.push_back(edge.call);
    way.functions.push_back(callee = edge.other);
  }
  return way;
}

} // namespace

const Reach *Contexts::reach(FunctionId f, ExecutionContext context) const {
  for (const Reach &reach : perFunction[f])
    if (reach.context == context)
      return &reach;
  return nullptr;
}

std::vector<EntryWay> Contexts::ways(const Program &program, const CallGraph &graph, FunctionId f, size_t limit,
                                     uint32_t &total) const {
  const Reach *own = eventLoop(f);
  const bool tests = own && own->testOnly;
  std::vector<EntryWay> found;
  std::vector<FunctionId> queue{f};
  std::unordered_map<FunctionId, Edge> next{{f, {}}}; // the call towards `f`, and what it calls
  std::unordered_set<FunctionId> starts; // entry points
  for (size_t i = 0; i < queue.size(); ++i) {
    const FunctionId at = queue[i];
    if (isLoopEntry(*this, at) && (tests || !isTest(program, at)))
      starts.insert(at);
    for (const Edge &edge : graph.callers(at)) {
      if (edge.awaited || edge.confidence == Confidence::NameOnly || hops.isOffLoop(edge.call))
        continue;
      if (next.try_emplace(edge.other, Edge{at, edge.call, edge.confidence}).second)
        queue.push_back(edge.other);
      if (found.size() < limit && edge.other != f && isLoopEntry(*this, edge.other) && (tests || !isTest(program, edge.other)))
        found.push_back(wayBy(next, edge.other, edge.call, at, f));
    }
  }
  total = static_cast<uint32_t>(starts.size());
  return found;
}

bool isTest(const Program &program, FunctionId f) {
  return program.fileOf(f).isTest || (program.facts(f).flags & facts::FunctionFlag::Test);
}

Name runtimeOf(const facts::FileFacts &file) {
  if (file.language == facts::Language::Cpp)
    return {};
  if (file.language == facts::Language::Rust)
    return Name("tokio");
  bool trio = false, anyio = false;
  for (const facts::Import &import : file.imports) {
    const std::string_view module = import.module.view();
    if (module == "asyncio" || module.starts_with("asyncio."))
      return Name("asyncio");
    trio |= module == "trio" || module.starts_with("trio.");
    anyio |= module == "anyio" || module.starts_with("anyio.");
  }
  return Name(anyio ? "anyio" : trio ? "trio" : "asyncio");
}

namespace {

Contexts search(const CallGraph &graph, std::vector<Reach> entries, ThreadHops hops, const std::vector<bool> *last) {
  Contexts contexts;
  contexts.entries = std::move(entries);
  contexts.hops = std::move(hops);
  contexts.perFunction.resize(graph.size());
  Search search(graph, contexts.hops, contexts.perFunction, last);
  for (ExecutionContext context : kContexts)
    search.run(context, contexts.entries);
  return contexts;
}

} // namespace

Contexts computeContexts(const Program &program, const catalog::Catalog &catalog, const CallGraph &graph) {
  ThreadHops hops = findThreadHops(program, graph);
  const std::vector<PollingLoop> loops = findPollingLoops(program);
  for (const PollingLoop &loop : loops)
    leaveOut(loop, hops);
  EntryPoints entries(program, catalog, graph, hops, loops);
  const SingleThreaded singleThreaded = findSingleThreaded(program, graph);
  for (Reach &entry : entries.found)
    if (singleThreaded.runs[entry.entry] && entry.context == ExecutionContext::EventLoop)
      entry.runtime = Name(singleThreaded.alone[entry.entry] ? kSingleTaskRuntime : kCurrentThreadRuntime);
  Contexts contexts = search(graph, entries.found, std::move(hops), nullptr);
  // Which threads drive loops of their own shows only when it is known what runs in threads.
  const std::vector<bool> isPrivate = findPrivateCoroutines(program, graph, contexts);
  bool any = false;
  for (Reach &entry : entries.found)
    if (entry.entryKind == EntryKind::Coroutine && isPrivate[entry.entry]) {
      entry.context = ExecutionContext::NewThread;
      any = true;
    }
  return any ? search(graph, entries.found, std::move(contexts.hops), nullptr) : contexts;
}

void takeLast(Contexts &contexts, const CallGraph &graph, const std::vector<bool> &last) {
  if (std::find(last.begin(), last.end(), true) != last.end())
    contexts = search(graph, std::move(contexts.entries), std::move(contexts.hops), &last);
}

} // namespace clearway::analysis
