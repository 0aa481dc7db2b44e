// Locks, asynchronous ones too, that are held on the event loop while something blocks: everybody who waits
// for the lock waits for that as well.
#include "analysis/RuntimeFlavors.h"
#include "checks/support/Blocking.h"
#include "checks/support/Chains.h"
#include "checks/support/Locks.h"
#include "checks/support/Places.h"
#include "checks/support/Wording.h"

namespace clearway::checks {
namespace {

using analysis::Acquisition;
using analysis::Reach;
using report::Finding;

std::string message(const Context &context, const Acquisition &acquisition, const Reach &reach,
                    const SlowWork &work) {
  return std::string(acquisition.lock == catalog::LockKind::AsyncAware ? "the asynchronous lock "
                                                                       : "the lock ") +
         lockName(context, acquisition) + " is held while " + routeOf(context, work) + " blocks (" +
         describe(context.program, *work.operation) + ") in " + route(context, reach, acquisition.function) +
         (stopsAll(context, reach) ? " on a runtime of one thread: no other task moves meanwhile; do"
                                   : ": all that wait for the lock wait for it, too; do") +
         " the slow part before taking the lock, or " +
         replacement(context.program, *work.operation, reach.runtime);
}

Finding finding(const Context &context, const Acquisition &acquisition, const Reach &reach,
                const SlowWork &work) {
  Finding out;
  out.check = "lock-across-blocking";
  // At start-up there is nobody yet who could wait for the lock.
  const bool startUp = context.analyses.startUp.at(context.program, work.call) && !context.options.strict &&
                       (reach.runtime.view() != analysis::kCurrentThreadRuntime ||
                        context.analyses.startUp.beforeTasks(context.program, work.call));
  out.level = startUp                    ? report::Level::Note
              : stopsAll(context, reach) ? report::Level::Error
                                         : report::Level::Warning;
  out.confidence = analysis::weakest(reach.confidence, work.operation->confidence);
  out.primary = location(context, acquisition);
  out.message = message(context, acquisition, reach, work);
  out.chain = chainTo(context, reach, acquisition.function,
                      {out.primary, lockName(context, acquisition) + " is taken here", 1});
  out.chain.push_back({location(context.program, work.call), routeOf(context, work) + " blocks here",
                       out.chain.back().nesting});
  if (!work.through.empty())
    out.chain.push_back({location(context.program, work.operation->call),
                         quoted(apiName(*work.operation)) + ": " + describe(context.program, *work.operation),
                         static_cast<uint32_t>(out.chain.back().nesting + work.through.size())});
  out.terminal = work.operation->api.view();
  out.entry = context.program.facts(reach.entry).qualifiedName.view();
  return out;
}

class LockAcrossBlocking : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    for (const Acquisition &acquisition : context.analyses.locks.acquisitions)
      if (const Reach *reach = wantedReach(context, acquisition.function))
        if (const auto work = slowWork(context, acquisition); work && !context.analyses.contexts.hops.isOffLoop(work->call))
          emit(finding(context, acquisition, *reach, *work));
  }
};

CLEARWAY_CHECK(LockAcrossBlocking, "lock-across-blocking", Warning)

} // namespace
} // namespace clearway::checks
