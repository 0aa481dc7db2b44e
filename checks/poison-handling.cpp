// Handling of poisoned locks in asynchronous code. Asynchronous locks do not poison: where this is left, a
// thread lock is.
#include "checks/support/Blocking.h"
#include "checks/support/Places.h"

#include <algorithm>

namespace clearway::checks {
namespace {

using report::Finding;

/// The standard library is the one that poisons, and these are all the names it gives to that.
bool handlesPoison(std::string_view name) {
  return name.starts_with("std::sync::PoisonError") ||
         name.starts_with("std::sync::TryLockError::Poisoned") || name.ends_with("::is_poisoned") ||
         name.ends_with("::clear_poison");
}

const link::External *poisonHandling(const link::Call &call) {
  const auto isPoison = [](const link::External &external) { return handlesPoison(external.name.view()); };
  if (auto found = std::find_if(call.externals.begin(), call.externals.end(), isPoison);
      found != call.externals.end())
    return &*found;
  for (const link::CallableArgument &callable : call.callables)
    if (auto found = std::find_if(callable.externals.begin(), callable.externals.end(), isPoison);
        found != callable.externals.end())
      return &*found;
  return nullptr;
}

class PoisonHandling : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    for (link::CallId call = 0; call < context.program.calls.size(); ++call) {
      const link::FunctionId f = context.program.calls[call].caller;
      if (const auto *reach = wantedReach(context, f))
        if (const link::External *api = poisonHandling(context.program.calls[call]))
          emit(finding(context, call, *api, *reach));
    }
  }

private:
  static Finding finding(const Context &context, link::CallId call, const link::External &api,
                         const analysis::Reach &reach) {
    const link::FunctionId f = context.program.calls[call].caller;
    Finding out;
    out.check = "poison-handling";
    out.level = report::Level::Note;
    out.confidence = reach.confidence;
    out.primary = location(context.program, call);
    out.message = quoted(api.name.view()) + " handles a poisoned lock in " + route(context, reach, f) +
                  ": only thread locks poison; use `tokio::sync::Mutex` and drop this";
    out.chain = chainTo(context, reach, f, {out.primary, "poison is handled here", 1});
    out.terminal = api.name.view();
    out.entry = context.program.facts(reach.entry).qualifiedName.view();
    return out;
  }
};

CLEARWAY_CHECK_FULL(PoisonHandling, "poison-handling", Note, true, false)

} // namespace
} // namespace clearway::checks
