#include "checks/support/LostErrors.h"

#include <algorithm>

namespace clearway::checks {

using facts::FileFacts;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::FunctionId;

namespace {

constexpr unsigned kMaxDepth = 4; // blocks that await functions that await

/// Methods that leave a future's result as it is.
bool isTransparent(std::string_view method) {
  constexpr std::string_view kNames[] = {"instrument",   "in_current_span", "boxed",
                                         "boxed_local",  "or_current",      "with_current_subscriber",
                                         "with_context", "bind_hub"};
  return std::find(std::begin(kNames), std::end(kNames), method) != std::end(kNames);
}

std::string_view lastSegment(std::string_view name) {
  return name.substr(name.rfind(':') + 1);
}

bool isNothing(const FileFacts &file, ValueId type) {
  const Value &value = file.values[type];
  return (value.kind == ValueKind::Display && value.operands.count == 0) ||
         lastSegment(value.name.view()) == "Infallible" || value.name.view() == "!";
}

/// `Result<…>`, `io::Result<…>`, `anyhow::Result<…>`, but none whose error says nothing.
bool isResultType(const FileFacts &file, ValueId type) {
  const Value &value = file.values[type];
  if (type == 0)
    return false;
  if (value.kind != ValueKind::Apply)
    return lastSegment(value.name.view()) == "Result";
  const auto arguments = file.operandsOf(value.operands);
  return lastSegment(file.values[value.a].name.view()) == "Result" &&
         (arguments.size() < 2 || !isNothing(file, arguments[1]));
}

/// The call behind `f()?`, `f().await?` and the like; kNone for other values.
facts::CallId questioned(const FileFacts &file, const Value &value) {
  if (value.kind != ValueKind::Element || value.flag != 1)
    return facts::kNone;
  const Value *inner = &file.values[value.a];
  while (inner->kind == ValueKind::Await)
    inner = &file.values[inner->a];
  return inner->kind == ValueKind::CallResult ? inner->a : facts::kNone;
}

class Fallible {
public:
  explicit Fallible(const Context &context) : context_(context) {}

  /// Whether a value, that of a future or that of its result, is or gives what may be an error.
  bool holds(link::FileId id, ValueId valueId, unsigned depth) const {
    const FileFacts &file = context_.program.files[id];
    const Value &value = file.values[valueId];
    if (depth > kMaxDepth)
      return false;
    if (value.kind == ValueKind::Await)
      return holds(id, value.a, depth + 1);
    if (value.kind == ValueKind::Closure)
      return gives(context_.program.functionAt(id, value.a), depth + 1);
    if (value.kind == ValueKind::Join) {
      const auto parts = file.operandsOf(value.operands);
      return std::any_of(parts.begin(), parts.end(),
                         [&](ValueId part) { return holds(id, part, depth + 1); });
    }
    return value.kind == ValueKind::CallResult && holdsCall(context_.program.callAt(id, value.a), depth);
  }

private:
  bool holdsCall(link::CallId id, unsigned depth) const {
    const link::Call &call = context_.program.calls[id];
    const FileFacts &file = context_.program.files[call.file];
    const Value &callee = file.values[file.calls[call.site].callee];
    if (callee.kind == ValueKind::Attr && callee.flag == 0 && isTransparent(callee.name.view()))
      return holds(call.file, callee.a, depth + 1);
    if (callee.name.view() == "Err")
      return true;
    return !call.targets.empty() &&
           std::all_of(call.targets.begin(), call.targets.end(), [&](const link::Target &target) {
             return target.confidence != link::Confidence::NameOnly && gives(target.function, depth + 1);
           });
  }

  bool gives(FunctionId f, unsigned depth) const {
    const facts::Function &function = context_.program.facts(f);
    const FileFacts &file = context_.program.fileOf(f);
    if (function.kind != facts::FunctionKind::Coroutine)
      return false;
    if (function.returnType && !isResultType(file, function.returnType))
      return false;
    const auto returns = file.operandsOf(function.returns);
    return asksOnTheWay(context_.program.functions[f].file, context_.program.functions[f].local) ||
           std::any_of(returns.begin(), returns.end(), [&](ValueId each) {
             return holds(context_.program.functions[f].file, each, depth + 1);
           });
  }

  /// Whether a `?` or a `bail!` leaves the function early.
  bool asksOnTheWay(link::FileId id, facts::FunctionId function) const {
    const FileFacts &file = context_.program.files[id];
    return std::any_of(file.values.begin(), file.values.end(), [&](const Value &value) {
      const facts::CallId call =
          value.kind == ValueKind::CallResult && bails(file, value.a) ? value.a : questioned(file, value);
      return call != facts::kNone && file.calls[call].caller == function && !sends(id, call);
    });
  }

  /// `tx.send(x).await?`: its error says that the receiver is gone, and the task has nothing left to do.
  bool sends(link::FileId id, facts::CallId call) const {
    const FileFacts &file = context_.program.files[id];
    const Value &callee = file.values[file.calls[call].callee];
    const std::string_view method = callee.name.view();
    if (callee.kind != ValueKind::Attr || callee.flag != 0)
      return false;
    if (method == "map_err" || method == "context" || method == "with_context") {
      const Value &inner = file.values[callee.a];
      const Value &operand = inner.kind == ValueKind::Await ? file.values[inner.a] : inner;
      return operand.kind == ValueKind::CallResult && sends(id, operand.a);
    }
    const Name type = context_.program.calls[context_.program.callAt(id, call)].receiverType;
    return method == "send" && file.calls[call].arguments.count == 1 && (type.view().ends_with("Sender") || namesSender(file, file.values[callee.a]));
  }

  /// `tx`, `self.events_tx`
  static bool namesSender(const FileFacts &file, const Value &receiver) {
    const std::string_view name = receiver.kind == ValueKind::Variable ? file.bindings[receiver.a].name.view() : receiver.name.view();
    return name == "tx" || name.ends_with("_tx");
  }

  static bool bails(const FileFacts &file, facts::CallId call) {
    const std::string_view name = lastSegment(file.values[file.calls[call].callee].name.view());
    return name == "bail!" || name == "ensure!";
  }

  const Context &context_;
};

} // namespace

bool startsTask(const link::External &api) {
  return api.entry && !api.entry->keepsTasks && api.entry->effect == catalog::EffectKind::None &&
         lastSegment(api.name.view()).starts_with("spawn") &&
         std::any_of(api.entry->runs.begin(), api.entry->runs.end(), [](const catalog::RunsArgument &runs) {
           return runs.context == catalog::ExecutionContext::EventLoop;
         });
}

bool isGivenFallible(const Context &context, link::CallId call) {
  const link::FileId file = context.program.calls[call].file;
  const auto arguments = context.program.files[file].argumentsOf(context.program.site(call));
  return !arguments.empty() && Fallible(context).holds(file, arguments[0].value, 0);
}

} // namespace clearway::checks
