// Tasks whose handle nobody keeps: the event loop refers to them weakly, so they may vanish in the middle of
// their work, and what they raise is lost.
#include "checks/support/Flows.h"
#include "checks/support/Places.h"

#include <algorithm>
#include <optional>

namespace clearway::checks {
namespace {

using report::Finding;

const link::External *spawner(const link::Call &call) {
  const auto found =
      std::find_if(call.externals.begin(), call.externals.end(), [](const link::External &external) {
        return external.entry && external.entry->spawnsTask && !external.entry->keepsTasks &&
               external.confidence != link::Confidence::NameOnly;
      });
  return found == call.externals.end() ? nullptr : &*found;
}

Finding finding(const Context &context, link::CallId call, const link::External &api) {
  Finding out;
  out.check = "dangling-task";
  out.level = report::Level::Warning;
  out.confidence = api.confidence;
  out.primary = location(context.program, call);
  out.message = "the task that " + quoted(api.name.view()) +
                " makes is kept by nobody: it may be collected before it is done, and its exception is lost; "
                "keep it (in a "
                "set, with `add_done_callback(tasks.discard)`) or use a `TaskGroup`";
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
      const link::External *api = spawner(call);
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
