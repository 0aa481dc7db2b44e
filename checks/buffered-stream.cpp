// Streams whose items are all computed before the first one is sent: whoever reads waits for the last to see
// the first.
#include "analysis/ValueTrace.h"
#include "checks/support/Blocking.h"
#include "checks/support/Places.h"
#include "checks/support/SlowCalls.h"
#include "checks/support/Wording.h"

#include <algorithm>
#include <optional>

namespace clearway::checks {
namespace {

using analysis::Operation;
using facts::FileFacts;
using facts::Value;
using facts::ValueKind;
using link::CallId;
using link::FunctionId;
using report::Finding;

/// Only computing items is worth streaming one by one: a query's rows or a file's lines come at once anyway.
bool computes(const Operation &operation) {
  return (operation.kind == catalog::EffectKind::Cpu || operation.kind == catalog::EffectKind::Device) &&
         operation.weight != catalog::Weight::Low && !operation.entry->lazy;
}

/// What makes the call slow, whether it works here or waits for a thread that does.
const Operation *slowWork(const Context &context, CallId call) {
  const Operation *here = slowOperation(context, call, computes);
  return here ? here : slowHandedOver(context, call, computes);
}

bool hasName(const link::Call &call, std::initializer_list<std::string_view> names) {
  return std::any_of(call.externals.begin(), call.externals.end(), [&](const link::External &external) {
    std::string_view name = external.name.view();
    name.remove_prefix(name.find_last_of('.') + 1);
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

/// Rust: methods that hand out what their receiver holds already.
bool takesItemsOut(std::string_view method) {
  return method == "into_iter" || method == "iter" || method == "unwrap" || method == "expect" ||
         method == "drain" || method == "unwrap_or_default" || method == "clone" || method == "collect" ||
         method == "into_boxed_slice";
}

bool addsItems(std::string_view method) {
  return method == "push" || method == "push_back" || method == "extend" || method == "append" ||
         method == "insert";
}

/// A value that holds all items and took long to make: the call that made it.
class Collected {
public:
  Collected(const Context &context, link::FileId file)
      : context_(context), fileId_(file), file_(context.program.files[file]) {}

  std::optional<CallId> maker(facts::ValueId id, int depth = 0) const {
    const Value &value = file_.values[id];
    if (depth > 8)
      return std::nullopt;
    if (value.kind == ValueKind::Await || value.kind == ValueKind::Element)
      return maker(value.a, depth + 1);
    if (value.kind == ValueKind::Variable && file_.language == facts::Language::Rust) {
      if (needsAll(value.a))
        return std::nullopt;
      const auto made = maker(file_.bindings[value.a].value, depth + 1);
      return made ? made : pushed(value.a, depth);
    }
    if (value.kind == ValueKind::Display || value.kind == ValueKind::Join)
      return firstOf(file_.operandsOf(value.operands), depth);
    return value.kind == ValueKind::CallResult ? makerCall(context_.program.callAt(fileId_, value.a), depth)
                                               : std::nullopt;
  }

  /// Rust: `tokens(…).collect().await`, the whole of a stream of the program's own that another function
  /// makes.
  std::optional<CallId> wholeStream(facts::ValueId id, int depth = 0) const {
    const Value &value = file_.values[id];
    if (depth > 8)
      return std::nullopt;
    if (value.kind == ValueKind::Variable)
      return needsAll(value.a) ? std::nullopt : wholeStream(file_.bindings[value.a].value, depth + 1);
    if (value.kind == ValueKind::Element && value.flag == 1)
      return wholeStream(value.a, depth + 1);
    if (value.kind != ValueKind::Await || file_.values[value.a].kind != ValueKind::CallResult)
      return std::nullopt;
    const facts::CallId collect = file_.values[value.a].a;
    const Value &callee = file_.values[file_.calls[collect].callee];
    const bool collects = callee.name.view() == "collect" || callee.name.view() == "try_collect";
    return collects && isOwnStream(callee.kind == ValueKind::Attr ? callee.a : 0, depth + 1)
               ? std::optional(context_.program.callAt(fileId_, collect))
               : std::nullopt;
  }

private:
  /// The order or choice of the items depends on all of them.
  bool needsAll(uint32_t collection) const {
    return std::any_of(file_.calls.begin(), file_.calls.end(), [&](const facts::CallSite &site) {
      const Value &callee = file_.values[site.callee];
      const std::string_view method = callee.name.view();
      return callee.kind == ValueKind::Attr && file_.values[callee.a].kind == ValueKind::Variable &&
             file_.values[callee.a].a == collection &&
             (method.starts_with("sort") || method.starts_with("dedup") || method.starts_with("retain") ||
              method == "reverse" || method == "truncate");
    });
  }

  /// What a function of the program returned, with or without methods on it; none that asks a database.
  bool isOwnStream(facts::ValueId id, int depth) const {
    const Value &value = file_.values[id];
    if (depth > 8)
      return false;
    if (value.kind == ValueKind::Variable)
      return isOwnStream(file_.bindings[value.a].value, depth + 1);
    if (value.kind == ValueKind::Await || value.kind == ValueKind::Element || value.kind == ValueKind::Attr)
      return isOwnStream(value.a, depth + 1);
    if (value.kind != ValueKind::CallResult)
      return false;
    const Value &callee = file_.values[file_.calls[value.a].callee];
    const link::Call &call = context_.program.calls[context_.program.callAt(fileId_, value.a)];
    return call.targets.empty() ? callee.kind == ValueKind::Attr && isOwnStream(callee.a, depth + 1)
                                : call.targets.front().confidence != link::Confidence::NameOnly;
  }

  std::optional<CallId> firstOf(std::span<const facts::ValueId> items, int depth) const {
    for (facts::ValueId item : items)
      if (const auto found = maker(item, depth + 1))
        return found;
    return std::nullopt;
  }

  /// Rust: what a loop pushes into a collection, item by item.
  std::optional<CallId> pushed(uint32_t collection, int depth) const {
    for (facts::CallId id = 0; id < file_.calls.size(); ++id) {
      const facts::CallSite &site = file_.calls[id];
      const Value &callee = file_.values[site.callee];
      if (site.loop == facts::kNone || callee.kind != ValueKind::Attr || !addsItems(callee.name.view()) ||
          file_.values[callee.a].kind != ValueKind::Variable || file_.values[callee.a].a != collection)
        continue;
      for (const facts::Argument &argument : file_.argumentsOf(site))
        if (const auto made = itemMaker(argument.value, depth + 1))
          return made;
    }
    return std::nullopt;
  }

  /// The slow call that an item comes from, whatever is done with its result:
  /// `encode(x).unwrap().get_ids().to_vec()`.
  std::optional<CallId> itemMaker(facts::ValueId id, int depth) const {
    const Value &value = file_.values[id];
    if (depth > 16)
      return std::nullopt;
    if (value.kind == ValueKind::Variable)
      return itemMaker(file_.bindings[value.a].value, depth + 1);
    if (value.kind == ValueKind::Await || value.kind == ValueKind::Element || value.kind == ValueKind::Attr)
      return itemMaker(value.a, depth + 1);
    if (value.kind != ValueKind::CallResult)
      return std::nullopt;
    if (const CallId call = context_.program.callAt(fileId_, value.a); slowWork(context_, call))
      return call;
    return itemMaker(file_.calls[value.a].callee, depth + 1);
  }

  std::optional<CallId> makerCall(CallId id, int depth) const {
    const link::Call &call = context_.program.calls[id];
    if (const Value &callee = file_.values[file_.calls[call.site].callee];
        file_.language == facts::Language::Rust && callee.kind == ValueKind::Attr &&
        takesItemsOut(callee.name.view()))
      return maker(callee.a, depth + 1);
    if (hasName(call, {"list", "tuple", "sorted", "iter", "enumerate", "reversed"})) {
      const auto arguments = file_.argumentsOf(context_.program.site(id));
      return arguments.empty() ? std::nullopt : insideCollection(arguments[0].value, depth);
    }
    const bool lazy = std::any_of(call.targets.begin(), call.targets.end(), [&](const link::Target &target) {
      const auto kind = context_.program.facts(target.function).kind;
      return kind == facts::FunctionKind::Generator || kind == facts::FunctionKind::AsyncGenerator;
    });
    return !lazy && slowWork(context_, id) ? std::optional(id) : std::nullopt;
  }

  /// list(generate(…)) runs a generator to its end.
  std::optional<CallId> insideCollection(facts::ValueId id, int depth) const {
    const Value &value = file_.values[id];
    if (value.kind == ValueKind::CallResult)
      if (const CallId call = context_.program.callAt(fileId_, value.a); slowWork(context_, call))
        return call;
    return maker(id, depth + 1);
  }

  const Context &context_;
  link::FileId fileId_;
  const FileFacts &file_;
};

Finding finding(const Context &context, CallId maker, const report::Location &stream,
                const std::string &sender) {
  const Operation *operation = slowWork(context, maker);
  const FunctionId f = context.program.calls[maker].caller;
  const std::string what = operation ? "all items are computed here (" + quoted(apiName(*operation)) + ": " +
                                           describe(context.program, *operation) + ")"
                                     : std::string("the whole stream is collected here");
  Finding out;
  out.check = "buffered-stream";
  out.level = report::Level::Warning;
  out.primary = location(context.program, maker);
  out.message = what + " before " + sender + " the first; hand each item over as it is made";
  out.chain = {{out.primary, operation ? "all items are computed here" : "all items are waited for here", 1},
               {stream, "only then is the first one sent", 1}};
  out.terminal = operation ? operation->api.view() : "collect";
  out.entry = context.program.facts(f).qualifiedName.view();
  return out;
}

/// for x in compute_all(): yield x
std::optional<Finding> yieldedLater(const Context &context, link::FileId id,
                                    const facts::Suspension &suspension) {
  const FileFacts &file = context.program.files[id];
  const FunctionId f = context.program.functionAt(id, suspension.function);
  if (suspension.kind != facts::SuspensionKind::Yield || suspension.loop == facts::kNone ||
      context.program.facts(f).kind != facts::FunctionKind::AsyncGenerator)
    return std::nullopt;
  const facts::Loop &loop = file.loops[suspension.loop];
  const auto maker =
      loop.kind == facts::LoopKind::For ? Collected(context, id).maker(loop.subject) : std::nullopt;
  if (!maker || context.program.calls[*maker].caller != f ||
      context.program.site(*maker).loop == suspension.loop)
    return std::nullopt;
  return finding(context, *maker, location(context.program, f, suspension.range),
                 quoted(shortName(context.program, f)) + " yields");
}

/// StreamingResponse(compute_all())
std::optional<Finding> respondedLater(const Context &context, CallId id) {
  const link::Call &call = context.program.calls[id];
  if (!hasName(call, {"StreamingResponse", "EventSourceResponse", "StreamingHttpResponse"}))
    return std::nullopt;
  const auto arguments = context.program.files[call.file].argumentsOf(context.program.site(id));
  if (arguments.empty() || arguments[0].keyword)
    return std::nullopt;
  const auto maker = Collected(context, call.file).maker(arguments[0].value);
  if (!maker)
    return std::nullopt;
  return finding(context, *maker, location(context.program, id),
                 quoted(call.externals.front().name.view()) + " sends");
}

/// Methods of streams whose result is a stream of the same items, one by one.
bool passesItemsOn(std::string_view method) {
  constexpr std::string_view kNames[] = {"map",  "map_ok",  "boxed",    "boxed_local", "chain",
                                         "fuse", "inspect", "throttle", "enumerate"};
  return std::find(std::begin(kNames), std::end(kNames), method) != std::end(kNames);
}

/// Whether a stream is handed to somebody else: returned, or given to what answers with it.
bool isHandedOn(const Context &context, CallId id) {
  constexpr unsigned kLongest = 6;
  for (unsigned step = 0; step < kLongest; ++step) {
    const facts::ResultUse use = context.program.site(id).use;
    if (use != facts::ResultUse::Receiver)
      return use == facts::ResultUse::Returned || use == facts::ResultUse::Argument;
    const link::Call &call = context.program.calls[id];
    const FileFacts &file = context.program.files[call.file];
    const CallId outer = analysis::methodOn(context.program, id);
    if (outer == link::kNone || !passesItemsOn(file.values[context.program.site(outer).callee].name.view()))
      return false;
    id = outer;
  }
  return false;
}

/// `stream::iter(compute_all())`, on the event loop, for somebody else to read.
std::optional<Finding> iteratedLater(const Context &context, CallId id) {
  const link::Call &call = context.program.calls[id];
  const bool makesStream =
      std::any_of(call.externals.begin(), call.externals.end(),
                  [](const link::External &api) { return api.entry && api.entry->buffersStream; });
  if (!makesStream || !wantedReach(context, call.caller) || !isHandedOn(context, id))
    return std::nullopt;
  const auto arguments = context.program.files[call.file].argumentsOf(context.program.site(id));
  if (arguments.empty())
    return std::nullopt;
  const Collected collected(context, call.file);
  auto maker = collected.maker(arguments[0].value);
  if (!maker)
    maker = collected.wholeStream(arguments[0].value);
  if (!maker)
    return std::nullopt;
  return finding(context, *maker, location(context.program, id),
                 quoted(call.externals.front().name.view()) + " hands out");
}

class BufferedStream : public Check {
public:
  void run(const Context &context, const std::function<void(Finding)> &emit) const override {
    for (link::FileId file = 0; file < context.program.files.size(); ++file) {
      if (context.program.files[file].isTest && !context.options.includeTests)
        continue;
      for (const facts::Suspension &suspension : context.program.files[file].suspensions)
        if (auto found = yieldedLater(context, file, suspension))
          emit(std::move(*found));
    }
    for (CallId call = 0; call < context.program.calls.size(); ++call)
      if (context.options.includeTests ||
          !analysis::isTest(context.program, context.program.calls[call].caller))
        for (const auto &responded : {respondedLater(context, call), iteratedLater(context, call)})
          if (responded)
            emit(*responded);
  }
};

CLEARWAY_CHECK(BufferedStream, "buffered-stream", Warning)

} // namespace
} // namespace clearway::checks
