#include "checks/support/Polling.h"

#include "analysis/ValueTrace.h"
#include "checks/support/Wording.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace clearway::checks {

using facts::FileFacts;
using facts::Language;
using facts::Value;
using facts::ValueKind;
using link::CallId;

namespace {

constexpr double kLongestPoll = 1.0; // seconds; who looks less often may have a reason
constexpr unsigned kMaxDepth = 3;    // questions that ask questions

using Names = std::span<const std::string_view>;

bool isOneOf(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::string_view kClocks[] = {"time", "monotonic", "perf_counter", "len",
                                        "any",  "all",       "min",          "max"};

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

/// Rust says less with attributes and more with methods.
constexpr std::string_view kRustClocks[] = {"now",         "elapsed",       "duration_since", "len",
                                            "min",         "max",           "from_millis",    "from_secs",
                                            "from_micros", "from_secs_f64", "from_secs_f32",  "from_nanos"};
constexpr std::string_view kRustQuestions[] = {
    // atomics, channels, processes, cells
    "load", "compare_exchange", "compare_exchange_weak", "swap", "try_recv", "try_wait", "try_next",
    "try_lock", "try_read", "try_write", "try_acquire", "lock", "read", "write", "borrow", "upgrade",
    "strong_count", "available_permits", "receiver_count",
    // collections
    "get", "contains", "contains_key", "count", "remove", "pop", "pop_front", "pop_back", "take", "first",
    "last", "front", "back", "peek", "keys", "values", "iter", "any", "all", "find", "position", "filter",
    // results, comparisons
    "unwrap", "expect", "unwrap_or", "unwrap_or_default", "clone", "cloned", "copied", "ok", "err", "as_ref",
    "as_deref", "as_str", "Some", "Ok", "Err", "eq", "cmp", "saturating_sub", "checked_sub", "into",
    "default",
    // telling what is going on
    "debug!", "info!", "trace!", "warn!", "println!", "eprintln!", "print!", "matches!", "format!",
    "debug_assert!"};

bool isQuestion(std::string_view name, Names questions) {
  return isOneOf(questions, name) || name.starts_with("is_") || name.starts_with("has_") ||
         name.starts_with("_is_") || name.starts_with("_has_");
}

bool looks(const Context &context, CallId id, bool oftenEnough, unsigned depth);

/// A function of the program that itself does nothing but look.
bool isLook(const Context &context, link::FunctionId f, unsigned depth) {
  const link::Function &function = context.program.functions[f];
  if (depth >= kMaxDepth || context.program.facts(f).kind != facts::FunctionKind::Plain ||
      (context.program.facts(f).flags & facts::FunctionFlag::Abstract))
    return false;
  for (uint32_t i = 0; i < function.callCount; ++i)
    if (!looks(context, function.firstCall + i, true, depth + 1))
      return false;
  return true;
}

bool areLooks(const Context &context, const std::vector<link::Target> &targets, unsigned depth) {
  return std::all_of(targets.begin(), targets.end(),
                     [&](const link::Target &target) { return isLook(context, target.function, depth); });
}

bool looksInRust(const Context &context, CallId id, bool oftenEnough, unsigned depth) {
  const link::Call &call = context.program.calls[id];
  const FileFacts &file = context.program.files[call.file];
  const std::string_view name = lastName(file.values[file.calls[call.site].callee].name.view());
  if (isOneOf(kRustClocks, name))
    return true;
  if (!oftenEnough)
    return false;
  for (const link::CallableArgument &callable : call.callables)
    if (!areLooks(context, callable.targets, depth))
      return false;
  return call.targets.empty() ? isQuestion(name, kRustQuestions) : areLooks(context, call.targets, depth);
}

bool looks(const Context &context, CallId id, bool oftenEnough, unsigned depth) {
  const facts::CallSite &site = context.program.site(id);
  const FileFacts &file = context.program.files[context.program.calls[id].file];
  if (takesAsyncLock(context, id))
    return oftenEnough;
  if (site.flags & facts::CallFlag::Awaited)
    return false;
  if (file.language == Language::Rust)
    return looksInRust(context, id, oftenEnough, depth);
  if (site.kind == facts::CallKind::Attribute)
    return context.analyses.effects.at(id) == nullptr;
  const std::string_view name = file.values[site.callee].name.view();
  return oftenEnough ? isQuestion(name, kQuestions) : isOneOf(kClocks, name);
}

/// Seconds in one unit of a constructor of `Duration`, 0 for any other function.
double unitOf(std::string_view constructor) {
  return constructor == "from_millis"           ? 1e-3
         : constructor == "from_micros"         ? 1e-6
         : constructor == "from_nanos"          ? 1e-9
         : constructor.starts_with("from_secs") ? 1.0
                                                : 0;
}

std::optional<double> number(const FileFacts &file, facts::ValueId value) {
  const Value *literal = analysis::constantOf(file, value);
  if (!literal)
    return std::nullopt;
  std::string text(literal->name.view());
  std::erase(text, '_');
  return std::strtod(text.c_str(), nullptr);
}

/// Rust: `Duration::from_millis(50)`, or a name for it.
std::optional<double> durationOf(const FileFacts &file, facts::ValueId value) {
  bool complete = false;
  const auto origins = analysis::originsOf(file, value, complete);
  if (!complete || origins.size() != 1)
    return std::nullopt;
  const facts::CallSite &made = file.calls[origins[0]];
  const double unit = unitOf(lastName(file.values[made.callee].name.view()));
  const auto arguments = file.argumentsOf(made);
  const auto count = unit == 0 || arguments.empty() ? std::nullopt : number(file, arguments[0].value);
  return count ? std::optional(*count * unit) : std::nullopt;
}

/// The call that says how long: the sleep itself, or what made the interval whose tick is awaited.
const facts::CallSite *timedCall(const FileFacts &file, const facts::CallSite &site) {
  const Value &callee = file.values[site.callee];
  if (callee.kind != ValueKind::Attr || callee.name.view() != "tick")
    return &site;
  bool complete = false;
  const auto origins = analysis::originsOf(file, callee.a, complete);
  return origins.size() == 1 ? &file.calls[origins[0]] : nullptr;
}

std::optional<double> secondsOf(const FileFacts &file, const facts::CallSite &site) {
  const facts::CallSite *timed = timedCall(file, site);
  const auto arguments = timed ? file.argumentsOf(*timed) : std::span<const facts::Argument>();
  if (arguments.empty())
    return std::nullopt;
  return file.language == Language::Rust ? durationOf(file, arguments[0].value)
                                         : number(file, arguments[0].value);
}

/// A local that a loop sleeps for may be a back-off.
bool mayChange(const FileFacts &file, const facts::CallSite &site) {
  const auto arguments = file.argumentsOf(site);
  return !arguments.empty() && file.values[arguments[0].value].kind == ValueKind::Variable;
}

std::string inSeconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", seconds);
  return text;
}

} // namespace

