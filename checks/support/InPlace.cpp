#include "checks/support/InPlace.h"

#include "analysis/RuntimeFlavors.h"
#include "checks/support/Blocking.h"
#include "checks/support/Chains.h"
#include "checks/support/Places.h"
#include "checks/support/Wording.h"

#include <algorithm>

namespace clearway::checks {

using analysis::Reach;
using link::CallId;
using link::FunctionId;
using report::Finding;

namespace {

// What a call whose callable runs in place says of the runtime.
constexpr std::string_view kNeedsWorkers = "tokio-multi-thread";

const link::External *blocksInPlace(const link::Call &call) {
  for (const link::External &api : call.externals)
    if (api.entry && api.confidence != link::Confidence::NameOnly &&
        std::any_of(api.entry->runs.begin(), api.entry->runs.end(),
                    [](const catalog::RunsArgument &runs) { return runs.runtime.view() == kNeedsWorkers; }))
      return &api;
  return nullptr;
}

Finding panic(const Context &context, CallId id, const link::External &api, const Reach &reach) {
  const FunctionId function = context.program.calls[id].caller;
  const std::string_view advice =
      useInstead(*api.entry, reach.runtime); // none for wrappers of the program's own
  Finding out;
  out.check = "block-on";
  out.level = report::Level::Error;
  out.confidence = reach.confidence;
  out.primary = location(context.program, id);
  out.message = quoted(api.name.view()) + " panics on a runtime of one thread, as the one of " +
                route(context, reach, function) + "; " +
                asAdvice(advice.empty() ? "`tokio::task::spawn_blocking(…).await`" : advice);
  out.chain = chainTo(context, reach, function, {out.primary, "there is no other worker to take over", 1});
  out.terminal = api.name.view();
  out.entry = context.program.facts(reach.entry).qualifiedName.view();
  addOtherEntryPoints(context, function, reach, out);
  return out;
}

/// The first call that blocks in place, of those that a function makes on its own thread.
CallId firstInPlace(const Context &context, FunctionId start) {
  std::vector<FunctionId> queue{start};
  constexpr size_t kMost = 200;
  for (size_t i = 0; i < queue.size() && i < kMost; ++i) {
    const link::Function &function = context.program.functions[queue[i]];
    for (uint32_t c = 0; c < function.callCount; ++c)
      if (blocksInPlace(context.program.calls[function.firstCall + c]))
        return function.firstCall + c;
    for (const analysis::Edge &edge : context.analyses.graph.callees(queue[i]))
      if (edge.confidence != link::Confidence::NameOnly &&
          std::find(queue.begin(), queue.end(), edge.other) == queue.end())
        queue.push_back(edge.other);
  }
  return link::kNone;
}

/// `join!` and its like: macros that poll all their arguments in the task they stand in.
bool pollsTogether(const link::Call &call) {
  return std::any_of(call.externals.begin(), call.externals.end(), [](const link::External &api) {
    return api.entry && api.entry->keepsTasks && api.name.view().ends_with("!");
  });
}

std::vector<FunctionId> coroutinesOf(const Context &context, const link::Call &call, facts::ValueId id) {
  const facts::Value &value = context.program.files[call.file].values[id];
  if (value.kind == facts::ValueKind::Closure)
    return {context.program.functionAt(call.file, value.a)};
  std::vector<FunctionId> found;
  if (value.kind == facts::ValueKind::CallResult)
    for (const link::Target &target :
         context.program.calls[context.program.callAt(call.file, value.a)].targets)
      if (analysis::isAsync(context.program.facts(target.function).kind))
        found.push_back(target.function);
  return found;
}

void reportSiblings(const Context &context, CallId id, const std::function<void(Finding)> &emit) {
  const link::Call &call = context.program.calls[id];
  const auto arguments = context.program.files[call.file].argumentsOf(context.program.site(id));
  if (arguments.size() < 2)
    return;
  for (const facts::Argument &argument : arguments)
    for (const FunctionId coroutine : coroutinesOf(context, call, argument.value)) {
      const CallId inPlace = firstInPlace(context, coroutine);
      if (inPlace == link::kNone)
        continue;
      const std::string api(blocksInPlace(context.program.calls[inPlace])->name.view());
      Finding out;
      out.check = "block-on";
      out.level = report::Level::Note;
      out.primary = location(context.program, id);
      out.message =
          quoted(api) + " in " + quoted(shortName(context.program, coroutine)) +
          " holds up the other futures that are polled with it here: they belong to the same task; spawn it "
          "as a task of its own, or use `spawn_blocking`";
      out.terminal = api;
      out.entry = context.program.facts(call.caller).qualifiedName.view();
      out.chain = {{out.primary, "polled together here", 1},
                   {location(context.program, inPlace), "blocks in place here", 2}};
      return emit(std::move(out));
    }
}

} // namespace

void reportBlockingInPlace(const Context &context, const std::function<void(Finding)> &emit) {
  for (CallId id = 0; id < context.program.calls.size(); ++id) {
    const link::Call &call = context.program.calls[id];
    if (const link::External *api = blocksInPlace(call)) {
      const Reach *reach = wantedReach(context, call.caller);
      if (reach && reach->runtime.view().starts_with(analysis::kCurrentThreadRuntime))
        emit(panic(context, id, *api, *reach));
    } else if (pollsTogether(call) && wantedReach(context, call.caller)) {
      reportSiblings(context, id, emit);
    }
  }
}

} // namespace clearway::checks
