// Thread locks taken on the event loop. A short section that nobody holds for long costs next to nothing: a
// note in Python, and in C++ and Rust, where loops over what is in memory are the usual section, nothing. It becomes a
// warning where the section loops (Python), or where the same lock is held during slow work anywhere in the program.
#include "checks/support/Blocking.h"
#include "checks/support/Chains.h"
#include "checks/support/Locks.h"
#include "checks/support/Places.h"
#include "checks/support/Wording.h"

#include <map>

namespace clearway::checks {
namespace {

using analysis::Acquisition;
using analysis::Reach;
using report::Finding;
using report::Level;

/// Some place that holds a lock for long.
struct SlowHolder {
  const Acquisition *acquisition;
  SlowWork work;
};
using SlowHolders = std::map<std::string, SlowHolder>;

SlowHolders findSlowHolders(const Context &context) {
  SlowHolders holders;
  for (const Acquisition &acquisition : context.analyses.locks.acquisitions)
    if (acquisition.lock == catalog::LockKind::ThreadBlocking)
      if (auto work = slowWork(context, acquisition))
        if (std::string key = lockIdentity(context, acquisition); !key.empty())
          holders.try_emplace(std::move(key), SlowHolder{&acquisition, std::move(*work)});
  return holders;
}

/// Sections that the other two lock checks report say the same, and more.
bool isReportedElsewhere(const Context &context, const Acquisition &acquisition) {
  return slowWork(context, acquisition) ||
         (!acquisition.suspensions.empty() &&
          analysis::isAsync(context.program.facts(acquisition.function).kind));
}

/// What the catalogue says to take instead in this framework; empty if it names none.
std::string_view ownLock(const Acquisition &acquisition, const Reach &reach) {
  for (const catalog::UseInstead &instead : acquisition.entry->useInstead)
    if (instead.framework && instead.framework == reach.runtime)
      return instead.text.view();
  return {};
}

/// Tokio's documentation prefers a thread lock for short sections without an await, and C++ libraries use one in their own
/// coroutines; that guards end with their scope is the compiler's business. Without a sign of trouble there is nothing to say.
/// Not so in C++ where the catalogue names the framework's own lock.
bool isRecommended(const Context &context, const Acquisition &acquisition, const Reach &reach) {
  const facts::Language language = context.program.language(acquisition.function);
  const bool hasOwnLock = language == facts::Language::Cpp && !ownLock(acquisition, reach).empty();
  return language != facts::Language::Python && !context.options.strict && !hasOwnLock;
}

std::string advice(facts::Language language, Name runtime) {
  if (language == facts::Language::Rust)
    return "keep the section short, or use `tokio::sync::Mutex`";
  if (language == facts::Language::Cpp)
    return "keep the section short, or use the coroutine library's own mutex";
  return "keep the section short, or use an " + quoted(runtime.view() == "trio"    ? "trio.Lock"
                                                       : runtime.view() == "anyio" ? "anyio.Lock"
                                                                                   : "asyncio.Lock");
}

class BlockingLock : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    reportAsyncLocks(context, emit);
    const SlowHolders holders = findSlowHolders(context);
    for (const Acquisition &acquisition : context.analyses.locks.acquisitions) {
      const Reach *reach = wantedReach(context, acquisition.function);
      if (!reach || !acquisition.waits || acquisition.lock != catalog::LockKind::ThreadBlocking ||
          isOffLoop(context, acquisition) || isReportedElsewhere(context, acquisition))
        continue;
      const auto holder = holders.find(lockIdentity(context, acquisition));
      if (holder == holders.end() && isRecommended(context, acquisition, *reach))
        continue;
      emit(finding(context, acquisition, *reach, holder == holders.end() ? nullptr : &holder->second));
    }
  }

private:
  /// `tokio::sync::Mutex::blocking_lock`: made for threads. On the loop it panics, or waits for tasks of the very loop that it stops.
  static void reportAsyncLocks(const Context &context, const std::function<void(Finding)> &emit) {
    for (const BlockingSite &site : blockingSites(context, "blocking-lock"))
      if (site.operation->kind == catalog::EffectKind::Lock && site.operation->entry->lock == catalog::LockKind::AsyncAware) {
        Finding out = blockingFinding(context, "blocking-lock", site);
        out.level = Level::Error;
        emit(std::move(out));
      }
  }

  static Finding finding(const Context &context, const Acquisition &acquisition, const Reach &reach,
                         const SlowHolder *holder) {
    Finding out;
    out.check = "blocking-lock";
    const bool looping = loops(context, acquisition);
    out.level = context.options.strict ? Level::Error : holder || looping ? Level::Warning : Level::Note;
    out.confidence = reach.confidence;
    out.primary = location(context, acquisition);
    out.message = lockName(context, acquisition) + " is a thread lock, taken on the event loop: " +
                  route(context, reach, acquisition.function);
    if (holder)
      out.message += "; elsewhere it is held while " + routeOf(context, holder->work) + " blocks";
    else if (looping)
      out.message += "; its section loops";
    const facts::Language language = context.program.language(acquisition.function);
    const std::string_view own = language == facts::Language::Cpp ? ownLock(acquisition, reach) : std::string_view();
    out.message += "; " + (own.empty() ? advice(language, reach.runtime) : std::string(own));
    out.chain = chainTo(context, reach, acquisition.function,
                        {out.primary, lockName(context, acquisition) + " is taken here", 1});
    out.terminal = acquisition.entry->name.view();
    out.entry = context.program.facts(reach.entry).qualifiedName.view();
    if (holder)
      out.related.push_back({location(context, *holder->acquisition), "held here during slow work"});
    addOtherEntryPoints(context, acquisition.function, reach, out);
    return out;
  }
};

CLEARWAY_CHECK(BlockingLock, "blocking-lock", Note)

} // namespace
} // namespace clearway::checks
