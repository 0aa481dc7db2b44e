#include "analysis/SourcePath.h"

#include <algorithm>
#include <array>
#include <vector>

namespace clearway::analysis {

using facts::CallSite;
using facts::FileFacts;
using facts::FunctionId;
using facts::kNone;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;

namespace {

constexpr unsigned kDeepest = 24;

template <size_t N> bool isOneOf(std::string_view name, const std::array<std::string_view, N> &names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Methods whose result is an item, some items, or a view of the receiver.
bool passesOn(std::string_view method) {
  static constexpr std::array<std::string_view, 44> kNames{
      "iter",    "iter_mut",   "into_iter", "drain",       "swap_remove", "remove",   "pop",       "pop_front", "pop_back", "take",       "unwrap",
      "expect",  "as_ref",     "as_mut",    "as_deref",    "as_deref_mut", "by_ref",  "enumerate", "rev",       "skip",     "chain",      "next",
      "filter",  "partition",  "take_if",   "extract_if",  "drain_filter", "take_while", "skip_while", "collect", "get",     "get_mut",    "first",
      "last",    "values",     "values_mut", "into_values", "find",        "replace",  "ok",        "unwrap_or_else", "clone", "split_off",  "cloned"};
  return isOneOf(method, kNames);
}

/// Those that only say something of all of them when the answer is the question's own, not its opposite.
bool selectsByAnswer(std::string_view method) {
  static constexpr std::array<std::string_view, 11> kNames{"all",        "retain",     "position",     "rposition", "find", "filter",
                                                           "take_while", "extract_if", "drain_filter", "take_if",   "find_map"};
  return isOneOf(method, kNames);
}

class Tracer {
public:
  explicit Tracer(const FileFacts &file) : file_(file) {}

  std::string path(ValueId id) {
    if (id == 0 || ++steps_ > kDeepest)
      return {};
    const Value &value = file_.values[id];
    switch (value.kind) {
    case ValueKind::Deref:
    case ValueKind::Element:
    case ValueKind::Cast:
      return path(value.a);
    case ValueKind::Variable:
      return ofVariable(value.a);
    case ValueKind::Param:
      return ofParameter(value);
    case ValueKind::Self:
      return "self";
    case ValueKind::Attr:
      return ofField(value);
    case ValueKind::CallResult:
      return ofResult(file_.calls[value.a]);
    default:
      return {};
    }
  }

private:
  std::string ofVariable(uint32_t binding) {
    std::string from = path(file_.bindings[binding].value);
    return from.empty() ? "n" + std::to_string(binding) : from;
  }

  std::string ofParameter(const Value &value) {
    if (file_.functions[value.a].flags & facts::FunctionFlag::Lambda)
      if (const CallSite *taker = takerOf(value.a))
        return path(file_.values[taker->callee].a);
    return "p" + std::to_string(value.a) + "." + std::to_string(value.b);
  }

  std::string ofField(const Value &value) {
    if (value.flag != 0)
      return {};
    const std::string base = path(value.a);
    const std::string_view name = value.name.view();
    if (base.empty() || name.empty() || (name[0] >= '0' && name[0] <= '9')) // of `enumerate()`, of a pair that `partition` makes
      return base;
    return base + "." + std::string(name);
  }

  std::string ofResult(const CallSite &site) {
    const Value &callee = file_.values[site.callee];
    const bool passes = callee.kind == ValueKind::Attr && callee.flag == 0 && passesOn(callee.name.view());
    return passes ? path(callee.a) : std::string();
  }

public:
  /// The method call that is given the closure.
  const CallSite *takerOf(FunctionId closure) const {
    for (const CallSite &site : file_.calls)
      if (const Value &callee = file_.values[site.callee]; callee.kind == ValueKind::Attr && callee.flag == 0)
        for (const facts::Argument &argument : file_.argumentsOf(site))
          if (const Value &given = file_.values[argument.value]; given.kind == ValueKind::Closure && given.a == closure)
            return &site;
    return nullptr;
  }

private:
  const FileFacts &file_;
  unsigned steps_ = 0;
};

/// The function around closures that are no coroutines.
FunctionId around(const FileFacts &file, FunctionId function) {
  while (file.functions[function].kind == facts::FunctionKind::Plain && file.functions[function].flags & facts::FunctionFlag::Lambda &&
         file.functions[function].parent != kNone)
    function = file.functions[function].parent;
  return function;
}

bool isEarlier(const FileFacts &file, const CallSite &asked, const CallSite &site) {
  return asked.range < site.range && around(file, asked.caller) == around(file, site.caller);
}

/// `|h| !h.is_finished()` in `any(…)` says that all are finished where it does not hold; `retain(…)` of the same keeps those that are not.
bool answersFor(std::string_view method, bool isPlain) {
  if (method == "any")
    return !isPlain;
  return isPlain || !selectsByAnswer(method);
}

bool isInside(const facts::SourceRange &outer, const facts::SourceRange &range) {
  return std::pair(outer.beginLine, outer.beginColumn) <= std::pair(range.beginLine, range.beginColumn) &&
         std::pair(range.endLine, range.endColumn) <= std::pair(outer.endLine, outer.endColumn);
}

/// Whether every way to block `to` of the function leads through block `through`.
bool leadsThrough(const FileFacts &file, const facts::Function &function, uint32_t to, uint32_t through) {
  std::vector<bool> seen(function.blocks.count);
  std::vector<uint32_t> open{function.blocks.first};
  while (!open.empty()) {
    const uint32_t block = open.back();
    open.pop_back();
    if (block == through || block - function.blocks.first >= seen.size() || seen[block - function.blocks.first])
      continue;
    if (block == to)
      return false;
    seen[block - function.blocks.first] = true;
    const auto next = file.successorsOf(file.blocks[block]);
    open.insert(open.end(), next.begin(), next.end());
  }
  return true;
}

/// Whether a loop that ended before the call asked until the answer was yes, and awaited something meanwhile. `while !handle.is_finished() {}`
/// waits, too, and after a loop that asks now and then, nothing is known.
bool isSettledByLoop(const FileFacts &file, const CallSite &asking, const CallSite &site) {
  const facts::SourceRange &loop = file.loops[asking.loop].range;
  const bool awaits = std::any_of(file.suspensions.begin(), file.suspensions.end(),
                                  [&](const facts::Suspension &one) { return isInside(loop, one.range); });
  return awaits && asking.caller == site.caller && leadsThrough(file, file.functions[site.caller], site.block, asking.block);
}

/// The call in the function `in` that leads to `site` in a closure of it.
const CallSite &outwards(const FileFacts &file, const CallSite &site, FunctionId in) {
  const CallSite *at = &site;
  for (unsigned step = 0; step < kDeepest && at->caller != in; ++step) {
    const CallSite *taker = Tracer(file).takerOf(at->caller);
    if (!taker)
      break;
    at = taker;
  }
  return *at;
}

bool holdsUntil(const FileFacts &file, const CallSite &asking, const CallSite &from) {
  const CallSite &site = outwards(file, from, asking.caller);
  return asking.loop == kNone || isInside(file.loops[asking.loop].range, site.range) || isSettledByLoop(file, asking, site);
}

bool isPartOf(const std::string &asked, const std::string &taken) {
  return !asked.empty() && taken.starts_with(asked) && (taken.size() == asked.size() || taken[asked.size()] == '.');
}

ValueId receiver(const FileFacts &file, const CallSite &site) {
  const Value &callee = file.values[site.callee];
  return callee.kind == ValueKind::Attr && callee.flag == 0 ? callee.a : 0;
}

} // namespace

std::string sourcePath(const FileFacts &file, ValueId value) { return Tracer(file).path(value); }

bool asksAboutSource(const FileFacts &file, const CallSite &asked, const CallSite &site) {
  if (!isEarlier(file, asked, site) || !isPartOf(sourcePath(file, receiver(file, asked)), sourcePath(file, receiver(file, site))))
    return false;
  if (asked.caller == site.caller)
    return holdsUntil(file, asked, site);
  const CallSite *taker = Tracer(file).takerOf(asked.caller);
  return !taker || (holdsUntil(file, *taker, site) && answersFor(file.values[taker->callee].name.view(), asked.use == facts::ResultUse::Returned));
}

bool asksThrough(const FileFacts &file, FunctionId helper, Name method, const CallSite &asking, const CallSite &site) {
  if (!isEarlier(file, asking, site) || !holdsUntil(file, asking, site))
    return false;
  const std::string owner = sourcePath(file, receiver(file, asking)), taken = sourcePath(file, receiver(file, site));
  constexpr std::string_view kSelf = "self";
  return !owner.empty() && std::any_of(file.calls.begin(), file.calls.end(), [&](const CallSite &asked) {
    if (file.values[asked.callee].name != method || around(file, asked.caller) != helper)
      return false;
    const std::string about = sourcePath(file, receiver(file, asked));
    return about.starts_with(kSelf) && isPartOf(owner + about.substr(kSelf.size()), taken);
  });
}

bool isAskedByName(const FileFacts &file, Name method, const CallSite &site) {
  return std::any_of(file.calls.begin(), file.calls.end(), [&](const CallSite &asking) {
    const auto arguments = file.argumentsOf(asking);
    const bool isGiven = std::any_of(arguments.begin(), arguments.end(), [&](const facts::Argument &argument) {
      const Value &given = file.values[argument.value];
      return given.kind == ValueKind::Attr && given.flag == 1 && given.name == method;
    });
    return isGiven && isEarlier(file, asking, site) && holdsUntil(file, asking, site) && answersFor(file.values[asking.callee].name.view(), true) &&
           isPartOf(sourcePath(file, receiver(file, asking)), sourcePath(file, receiver(file, site)));
  });
}

} // namespace clearway::analysis
