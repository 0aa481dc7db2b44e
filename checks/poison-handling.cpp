// Handling of poisoned locks in asynchronous code. Asynchronous locks do not poison: where this is left, a
// thread lock is.
#include "analysis/ValueTrace.h"
#include "checks/support/Blocking.h"
#include "checks/support/Chains.h"
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

/// Takes a lock that poisons; `try_lock` has another reason to fail.
const link::External *takesPoisoningLock(const link::Call &call) {
  const auto found =
      std::find_if(call.externals.begin(), call.externals.end(), [](const link::External &api) {
        return api.entry && api.entry->isGuard && !api.entry->tryOnly &&
               api.confidence != link::Confidence::NameOnly &&
               (api.name.view().starts_with("std::sync::Mutex::") ||
                api.name.view().starts_with("std::sync::RwLock::"));
      });
  return found == call.externals.end() ? nullptr : &*found;
}

/// Methods of a result that do something about its error; `unwrap` and `expect` panic.
bool handlesError(std::string_view method) {
  constexpr std::string_view kNames[] = {
      "unwrap_or_else", "unwrap_or", "unwrap_or_default", "map_err", "or_else", "ok", "is_err", "is_ok"};
  return std::find(std::begin(kNames), std::end(kNames), method) != std::end(kNames);
}

/// The lock whose result is asked for poison: by `match`, by `if let`, by a method.
const link::External *askedForPoison(const Context &context, link::CallId id) {
  const link::Call &call = context.program.calls[id];
  const link::External *api = takesPoisoningLock(call);
  const facts::ResultUse use = api ? context.program.site(id).use : facts::ResultUse::Other;
  if (use == facts::ResultUse::Operand)
    return api;
  const link::CallId method =
      use == facts::ResultUse::Receiver ? analysis::methodOn(context.program, id) : link::kNone;
  const facts::FileFacts &file = context.program.files[call.file];
  return method != link::kNone && handlesError(file.values[context.program.site(method).callee].name.view())
             ? api
             : nullptr;
}

const link::External *poisonHandling(const Context &context, link::CallId id) {
  const link::Call &call = context.program.calls[id];
  const facts::FileFacts &file = context.program.files[call.file];
  if (const facts::Value &callee = file.values[file.calls[call.site].callee];
      callee.kind == facts::ValueKind::Attr && file.values[callee.a].kind == facts::ValueKind::CallResult &&
      takesPoisoningLock(context.program.calls[context.program.callAt(call.file, file.values[callee.a].a)]))
    return nullptr; // said of the lock itself
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
      const auto *reach = wantedReach(context, f);
      if (!reach)
        continue;
      if (const link::External *api = askedForPoison(context, call))
        emit(finding(context, call, "a poisoned " + quoted(api->name.view()) + " is handled", *api, *reach));
      else if (const link::External *named = poisonHandling(context, call))
        emit(finding(context, call, quoted(named->name.view()) + " handles a poisoned lock", *named, *reach));
    }
  }

private:
  static Finding finding(const Context &context, link::CallId call, const std::string &what,
                         const link::External &api, const analysis::Reach &reach) {
    const link::FunctionId f = context.program.calls[call].caller;
    Finding out;
    out.check = "poison-handling";
    out.level = report::Level::Note;
    out.confidence = reach.confidence;
    out.primary = location(context.program, call);
    out.message = what + " in " + route(context, reach, f) +
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
