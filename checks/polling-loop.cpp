// Loops on the event loop that sleep for a moment and look again, where an event, a queue or a future would
// wake them. A loop that does periodic work is none: what counts is a cycle that does nothing but look and
// sleep, and that ends when what it sees has changed.
#include "checks/support/Blocking.h"
#include "checks/support/Chains.h"
#include "checks/support/Places.h"
#include "checks/support/Polling.h"

#include <optional>

namespace clearway::checks {
namespace {

using facts::FileFacts;
using facts::LoopKind;
using link::CallId;
using link::FunctionId;
using report::Finding;

/// The blocks of a function from which `from` is reached and that it reaches: the cycles through it.
class Cycle {
public:
  Cycle(const FileFacts &file, const facts::Function &function, uint32_t from)
      : file_(file), first_(function.blocks.first), in_(function.blocks.count) {
    const std::vector<bool> after = reachable(from);
    for (uint32_t b = 0; b < in_.size(); ++b)
      in_[b] = after[b] && reachable(first_ + b)[from - first_];
  }

  bool contains(uint32_t block) const { return block - first_ < in_.size() && in_[block - first_]; }

  /// True if something other than an exception leads out of it.
  bool hasExit() const {
    for (uint32_t b = 0; b < in_.size(); ++b)
      if (in_[b])
        for (uint32_t to : file_.successorsOf(file_.blocks[first_ + b]))
          if (!contains(to))
            return true;
    return false;
  }

private:
  /// What can follow a block, without itself unless it lies on a cycle.
  std::vector<bool> reachable(uint32_t from) const {
    std::vector<bool> seen(in_.size());
    std::vector<uint32_t> work{from};
    while (!work.empty()) {
      const uint32_t block = work.back();
      work.pop_back();
      for (uint32_t to : file_.successorsOf(file_.blocks[block]))
        if (to - first_ < seen.size() && !seen[to - first_]) {
          seen[to - first_] = true;
          work.push_back(to);
        }
    }
    return seen;
  }

  const FileFacts &file_;
  uint32_t first_;
  std::vector<bool> in_;
};

/// Whether the cycle waits for something that no call of it makes: a future that was there before, the first
/// of several.
bool waitsElsewhere(const Context &context, FunctionId f, const Cycle &cycle, CallId sleep) {
  const FileFacts &file = context.program.fileOf(f);
  const facts::Function &function = context.program.facts(f);
  for (uint32_t b = function.blocks.first; b < function.blocks.first + function.blocks.count; ++b)
    for (const facts::Event &event : file.eventsOf(file.blocks[b])) {
      if (event.kind != facts::EventKind::Suspend || !cycle.contains(b))
        continue;
      const facts::Value &operand = file.values[file.suspensions[event.index].operand];
      if (operand.kind != facts::ValueKind::CallResult ||
          (context.program.callAt(context.program.functions[f].file, operand.a) != sleep &&
           !takesAsyncLock(context, context.program.callAt(context.program.functions[f].file, operand.a))))
        return true;
    }
  return false;
}

/// Nothing in the cycle but the sleep, looking, and no other wait.
bool onlyPolls(const Context &context, FunctionId f, const Cycle &cycle, CallId sleep, bool oftenEnough) {
  const link::Function &function = context.program.functions[f];
  for (uint32_t i = 0; i < function.callCount; ++i) {
    const CallId call = function.firstCall + i;
    const facts::CallSite &site = context.program.site(call);
    if (call == sleep || !cycle.contains(site.block))
      continue;
    if (!onlyLooks(context, call, oftenEnough))
      return false;
  }
  return !waitsElsewhere(context, f, cycle, sleep);
}

/// Ends when what it looks at has changed, by its condition or by a branch that leaves. (A `for` ends by
/// itself.)
bool endsByWhatItSees(const facts::Loop &loop, const Cycle &cycle) {
  return loop.kind != LoopKind::For && cycle.hasExit();
}

struct Poll {
  CallId sleep;
  const link::External *api;
  const facts::Loop *loop;
  std::string interval; // "every 0.1 s", or empty
};

std::optional<Poll> pollAt(const Context &context, FunctionId f, CallId call) {
  const FileFacts &file = context.program.fileOf(f);
  const facts::CallSite &site = context.program.site(call);
  const link::External *api = site.loop == facts::kNone ? nullptr : pollSleep(context, call);
  if (!api)
    return std::nullopt;
  const auto pace = paceOf(context, call);
  if (!pace)
    return std::nullopt;
  const Cycle cycle(file, context.program.facts(f), site.block);
  const facts::Loop &loop = file.loops[site.loop];
  if (!cycle.contains(site.block) || !endsByWhatItSees(loop, cycle) ||
      !onlyPolls(context, f, cycle, call, pace->known))
    return std::nullopt;
  return Poll{call, api, &loop, pace->text};
}

/// What to wait for, in the language and on the runtime.
std::string instead(const Context &context, const analysis::Reach &reach, FunctionId f) {
  switch (context.program.language(f)) {
  case facts::Language::Python:
    return "an " +
           quoted(reach.runtime.view() == "trio"    ? "trio.Event"
                  : reach.runtime.view() == "anyio" ? "anyio.Event"
                                                    : "asyncio.Event") +
           ", a queue or a future";
  case facts::Language::Rust:
    return "a `tokio::sync::Notify`, a `watch` or `oneshot` channel, or the task itself,";
  case facts::Language::Cpp:
    break;
  }
  return "a notification, a channel or a future";
}

Finding finding(const Context &context, FunctionId f, const Poll &poll, const analysis::Reach &reach) {
  Finding out;
  out.check = "polling-loop";
  out.level = report::Level::Warning;
  out.confidence = reach.confidence;
  out.primary = location(context.program, f, poll.loop->range);
  out.message = "this loop sleeps and looks again" + poll.interval + " in " + route(context, reach, f) +
                "; wait for " + instead(context, reach, f) + " that says when it has changed";
  out.chain = chainTo(context, reach, f, {location(context.program, poll.sleep), "it sleeps here", 1});
  out.terminal = poll.api->name.view();
  out.entry = context.program.facts(reach.entry).qualifiedName.view();
  return out;
}

class PollingLoop : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    for (CallId call = 0; call < context.program.calls.size(); ++call) {
      const FunctionId f = context.program.calls[call].caller;
      if (const auto *reach = wantedReach(context, f);
          reach && !context.analyses.contexts.hops.isOffLoop(call))
        if (const auto poll = pollAt(context, f, call))
          emit(finding(context, f, *poll, *reach));
    }
  }
};

CLEARWAY_CHECK(PollingLoop, "polling-loop", Warning)

} // namespace
} // namespace clearway::checks
