// Waiting for a peer without a limit: a reply that never comes keeps the task, and what it holds, for ever.
#include "analysis/ValueTrace.h"
#include "checks/support/Blocking.h"
#include "checks/support/Places.h"

#include <algorithm>
#include <optional>

namespace clearway::checks {
namespace {

using facts::FileFacts;
using link::CallId;
using link::FunctionId;
using report::Finding;

bool givesTimeout(const std::vector<link::External> &externals) {
  return std::any_of(externals.begin(), externals.end(), [](const link::External &external) {
    return external.entry && external.entry->givesTimeout;
  });
}

/// An `async with timeout(…)` around the place, in the same function.
bool isInTimeout(const Context &context, FunctionId f, const facts::SourceRange &place) {
  const link::Function &function = context.program.functions[f];
  for (uint32_t i = 0; i < function.callCount; ++i) {
    const CallId call = function.firstCall + i;
    const facts::CallSite &site = context.program.site(call);
    if (site.use == facts::ResultUse::Entered && site.range < place &&
        givesTimeout(context.program.calls[call].externals))
      return true;
  }
  return false;
}

/// Rust: the function is a block that is given to a timeout: `timeout(limit, async { … })`.
bool isGivenToTimeout(const Context &context, FunctionId f) {
  const link::Function &inner = context.program.functions[f];
  if (inner.parent == link::kNone || context.program.language(f) != facts::Language::Rust)
    return false;
  const FileFacts &file = context.program.fileOf(f);
  const link::Function &outer = context.program.functions[inner.parent];
  for (uint32_t i = 0; i < outer.callCount; ++i)
    if (const CallId call = outer.firstCall + i; givesTimeout(context.program.calls[call].externals))
      for (const facts::Argument &argument : file.argumentsOf(context.program.site(call)))
        if (const facts::Value &value = file.values[argument.value];
            value.kind == facts::ValueKind::Closure && value.a == inner.local)
          return true;
  return isGivenToTimeout(context, inner.parent);
}

const link::External *repliesLater(const std::vector<link::External> &externals) {
  const auto found = std::find_if(externals.begin(), externals.end(), [](const link::External &external) {
    return external.entry && external.entry->repliesLater &&
           external.confidence != link::Confidence::NameOnly;
  });
  return found == externals.end() ? nullptr : &*found;
}

/// What is awaited, and where.
struct Wait {
  FunctionId function;
  report::Location place;
  const link::External *api;
};

/// A call that waits for a peer: awaited itself, or the origin of an awaited future.
std::optional<Wait> waitingCall(const Context &context, link::FileId id,
                                const facts::Suspension &suspension) {
  const FunctionId f = context.program.functionAt(id, suspension.function);
  bool complete = false;
  for (facts::CallId origin : analysis::originsOf(context.program.files[id], suspension.operand, complete)) {
    const CallId call = context.program.callAt(id, origin);
    const link::External *api = repliesLater(context.program.calls[call].externals);
    if (api && context.program.calls[call].caller == f)
      return Wait{f, location(context.program, call), api};
  }
  return std::nullopt;
}

/// A closure or block of the function itself uses the other half of the pair, as what it spawns does to hand
/// its result over.
bool answersItself(const FileFacts &file, facts::FunctionId function, facts::CallId pair) {
  const auto isOtherHalf = [&](const facts::Value &value) {
    if (value.kind != facts::ValueKind::Variable)
      return false;
    const facts::Value &bound = file.values[file.bindings[value.a].value];
    return bound.kind == facts::ValueKind::Attr && bound.name.view() == "0" &&
           file.values[bound.a].kind == facts::ValueKind::CallResult && file.values[bound.a].a == pair;
  };
  return std::any_of(file.calls.begin(), file.calls.end(), [&](const facts::CallSite &site) {
    const facts::Value &callee = file.values[site.callee];
    return site.caller != function && callee.kind == facts::ValueKind::Attr &&
           isOtherHalf(file.values[callee.a]);
  });
}

/// Rust: the receiving half of a pair whose other half somebody else answers with.
std::optional<Wait> waitingReceiver(const Context &context, link::FileId id,
                                    const facts::Suspension &suspension) {
  const FileFacts &file = context.program.files[id];
  const facts::Value &operand = file.values[suspension.operand];
  if (operand.kind != facts::ValueKind::Variable)
    return std::nullopt;
  const facts::Value &half = file.values[file.bindings[operand.a].value];
  if (half.kind != facts::ValueKind::Attr || file.values[half.a].kind != facts::ValueKind::CallResult)
    return std::nullopt;
  const facts::CallId pair = file.values[half.a].a;
  const link::External *api = repliesLater(context.program.calls[context.program.callAt(id, pair)].externals);
  if (!api || answersItself(file, suspension.function, pair))
    return std::nullopt;
  const FunctionId f = context.program.functionAt(id, suspension.function);
  return Wait{f, location(context.program, f, suspension.range), api};
}

/// Rust: a loop over a channel is a worker that waits for work, and `select!` waits for several things at
/// once.
bool isUsualInRust(const FileFacts &file, const facts::Suspension &suspension) {
  return file.language == facts::Language::Rust &&
         (suspension.loop != facts::kNone || file.values[suspension.operand].kind == facts::ValueKind::Join);
}

std::string limitFor(facts::Language language) {
  return language == facts::Language::Rust ? "`tokio::time::timeout(…, …).await`"
                                           : "`asyncio.wait_for(…, timeout)` or `asyncio.timeout(…)`";
}

Finding finding(const Context &context, const Wait &wait) {
  Finding out;
  out.check = "untimed-wait";
  out.level = report::Level::Note;
  out.confidence = wait.api->confidence;
  out.primary = wait.place;
  const bool isReceiver = wait.api->name.view().ends_with("::channel");
  out.message = (isReceiver ? "the receiver of " : "") + quoted(wait.api->name.view()) +
                (isReceiver ? " is awaited" : " waits") + " without a limit in " +
                entryLabel(context, wait.function) +
                ": if the other side never answers, the task never ends; use " +
                limitFor(context.program.language(wait.function));
  out.chain = {{out.primary, "waits here for as long as it takes", 1}};
  out.terminal = wait.api->name.view();
  out.entry = context.program.facts(wait.function).qualifiedName.view();
  return out;
}

class UntimedWait : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    for (link::FileId id = 0; id < context.program.files.size(); ++id)
      for (const facts::Suspension &suspension : context.program.files[id].suspensions)
        visit(context, id, suspension, emit);
  }

private:
  static void visit(const Context &context, link::FileId id, const facts::Suspension &suspension,
                    const std::function<void(Finding)> &emit) {
    const FileFacts &file = context.program.files[id];
    const FunctionId f = context.program.functionAt(id, suspension.function);
    if (suspension.kind != facts::SuspensionKind::Await && suspension.kind != facts::SuspensionKind::CoAwait)
      return;
    if (!context.options.includeTests && analysis::isTest(context.program, f))
      return;
    if (isUsualInRust(file, suspension) || isInTimeout(context, f, suspension.range) ||
        isGivenToTimeout(context, f))
      return;
    if (const auto call = waitingCall(context, id, suspension))
      emit(finding(context, *call));
    else if (const auto receiver = waitingReceiver(context, id, suspension))
      emit(finding(context, *receiver));
  }
};

CLEARWAY_CHECK_FULL(UntimedWait, "untimed-wait", Note, false, true)

} // namespace
} // namespace clearway::checks
