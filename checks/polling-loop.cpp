// Loops on the event loop that sleep for a moment and look again, where an event, a queue or a future would
// wake them. A loop that does periodic work is none: what counts is a cycle that does nothing but look and
// sleep, and that ends when what it sees has changed.
#include "analysis/ValueTrace.h"
#include "checks/support/Blocking.h"
#include "checks/support/Places.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace clearway::checks {
namespace {

using facts::FileFacts;
using facts::LoopKind;
using link::CallId;
using link::FunctionId;
using report::Finding;

constexpr double kLongestPoll = 1.0; // seconds; who looks less often may have a reason

std::string_view lastName(std::string_view name) {
  return name.substr(name.find_last_of(".:") + 1);
}

/// The API through which the call sleeps, or nullptr.
const link::External *sleepOf(const Context &context, CallId call) {
  for (const link::External &external : context.program.calls[call].externals)
    if (external.entry && lastName(external.name.view()) == "sleep" &&
        (external.entry->suspends || external.entry->effect == catalog::EffectKind::Sleep))
      return &external;
  return nullptr;
}

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

/// Calls that only look: reads of attributes, questions, clocks and logging.
bool onlyLooks(const Context &context, CallId id, bool oftenEnough) {
  const facts::CallSite &site = context.program.site(id);
  if (site.kind == facts::CallKind::Attribute)
    return context.analyses.effects.at(id) == nullptr;
  constexpr std::string_view kClocks[] = {"time", "monotonic", "perf_counter", "len",
                                          "any",  "all",       "min",          "max"};
  const FileFacts &file = context.program.files[context.program.calls[id].file];
  const std::string_view name = file.values[site.callee].name.view();
  if (!oftenEnough) // an object that is asked now and then may be on another machine
    return std::find(std::begin(kClocks), std::end(kClocks), name) != std::end(kClocks);
  constexpr std::string_view kQuestions[] = {"is_set",
                                             "empty",
                                             "done",
                                             "cancelled",
                                             "locked",
                                             "qsize",
                                             "full",
                                             "poll",
                                             "exists",
                                             "is_alive",
                                             "ready",
                                             "time",
                                             "monotonic",
                                             "perf_counter",
                                             "len",
                                             "any",
                                             "all",
                                             "min",
                                             "max",
                                             "bool",
                                             "int",
                                             "float",
                                             "isinstance",
                                             "getattr",
                                             "hasattr",
                                             "get",
                                             "items",
                                             "keys",
                                             "values",
                                             "debug",
                                             "info",
                                             "warning",
                                             "log",
                                             "print",
                                             "now",
                                             "utcnow",
                                             "get_nowait",
                                             "get_running_loop",
                                             "get_event_loop",
                                             "load",
                                             "str"};
  return std::find(std::begin(kQuestions), std::end(kQuestions), name) != std::end(kQuestions) ||
         name.starts_with("is_") || name.starts_with("has_") || name.starts_with("_is_") ||
         name.starts_with("_has_");
}

/// Nothing in the cycle but the sleep, looking, and no other wait.
bool onlyPolls(const Context &context, FunctionId f, const Cycle &cycle, CallId sleep, bool oftenEnough) {
  const link::Function &function = context.program.functions[f];
  for (uint32_t i = 0; i < function.callCount; ++i) {
    const CallId call = function.firstCall + i;
    const facts::CallSite &site = context.program.site(call);
    if (call == sleep || !cycle.contains(site.block))
      continue;
    if ((site.flags & facts::CallFlag::Awaited) || !onlyLooks(context, call, oftenEnough))
      return false;
  }
  return true;
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

std::optional<std::string> intervalOf(const FileFacts &file, const facts::CallSite &site) {
  const auto arguments = file.argumentsOf(site);
  const facts::Value *literal = arguments.empty() ? nullptr : analysis::constantOf(file, arguments[0].value);
  if (!literal)
    return "";
  const std::string text(literal->name.view());
  if (std::strtod(text.c_str(), nullptr) > kLongestPoll)
    return std::nullopt;
  return " every " + text + " s";
}

std::optional<Poll> pollAt(const Context &context, FunctionId f, CallId call) {
  const FileFacts &file = context.program.fileOf(f);
  const facts::CallSite &site = context.program.site(call);
  const link::External *api = site.loop == facts::kNone ? nullptr : sleepOf(context, call);
  if (!api)
    return std::nullopt;
  const auto interval = intervalOf(file, site);
  if (!interval)
    return std::nullopt;
  const Cycle cycle(file, context.program.facts(f), site.block);
  const facts::Loop &loop = file.loops[site.loop];
  if (!cycle.contains(site.block) || !endsByWhatItSees(loop, cycle) ||
      !onlyPolls(context, f, cycle, call, !interval->empty()))
    return std::nullopt;
  return Poll{call, api, &loop, *interval};
}

Finding finding(const Context &context, FunctionId f, const Poll &poll, const analysis::Reach &reach) {
  Finding out;
  out.check = "polling-loop";
  out.level = report::Level::Warning;
  out.confidence = reach.confidence;
  out.primary = location(context.program, f, poll.loop->range);
  const std::string event = reach.runtime.view() == "trio"    ? "trio.Event"
                            : reach.runtime.view() == "anyio" ? "anyio.Event"
                                                              : "asyncio.Event";
  out.message = "this loop sleeps and looks again" + poll.interval + " in " + route(context, reach, f) +
                "; wait for " +
                (context.program.language(f) == facts::Language::Python
                     ? "an " + quoted(event) + ", a queue or a future"
                     : std::string("a notification, a channel or a future")) +
                " that says when it has changed";
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
      if (const auto *reach = wantedReach(context, f); reach && !context.analyses.contexts.hops.isOffLoop(call))
        if (const auto poll = pollAt(context, f, call))
          emit(finding(context, f, *poll, *reach));
    }
  }
};

CLEARWAY_CHECK(PollingLoop, "polling-loop", Warning)

} // namespace
} // namespace clearway::checks
