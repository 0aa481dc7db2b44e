// Tasks whose handle nobody keeps: the event loop refers to them weakly, so they may vanish in the middle of
// their work, and what they raise is lost. In Rust the runtime keeps its tasks, but what they return is lost;
// smol's are cancelled.
#include "checks/support/Flows.h"
#include "checks/support/LostErrors.h"
#include "checks/support/Places.h"

#include <algorithm>
#include <optional>

namespace clearway::checks {
namespace {

using report::Finding;

/// Needs its handle kept: the runtime does not keep the task, or the task's error is in nothing else.
bool needsHandle(const Context &context, link::CallId call, const link::External &api) {
  return api.entry && api.confidence != link::Confidence::NameOnly &&
         ((api.entry->spawnsTask && !api.entry->keepsTasks) ||
          (startsTask(api) && isGivenFallible(context, call)));
}

const link::External *spawner(const Context &context, link::CallId id) {
  const auto &externals = context.program.calls[id].externals;
  const auto found = std::find_if(externals.begin(), externals.end(), [&](const link::External &external) {
    return needsHandle(context, id, external);
  });
  return found == externals.end() ? nullptr : &*found;
}

/// What is lost when nobody keeps the handle, and what to do.
std::string loss(const Context &context, link::CallId call, const link::External &api) {
  if (context.program.language(context.program.calls[call].caller) != facts::Language::Rust)
    return "it may be collected before it is done, and its exception is lost; keep it (in a set, with "
           "`add_done_callback(tasks.discard)`) or use a `TaskGroup`";
  if (api.entry->spawnsTask)
    return "dropping the handle cancels it; await it, keep it, or call `detach()`";
  return "when it returns an `Err`, nobody learns of it; log the error inside the task, or keep the handle "
         "(in a `JoinSet`) and "
         "look at what it gives";
}

Finding finding(const Context &context, link::CallId call, const link::External &api) {
  Finding out;
  out.check = "dangling-task";
  out.level = report::Level::Warning;
  out.confidence = api.confidence;
  out.primary = location(context.program, call);
  out.message =
      "the task that " + quoted(api.name.view()) + " makes is kept by nobody: " + loss(context, call, api);
  out.chain = {{out.primary, "the task is made and dropped here", 1}};
  out.terminal = api.name.view();
  out.entry = context.program.facts(context.program.calls[call].caller).qualifiedName.view();
  return out;
}

class DanglingTask : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    std::optional<UsedValues> values;
    link::FileId file = link::kNone;
    for (link::CallId id = 0; id < context.program.calls.size(); ++id) {
      const link::Call &call = context.program.calls[id];
      const link::External *api = spawner(context, id);
      if (!api || (!context.options.includeTests && analysis::isTest(context.program, call.caller)))
        continue;
      if (file != call.file)
        values.emplace(context.program.files[file = call.file]);
      const facts::ResultUse use = context.program.site(id).use;
      if (use == facts::ResultUse::Discarded ||
          (use == facts::ResultUse::Assigned && !values->isRead(call.site)))
        emit(finding(context, id, *api));
    }
  }
};

CLEARWAY_CHECK(DanglingTask, "dangling-task", Warning)

} // namespace
} // namespace clearway::checks
