// Thread-blocking guards that are held while a coroutine is suspended: whoever else on the loop wants the
// lock stops the loop, and the coroutine that holds it can never go on to release it.
#include "checks/support/Locks.h"
#include "checks/support/Places.h"

#include <algorithm>

namespace clearway::checks {
namespace {

using analysis::Acquisition;
using report::Finding;

std::string_view verb(facts::SuspensionKind kind) {
  switch (kind) {
  case facts::SuspensionKind::Yield:
  case facts::SuspensionKind::CoYield:
    return "a yield";
  case facts::SuspensionKind::AsyncFor:
    return "an `async for`";
  case facts::SuspensionKind::AsyncWith:
    return "an `async with`";
  case facts::SuspensionKind::CoAwait:
    return "a `co_await`";
  case facts::SuspensionKind::Await:
    return "an `await`";
  }
  return "a suspension";
}

std::string advice(facts::Language language) {
  switch (language) {
  case facts::Language::Python:
    return "use an `asyncio.Lock` with `async with`, or release the lock before";
  case facts::Language::Rust:
    return "drop the guard before, or use `tokio::sync::Mutex`";
  case facts::Language::Cpp:
    return "unlock before, or use the coroutine library's own mutex";
  }
  return "";
}

/// True if every way to the suspension holds the lock.
bool onAllPaths(const Context &context, uint32_t acquisition, facts::SuspensionId suspension) {
  const link::FunctionId function = context.analyses.locks.acquisitions[acquisition].function;
  for (const analysis::HeldAt &at : context.analyses.locks.suspensions)
    if (at.function == function && at.suspension == suspension)
      for (const analysis::HeldAt::Guard &guard : at.held)
        if (guard.acquisition == acquisition)
          return guard.onAllPaths;
  return false;
}

/// Where ways that hold the lock meet others, Python's `with` and `return` blur which is which: only a lock
/// with a name of its own that is taken by hand is told then.
bool isSure(const Context &context, uint32_t index) {
  const Acquisition &acquisition = context.analyses.locks.acquisitions[index];
  return context.program.language(acquisition.function) != facts::Language::Python ||
         onAllPaths(context, index, acquisition.suspensions.front()) ||
         (acquisition.object == link::kNone && acquisition.lockPath);
}

/// `self._lock` and `job._lock` may be the same lock.
std::string_view lastName(const Acquisition &acquisition) {
  const std::string_view path = acquisition.lockPath.view();
  return path.substr(path.rfind('.') + 1); // npos + 1 is 0
}

/// In Python `if not lock.acquire(blocking=False): return` says "somebody is at it already": where nobody waits for that lock, nobody is
/// stopped by it.
bool isOnlyTried(const Context &context, const Acquisition &acquisition) {
  if (acquisition.waits || context.program.language(acquisition.function) != facts::Language::Python)
    return false;
  const auto &all = context.analyses.locks.acquisitions;
  return std::none_of(all.begin(), all.end(), [&](const Acquisition &other) {
    return other.waits && other.lock == acquisition.lock && context.program.language(other.function) == facts::Language::Python &&
           lastName(other) == lastName(acquisition);
  });
}

bool isCandidate(const Context &context, const Acquisition &acquisition) {
  return acquisition.lock == catalog::LockKind::ThreadBlocking && !acquisition.suspensions.empty() &&
         analysis::isAsync(context.program.facts(acquisition.function).kind) && !isOnlyTried(context, acquisition) &&
         (context.options.includeTests || !analysis::isTest(context.program, acquisition.function));
}

Finding finding(const Context &context, uint32_t index) {
  const Acquisition &acquisition = context.analyses.locks.acquisitions[index];
  const facts::FileFacts &file = context.program.fileOf(acquisition.function);
  const facts::Suspension &first = file.suspensions[acquisition.suspensions.front()];
  const std::string lock = lockName(context, acquisition);
  Finding out;
  out.check = "lock-across-suspension";
  out.level = report::Level::Error;
  out.primary = location(context.program, acquisition.function, first.range);
  out.message = "the thread lock " + lock + " is held across " + std::string(verb(first.kind)) + " in " +
                entryLabel(context, acquisition.function) +
                (onAllPaths(context, index, acquisition.suspensions.front()) ? "" : " on some path") +
                ": another task that wants it stops the event loop; " + advice(file.language);
  out.terminal = acquisition.entry->name.view();
  out.entry = context.program.facts(acquisition.function).qualifiedName.view();
  out.chain = {{location(context, acquisition), lock + " is taken here", 1},
               {out.primary, "the coroutine is suspended here while it holds " + lock, 1}};
  for (size_t i = 1; i < acquisition.suspensions.size(); ++i)
    out.related.push_back(
        {location(context.program, acquisition.function, file.suspensions[acquisition.suspensions[i]].range),
         "and held across this one, too"});
  return out;
}

class LockAcrossSuspension : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    const auto &acquisitions = context.analyses.locks.acquisitions;
    for (uint32_t i = 0; i < acquisitions.size(); ++i)
      if (isCandidate(context, acquisitions[i]) && isSure(context, i))
        emit(finding(context, i));
  }
};

CLEARWAY_CHECK(LockAcrossSuspension, "lock-across-suspension", Error)

} // namespace
} // namespace clearway::checks
