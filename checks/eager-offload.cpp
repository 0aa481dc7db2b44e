// Work that is done on the event loop before its result is handed to a thread: `to_thread(f(x))` for
// `to_thread(f, x)`.
#include "checks/support/Blocking.h"
#include "checks/support/Chains.h"
#include "checks/support/Places.h"
#include "checks/support/SlowCalls.h"
#include "checks/support/Wording.h"

#include <algorithm>
#include <optional>

namespace clearway::checks {
namespace {

using analysis::Operation;
using link::CallId;
using report::Finding;

/// What the call at `inner` blocks with: itself, or something further down.
const Operation *blocksWith(const Context &context, CallId inner) {
  if (const Operation *operation = context.analyses.effects.at(inner))
    return operation;
  return slowOperation(context, inner, [](const Operation &operation) {
    return operation.weight != catalog::Weight::Low && operation.kind != catalog::EffectKind::Lock;
  });
}

/// A factory whose result is a closure is called eagerly on purpose.
bool returnsCallable(const Context &context, CallId inner) {
  const auto &targets = context.program.calls[inner].targets;
  return std::any_of(targets.begin(), targets.end(), [&](const link::Target &target) {
    return !context.program.functions[target.function].returnsCallable.empty();
  });
}

/// Creating a coroutine runs nothing, or no more than up to where it first waits.
bool onlyCreates(const Context &context, CallId inner) {
  const auto &targets = context.program.calls[inner].targets;
  return context.program.files[context.program.calls[inner].file].language == facts::Language::Cpp && !targets.empty() &&
         std::all_of(targets.begin(), targets.end(), [&](const link::Target &target) {
           return analysis::isAsync(context.program.facts(target.function).kind);
         });
}

struct Eager {
  CallId inner;
  Name api;
  const Operation *operation;
};

/// The argument of `outer` that should be a callable and is the result of blocking work instead.
std::optional<Eager> eagerArgument(const Context &context, CallId outerId) {
  const link::Call &outer = context.program.calls[outerId];
  const facts::FileFacts &file = context.program.files[outer.file];
  const auto arguments = file.argumentsOf(context.program.site(outerId));
  for (const link::External &api : outer.externals) {
    if (!api.entry || api.entry->runs.empty() || api.confidence == link::Confidence::NameOnly)
      continue;
    for (uint32_t i = 0; i < arguments.size(); ++i) {
      const facts::Value &value = file.values[arguments[i].value];
      const auto *runs = analysis::runsArgument(context.program, outer, *api.entry, i);
      // What a loop is given is a coroutine: calling the function only creates it.
      if (!runs || runs->context == catalog::ExecutionContext::Unknown ||
          runs->context == catalog::ExecutionContext::EventLoop || value.kind != facts::ValueKind::CallResult)
        continue;
      const CallId inner = context.program.callAt(outer.file, value.a);
      const Operation *operation = blocksWith(context, inner);
      if (operation && context.program.site(inner).awaitedBy == outer.site &&
          !returnsCallable(context, inner) && !onlyCreates(context, inner))
        return Eager{inner, api.name, operation};
    }
  }
  return std::nullopt;
}

Finding finding(const Context &context, CallId outer, const Eager &eager, const analysis::Reach &reach) {
  const link::FunctionId function = context.program.calls[outer].caller;
  const facts::Value &callee =
      context.program.fileOf(function).values[context.program.site(eager.inner).callee];
  const std::string name(callee.name.view());
  Finding out;
  out.check = "eager-offload";
  out.level = report::Level::Error;
  out.confidence = reach.confidence;
  out.primary = location(context.program, eager.inner);
  out.message = quoted(name + "(…)") + " runs on the event loop (" +
                describe(context.program, *eager.operation) + ") before " + quoted(eager.api.view()) +
                " is called with its result, in " + route(context, reach, function) +
                "; hand over the function and its arguments: " + quoted(name + ", …");
  out.chain =
      chainTo(context, reach, function, {out.primary, quoted(name) + " is called here, on the loop", 1});
  if (eager.operation->call != eager.inner)
    out.chain.push_back(
        {location(context.program, eager.operation->call),
         quoted(apiName(*eager.operation)) + " blocks here: " + describe(context.program, *eager.operation),
         out.chain.back().nesting + 1});
  out.terminal = eager.operation->api.view();
  out.entry = context.program.facts(reach.entry).qualifiedName.view();
  return out;
}

class EagerOffload : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    for (CallId call = 0; call < context.program.calls.size(); ++call)
      if (const auto *reach = wantedReach(context, context.program.calls[call].caller))
        if (const auto eager = eagerArgument(context, call))
          emit(finding(context, call, *eager, *reach));
  }
};

CLEARWAY_CHECK(EagerOffload, "eager-offload", Error)

} // namespace
} // namespace clearway::checks
