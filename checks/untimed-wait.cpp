// Waiting for a peer without a limit: a reply that never comes keeps the task, and what it holds, for ever.
#include "analysis/ValueTrace.h"
#include "checks/support/Blocking.h"
#include "checks/support/Places.h"

#include <algorithm>

namespace clearway::checks {
namespace {

using facts::FileFacts;
using link::CallId;
using report::Finding;

bool givesTimeout(const std::vector<link::External> &externals) {
  return std::any_of(externals.begin(), externals.end(), [](const link::External &external) {
    return external.entry && external.entry->givesTimeout;
  });
}

/// An `async with timeout(…)` around the place, in the same function.
bool isInTimeout(const Context &context, link::FunctionId f, const facts::SourceRange &place) {
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

/// The call that waits for a peer: awaited itself, or the origin of an awaited future.
const link::External *waitsForPeer(const Context &context, CallId call) {
  for (const link::External &external : context.program.calls[call].externals)
    if (external.entry && external.entry->repliesLater && external.confidence != link::Confidence::NameOnly)
      return &external;
  return nullptr;
}

Finding finding(const Context &context, CallId call, const link::External &api) {
  const link::FunctionId f = context.program.calls[call].caller;
  Finding out;
  out.check = "untimed-wait";
  out.level = report::Level::Note;
  out.confidence = api.confidence;
  out.primary = location(context.program, call);
  out.message = quoted(api.name.view()) + " waits without a limit in " + entryLabel(context, f) +
                ": if the other side never answers, the task never ends; use `asyncio.wait_for(…, timeout)` "
                "or `asyncio.timeout(…)`";
  out.chain = {{out.primary, "waits here for as long as it takes", 1}};
  out.terminal = api.name.view();
  out.entry = context.program.facts(f).qualifiedName.view();
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
    const link::FunctionId f = context.program.functionAt(id, suspension.function);
    if (suspension.kind != facts::SuspensionKind::Await && suspension.kind != facts::SuspensionKind::CoAwait)
      return;
    if (!context.options.includeTests && analysis::isTest(context.program, f))
      return;
    bool complete = false;
    for (facts::CallId origin : analysis::originsOf(file, suspension.operand, complete)) {
      const CallId call = context.program.callAt(id, origin);
      const link::External *api = waitsForPeer(context, call);
      if (api && context.program.calls[call].caller == f && !isInTimeout(context, f, suspension.range))
        return emit(finding(context, call, *api));
    }
  }
};

CLEARWAY_CHECK_FULL(UntimedWait, "untimed-wait", Note, false, true)

} // namespace
} // namespace clearway::checks
