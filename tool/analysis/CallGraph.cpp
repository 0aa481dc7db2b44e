#include "analysis/CallGraph.h"

#include "analysis/CalledParameters.h"
#include "analysis/Conditions.h"

#include <algorithm>

namespace clearway::analysis {

using catalog::ExecutionContext;
namespace CallFlag = facts::CallFlag;
using facts::CallKind;
using facts::CallSite;
using facts::FunctionKind;
using facts::ResultUse;
using link::Call;
using link::CallId;
using link::Confidence;
using link::FunctionId;
using link::Program;

namespace {

/// Whether a call of a generator also runs it: it is iterated, entered, or given to something that is no
/// boundary
/// (`list(g())`). One that is returned or stored runs elsewhere.
bool consumesGenerator(const Program &program, const Call &call, const CallSite &site) {
  switch (site.use) {
  case ResultUse::Iterated:
  case ResultUse::Entered:
    return true;
  case ResultUse::Argument:
    break;
  default:
    return site.kind == CallKind::Iterate || site.kind == CallKind::Enter;
  }
  if (site.awaitedBy == facts::kNone)
    return false;
  // Builtins take iterables to use them up; anything else may keep the generator for later.
  const Call &outer = program.calls[program.callAt(call.file, site.awaitedBy)];
  return std::any_of(outer.externals.begin(), outer.externals.end(), [](const link::External &external) {
    return external.name.view().starts_with("builtins.") || external.name.view().starts_with("str.");
  });
}

/// `await gather(f())` runs f, and so does `block_on(f())`. `spawn(f())` hands it over: it runs later, as a task.
bool runsItsCoroutines(const Program &program, CallId id) {
  const CallSite &site = program.site(id);
  if ((site.flags & CallFlag::Awaited) || site.use == ResultUse::Awaited)
    return true;
  const std::vector<link::External> &apis = program.calls[id].externals;
  return std::any_of(apis.begin(), apis.end(), [](const link::External &api) {
    return api.entry && api.entry->effect == catalog::EffectKind::Bridge;
  });
}

/// Only a coroutine that is awaited here, or handed to something that is, runs here.
bool runsCoroutine(const Program &program, const Call &call, const CallSite &site) {
  if ((site.flags & CallFlag::Awaited) || site.use == ResultUse::Awaited || site.kind == CallKind::Enter ||
      site.kind == CallKind::Exit || site.kind == CallKind::Iterate)
    return true;
  constexpr unsigned kDeepest = 8; // shield(wait_for(gather(f())))
  facts::CallId outer = site.awaitedBy;
  for (unsigned depth = 0; outer != facts::kNone && depth < kDeepest; ++depth) {
    const CallId taker = program.callAt(call.file, outer);
    if (runsItsCoroutines(program, taker))
      return true;
    outer = program.site(taker).awaitedBy;
  }
  return false;
}

/// A catalogue entry for the function itself says all that matters about calling it.
bool isReplaced(const catalog::Entry *entry) {
  return entry && (entry->effect != catalog::EffectKind::None || !entry->runs.empty() || entry->suspends);
}

std::string_view outermostNamespace(std::string_view qualifiedName) {
  const size_t end = qualifiedName.find("::");
  return end == std::string_view::npos ? std::string_view() : qualifiedName.substr(0, end);
}

/// A C++ macro that leads from one component into another: an assertion, a log statement. What it does there is that
/// component's business, a failing assertion that looks for a debugger above all; the source does not write that call. What
/// a macro's arguments write is no part of this, and neither is a macro of the caller's own namespace.
bool hidesCallee(const Program &program, const Call &call, const CallSite &site, FunctionId target) {
  if (!(site.flags & CallFlag::FromMacro) || program.files[call.file].language != facts::Language::Cpp)
    return false;
  const std::string_view into = outermostNamespace(program.facts(target).qualifiedName.view());
  return !into.empty() && !(program.facts(target).flags & facts::FunctionFlag::Lambda) &&
         into != outermostNamespace(program.facts(call.caller).qualifiedName.view());
}

ExecutionContext decoratedContext(const Program &program, FunctionId f) {
  if (isAsync(program.facts(f).kind))
    return ExecutionContext::Unknown;
  for (const link::External &decorator : program.functions[f].decorators)
    if (decorator.entry && decorator.entry->membersRunIn != ExecutionContext::Unknown &&
        decorator.entry->membersRunIn != ExecutionContext::EventLoop)
      return decorator.entry->membersRunIn;
  return ExecutionContext::Unknown;
}

class Builder {
public:
  Builder(const Program &program, std::vector<ExecutionContext> &runsIn, std::vector<Handoff> &handoffs)
      : program_(program), called_(program), runsIn_(runsIn), handoffs_(handoffs) {}

  /// Visits the call and appends its edges as (caller, edge).
  void visit(CallId id, std::vector<std::pair<FunctionId, Edge>> &edges) {
    const Call &call = program_.calls[id];
    const CallSite &site = program_.site(id);
    // What is awaited is the coroutine of several possible callees: an asynchronous twin, not the synchronous
    // one.
    const bool onlyAsync = (site.flags & CallFlag::Awaited) && anyAsync(call);
    if (!(site.flags & CallFlag::NoRunningLoop))
      for (const link::Target &target : call.targets)
        if (!onlyAsync || isAsync(program_.facts(target.function).kind))
          addTarget(id, call, site, target, edges);
    for (const link::CallableArgument &callable : call.callables)
      addCallable(id, call, callable, edges);
  }

private:
  bool anyAsync(const Call &call) const {
    return std::any_of(call.targets.begin(), call.targets.end(), [&](const link::Target &target) {
      return isAsync(program_.facts(target.function).kind);
    });
  }