const link::External *pollSleep(const Context &context, CallId call) {
  for (const link::External &external : context.program.calls[call].externals) {
    if (!external.entry)
      continue;
    const std::string_view name = lastName(external.name.view());
    if (external.entry->suspends &&
        (name == "sleep" || external.name.view() == "tokio::time::Interval::tick"))
      return &external;
    if (name == "sleep" && external.entry->effect == catalog::EffectKind::Sleep)
      return &external;
  }
  return nullptr;
}

std::optional<Pace> paceOf(const Context &context, CallId call) {
  const FileFacts &file = context.program.files[context.program.calls[call].file];
  const facts::CallSite &site = context.program.site(call);
  const auto seconds = secondsOf(file, site);
  if (!seconds)
    return Pace{};
  if (*seconds > kLongestPoll)
    return std::nullopt;
  return Pace{true, mayChange(file, site) ? "" : " every " + inSeconds(*seconds) + " s"};
}

bool onlyLooks(const Context &context, CallId call, bool oftenEnough) {
  return looks(context, call, oftenEnough, 0);
}

bool takesAsyncLock(const Context &context, CallId call) {
  const auto &externals = context.program.calls[call].externals;
  return std::any_of(externals.begin(), externals.end(), [](const link::External &external) {
    return external.entry && external.entry->isGuard && external.entry->lock == catalog::LockKind::AsyncAware;
  });
}

} // namespace clearway::checks
