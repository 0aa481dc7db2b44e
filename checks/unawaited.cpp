// Coroutines that are made and dropped: nothing of them runs.
#include "checks/support/Fixes.h"
#include "checks/support/Flows.h"
#include "checks/support/Places.h"
#include "facts/Discarded.h"

#include <algorithm>
#include <optional>

namespace clearway::checks {
namespace {

using facts::ResultUse;
using link::CallId;
using report::Finding;

bool isWanted(const Context &context, CallId call) {
  return context.options.includeTests ||
         !analysis::isTest(context.program, context.program.calls[call].caller);
}

/// Builtins that take any value and never await it.
bool takesForItsValue(const Context &context, const link::Call &call, facts::CallId outer) {
  constexpr std::string_view kBuiltins[] = {"print", "len",  "str",   "repr", "int",    "float",
                                            "bool",  "list", "tuple", "set",  "sorted", "sum"};
  const auto &externals = context.program.calls[context.program.callAt(call.file, outer)].externals;
  return std::any_of(externals.begin(), externals.end(), [&](const link::External &external) {
    std::string_view name = external.name.view();
    if (name.starts_with("builtins."))
      name.remove_prefix(9);
    return std::find(std::begin(kBuiltins), std::end(kBuiltins), name) != std::end(kBuiltins);
  });
}

/// main() keeps what runs beside it alive, and has nothing to await with.
bool isMain(const Context &context, link::FunctionId f) {
  return context.program.facts(f).flags & facts::FunctionFlag::MainGuard &&
         !analysis::isAsync(context.program.facts(f).kind);
}

/// `drop(job())`: asked for, but nothing has run.
bool isDropped(const Context &context, const link::Call &call, facts::CallId outer) {
  const auto &externals = context.program.calls[context.program.callAt(call.file, outer)].externals;
  return std::any_of(externals.begin(), externals.end(),
                     [](const link::External &external) { return external.name.view() == "std::mem::drop"; });
}

/// How the coroutine is lost, or nullopt if it may be awaited after all.
std::optional<std::string> howLost(const Context &context, const UsedValues &values, CallId id) {
  const link::Call &call = context.program.calls[id];
  const facts::CallSite &site = context.program.site(id);
  switch (site.use) {
  case ResultUse::Discarded:
    if (runsUnawaited(context, id))
      return std::nullopt;
    return "is called but not awaited: the call only makes a coroutine, and nothing of it runs";
  case ResultUse::Assigned:
    if (values.isRead(call.site) || (runsUnawaited(context, id) && isMain(context, call.caller)))
      return std::nullopt;
    return runsUnawaited(context, id)
               ? "is bound to a name that is never used: nobody waits for it, and its error is lost"
               : "is bound to a name that is never used: the coroutine is never awaited";
  case ResultUse::Operand:
    if (context.program.language(call.caller) != facts::Language::Python || values.isPassedOn(call.site))
      return std::nullopt;
    return "is used as a value without `await`: a coroutine is always true, and nothing of it runs";
  case ResultUse::Argument:
    if (context.program.language(call.caller) == facts::Language::Python && site.awaitedBy != facts::kNone &&
        takesForItsValue(context, call, site.awaitedBy))
      return "is used as a value without `await`: what is passed on is the coroutine, not its result";
    if (site.awaitedBy != facts::kNone && isDropped(context, call, site.awaitedBy))
      return "is dropped before anybody awaits it: nothing of it runs";
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

Finding base(const Context &context, CallId call) {
  Finding finding;
  finding.check = "unawaited";
  finding.level = report::Level::Error;
  finding.primary = location(context.program, call);
  finding.terminal = calleeName(context, call);
  finding.entry = context.program.facts(context.program.calls[call].caller).qualifiedName.view();
  return finding;
}

/// Rust calls them futures.
std::string inTermsOf(facts::Language language, std::string text) {
  constexpr std::string_view kCoroutine = "coroutine";
  if (language == facts::Language::Rust)
    for (size_t at = 0; (at = text.find(kCoroutine, at)) != std::string::npos;)
      text.replace(at, kCoroutine.size(), "future");
  return text;
}

std::string_view advice(const Context &context, CallId id) {
  const link::FunctionId caller = context.program.calls[id].caller;
  const bool async = analysis::isAsync(context.program.facts(caller).kind);
  if (context.program.language(caller) != facts::Language::Cpp)
    return !async                                                              ? "await it in an `async` function, or schedule it and keep the task"
           : context.program.language(caller) == facts::Language::Rust ? "write `.await`"
                                                                       : "write `await`";
  if (runsUnawaited(context, id))
    return "`co_await` it, return it or hand it on; a cast to `void` says that nobody need wait";
  return async ? "write `co_await`" : "return it, or hand it to what runs it";
}

Finding lost(const Context &context, CallId id, const std::string &how) {
  Finding finding = base(context, id);
  if (runsUnawaited(context, id))
    finding.level = report::Level::Warning;
  const facts::Language language = context.program.language(context.program.calls[id].caller);
  finding.message = quoted(calleeName(context, id)) + " " + inTermsOf(language, how) + "; " + std::string(advice(context, id));
  finding.chain = {{finding.primary, inTermsOf(language, "the coroutine is made and dropped here"), 1}};
  if (auto fix = addAwait(context, id, finding.terminal == "asyncio.sleep"))
    finding.fixes.push_back(std::move(*fix));
  return finding;
}

/// `async { … };`: a statement that makes a future and drops it.
std::optional<Finding> droppedBlock(const Context &context, link::FunctionId f) {
  const facts::Function &block = context.program.facts(f);
  constexpr uint32_t kBlock = facts::FunctionFlag::AsyncBlock | facts::FunctionFlag::Discarded;
  if ((block.flags & kBlock) != kBlock || (!context.options.includeTests && analysis::isTest(context.program, f)))
    return std::nullopt;
  Finding finding;
  finding.check = "unawaited";
  finding.level = report::Level::Error;
  finding.primary = nameLocation(context.program, f);
  finding.terminal = "async block";
  finding.entry = block.qualifiedName.view();
  finding.message = "this `async` block is dropped where it is made: nothing of it runs; write `.await` behind it, or spawn it";
  finding.chain = {{finding.primary, "the future is made and dropped here", 1}};
  return finding;
}

/// `#[tokio::main] async fn work()`: whoever calls it runs it, on a loop of its own.
bool runsItself(const link::Program &program, link::FunctionId f) {
  const auto &decorators = program.functions[f].decorators;
  return program.language(f) == facts::Language::Rust &&
         std::any_of(decorators.begin(), decorators.end(),
                     [](const link::External &decorator) { return decorator.entry && decorator.entry->startsLoop; });
}

/// A lambda that does nothing but make a coroutine: `to_thread(lambda: fetch(x))`.
bool onlyMakesCoroutine(const Context &context, link::FunctionId f) {
  const link::Program &program = context.program;
  const facts::Function &function = program.facts(f);
  if (analysis::isAsync(function.kind))
    return function.kind == facts::FunctionKind::Coroutine && !runsItself(program, f);
  if (!(function.flags & facts::FunctionFlag::Lambda) || function.returns.count != 1)
    return false;
  const facts::FileFacts &file = program.fileOf(f);
  const facts::Value &result = file.values[file.operandsOf(function.returns)[0]];
  if (result.kind == facts::ValueKind::Closure) // `move || async move { … }`
    return program.facts(program.functionAt(program.functions[f].file, result.a)).kind == facts::FunctionKind::Coroutine;
  return result.kind == facts::ValueKind::CallResult &&
         makesAwaitable(context, program.callAt(program.functions[f].file, result.a));
}

/// Everything that may be handed over there is asynchronous; where some is not, a test may tell them apart.
bool onlyAsync(const Context &context, const analysis::Handoff &handoff) {
  for (const link::CallableArgument &callable : context.program.calls[handoff.call].callables) {
    if (callable.argument != handoff.argument)
      continue;
    for (const link::Target &target : callable.targets)
      if (!onlyMakesCoroutine(context, target.function))
        return false;
    for (const link::External &external : callable.externals)
      if (!external.entry || !external.entry->suspends)
        return false;
  }
  return true;
}

/// Methods whose result is awaited, or unwrapped, as their receiver would be.
bool passesOn(std::string_view method) {
  constexpr std::string_view kNames[] = {"expect", "map_err", "context", "with_context", "instrument", "in_current_span", "fuse", "boxed"};
  return method.starts_with("unwrap") || std::find(std::begin(kNames), std::end(kNames), method) != std::end(kNames);
}

/// Looks through `?`, unwrap() and variables.
facts::ValueId unwrapped(const facts::FileFacts &file, facts::ValueId id) {
  constexpr unsigned kDeepest = 8;
  for (unsigned depth = 0; depth < kDeepest; ++depth) {
    const facts::Value &value = file.values[id];
    if (value.kind == facts::ValueKind::Element) {
      id = value.a;
    } else if (value.kind == facts::ValueKind::Variable) {
      id = file.bindings[value.a].value;
    } else if (value.kind == facts::ValueKind::CallResult) {
      const facts::Value &callee = file.values[file.calls[value.a].callee];
      const std::string_view name = callee.name.view();
      if (callee.kind != facts::ValueKind::Attr || !passesOn(name))
        return id;
      id = callee.a;
    } else {
      return id;
    }
  }
  return id;
}

/// `spawn_blocking(|| async { … }).await?.await`: what the thread makes the loop runs.
bool isAwaitedAgain(const Context &context, CallId id) {
  const link::Call &call = context.program.calls[id];
  const facts::FileFacts &file = context.program.files[call.file];
  return std::any_of(file.suspensions.begin(), file.suspensions.end(), [&](const facts::Suspension &suspension) {
    const facts::Value &inner = file.values[unwrapped(file, suspension.operand)];
    if (inner.kind != facts::ValueKind::Await)
      return false;
    const facts::Value &outer = file.values[unwrapped(file, inner.a)];
    return outer.kind == facts::ValueKind::CallResult && outer.a == call.site;
  });
}

/// An async function handed to a thread: the thread makes a coroutine and returns it.
std::optional<Finding> handedToThread(const Context &context, const analysis::Handoff &handoff) {
  if (!handoff.runs->asyncIsBug || handoff.confidence == link::Confidence::NameOnly ||
      !isWanted(context, handoff.call))
    return std::nullopt;
  if (!onlyAsync(context, handoff))
    return std::nullopt;
  const bool ofProgram = handoff.target != link::kNone;
  const std::string name =
      ofProgram ? shortName(context.program, handoff.target) : std::string(handoff.external->name.view());
  Finding finding = base(context, handoff.call);
  const bool again = isAwaitedAgain(context, handoff.call);
  if (again)
    finding.level = report::Level::Warning;
  finding.message =
      quoted(name) + " is asynchronous, but is handed to " + quoted(handoff.api.view()) +
      inTermsOf(context.program.language(context.program.calls[handoff.call].caller),
                again ? ": the thread only makes a coroutine, and all of it runs on the event loop after all, where it is "
                        "awaited again; hand over what blocks in it, not what awaits"
                      : ": the thread only makes a coroutine, and nothing of it runs; await it on the loop instead");
  finding.terminal = handoff.api.view();
  finding.chain = {{finding.primary, quoted(name) + " is handed to a thread here", 1}};
  return finding;
}

class Unawaited : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    std::optional<UsedValues> values; // of the file that calls are in now
    link::FileId file = link::kNone;
    for (CallId call = 0; call < context.program.calls.size(); ++call) {
      if (!makesAwaitable(context, call) || !isWanted(context, call))
        continue;
      if (file != context.program.calls[call].file)
        values.emplace(context.program.files[file = context.program.calls[call].file]);
      if (const auto how = howLost(context, *values, call))
        emit(lost(context, call, *how));
    }
    for (link::FunctionId f = 0; f < context.program.functions.size(); ++f)
      if (auto finding = droppedBlock(context, f))
        emit(std::move(*finding));
    for (const analysis::Handoff &handoff : context.analyses.graph.handoffs())
      if (auto finding = handedToThread(context, handoff))
        emit(std::move(*finding));
  }
};

CLEARWAY_CHECK(Unawaited, "unawaited", Error)

} // namespace
} // namespace clearway::checks