  void addTarget(CallId id, const Call &call, const CallSite &site, const link::Target &target,
                 std::vector<std::pair<FunctionId, Edge>> &edges) const {
    const FunctionKind kind = program_.facts(target.function).kind;
    if (isReplaced(program_.functions[target.function].entry) ||
        runsIn_[target.function] != ExecutionContext::Unknown || hidesCallee(program_, call, site, target.function))
      return;
    if (kind == FunctionKind::Generator && !consumesGenerator(program_, call, site))
      return;
    const bool async = isAsync(kind);
    if (async && !runsCoroutine(program_, call, site))
      return;
    edges.push_back({call.caller, {target.function, id, target.confidence, async}});
  }

  void addCallable(CallId id, const Call &call, const link::CallableArgument &callable,
                   std::vector<std::pair<FunctionId, Edge>> &edges) {
    for (const link::External &api : call.externals) {
      const auto *runs = api.entry ? runsArgument(program_, call, *api.entry, callable.argument) : nullptr;
      if (!runs)
        continue;
      if (runs->context == ExecutionContext::Unknown)
        runHere(id, call, callable, api, edges);
      else
        handOff(id, callable, api, *runs);
      return;
    }
    if (callable.calledBack)
      addEdges(id, call, callable, Confidence::Certain, edges);
    else
      addCalledBack(id, call, callable, edges);
  }

  /// `retry(f)`, where retry() calls its parameter. Which of several callees it is is not known for sure.
  void addCalledBack(CallId id, const Call &call, const link::CallableArgument &callable,
                     std::vector<std::pair<FunctionId, Edge>> &edges) const {
    for (const link::Target &callee : call.targets)
      if (runsIn_[callee.function] == ExecutionContext::Unknown &&
          called_.runs(id, callable.argument, callee.function))
        for (const link::Target &target : callable.targets)
          if (!isAsync(program_.facts(target.function).kind))
            edges.push_back(
                {call.caller,
                 {target.function, id,
                  weakest(Confidence::Inferred, weakest(target.confidence, callee.confidence)), false}});
  }

  /// The callable runs in the caller's context, before the call returns: `sorted(key=f)`.
  void runHere(CallId id, const Call &call, const link::CallableArgument &callable, const link::External &api,
               std::vector<std::pair<FunctionId, Edge>> &edges) const {
    addEdges(id, call, callable, api.confidence, edges);
  }

  void addEdges(CallId id, const Call &call, const link::CallableArgument &callable, Confidence confidence,
                std::vector<std::pair<FunctionId, Edge>> &edges) const {
    for (const link::Target &target : callable.targets)
      if (!isAsync(program_.facts(target.function).kind))
        edges.push_back({call.caller, {target.function, id, weakest(target.confidence, confidence), false}});
  }

  void handOff(CallId id, const link::CallableArgument &callable, const link::External &api,
               const catalog::RunsArgument &runs) {
    for (const link::Target &target : callable.targets)
      handoffs_.push_back({id, callable.argument, target.function, nullptr, &runs, api.name,
                           weakest(target.confidence, api.confidence)});
    for (const link::External &external : callable.externals)
      handoffs_.push_back({id, callable.argument, link::kNone, &external, &runs, api.name,
                           weakest(external.confidence, api.confidence)});
  }

  const Program &program_;
  const CalledParameters called_;
  std::vector<ExecutionContext> &runsIn_;
  std::vector<Handoff> &handoffs_;
};

using DirectedEdge = std::pair<FunctionId, Edge>;

/// Lays edges out by their first function, keeping the order in which they came.
void layOut(const std::vector<DirectedEdge> &edges, bool reversed, size_t functions, std::vector<Edge> &out,
            std::vector<uint32_t> &first) {
  first.assign(functions + 1, 0);
  const auto key = [&](const DirectedEdge &edge) { return reversed ? edge.second.other : edge.first; };
  for (const DirectedEdge &edge : edges)
    ++first[key(edge) + 1];
  for (size_t i = 0; i < functions; ++i)
    first[i + 1] += first[i];
  out.resize(edges.size());
  std::vector<uint32_t> next(first.begin(), first.end() - 1);
  for (const DirectedEdge &edge : edges) {
    Edge placed = edge.second;
    if (reversed)
      placed.other = edge.first;
    out[next[key(edge)]++] = placed;
  }
}

} // namespace

CallGraph buildCallGraph(const Program &program) {
  CallGraph graph;
  const auto functions = static_cast<uint32_t>(program.functions.size());
  graph.runsIn_.resize(functions);
  for (FunctionId f = 0; f < functions; ++f)
    graph.runsIn_[f] = decoratedContext(program, f);
  std::vector<DirectedEdge> edges;
  Builder builder(program, graph.runsIn_, graph.handoffs_);
  for (CallId call = 0; call < program.calls.size(); ++call)
    builder.visit(call, edges);
  layOut(edges, false, functions, graph.outgoing_, graph.outgoingFirst_);
  layOut(edges, true, functions, graph.incoming_, graph.incomingFirst_);
  return graph;
}

} // namespace clearway::analysis
