#include "checks/support/Flows.h"

#include "checks/support/Places.h"
#include "facts/Unused.h"

#include <algorithm>

namespace clearway::checks {

using facts::FileFacts;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;

namespace {

bool readsBase(ValueKind kind) {
  return kind == ValueKind::Attr || kind == ValueKind::Apply || kind == ValueKind::Await ||
         kind == ValueKind::Element || kind == ValueKind::Enter || kind == ValueKind::Cast ||
         kind == ValueKind::Deref || kind == ValueKind::Instance;
}

/// Decorators that leave a coroutine function a coroutine function.
bool isTransparent(std::string_view decorator) {
  constexpr std::string_view kKnown[] = {"staticmethod", "classmethod", "override", "abstractmethod",
                                         "final",        "wraps",       "overload"};
  const std::string_view last = decorator.substr(decorator.find_last_of('.') + 1);
  return std::find(std::begin(kKnown), std::end(kKnown), last) != std::end(kKnown);
}

/// Rust: `fn load(&self) -> BoxFuture<'_, u8> { Box::pin(async move { … }) }` does nothing before it is awaited, either.
bool onlyMakesFuture(const link::Program &program, link::FunctionId f) {
  const facts::Function &function = program.facts(f);
  const FileFacts &file = program.fileOf(f);
  if (program.language(f) != facts::Language::Rust || function.kind != facts::FunctionKind::Plain ||
      function.flags & facts::FunctionFlag::Lambda || function.returns.count != 1)
    return false;
  const Value *made = &file.values[file.operandsOf(function.returns)[0]];
  const bool isWrapped = made->kind == ValueKind::CallResult && program.functions[f].callCount == 1 &&
                         file.values[file.calls[made->a].callee].name.view() == "pin"; // and not spawned
  if (isWrapped && file.calls[made->a].arguments.count == 1)
    made = &file.values[file.argumentsOf(file.calls[made->a])[0].value];
  else if (program.functions[f].callCount != 0)
    return false;
  return made->kind == ValueKind::Closure && file.functions[made->a].flags & facts::FunctionFlag::AsyncBlock &&
         file.functions[made->a].kind == facts::FunctionKind::Coroutine;
}

/// A base class that declares the method without `async` promises that it can be called so; whoever calls the base has to ask what the
/// object at hand does.
bool isPlainByDeclaration(const link::Program &program, const link::Target &target) {
  const std::vector<link::FunctionId> &declared = program.functions[target.function].overrides;
  return target.confidence != link::Confidence::Certain &&
         std::any_of(declared.begin(), declared.end(), [&](link::FunctionId each) {
           const facts::Function &function = program.facts(each);
           const facts::Value &result = program.fileOf(each).values[function.returnType]; // Awaitable[…]: another promise
           return function.kind == facts::FunctionKind::Plain && !function.returns.count &&
                  (!function.returnType || result.kind == facts::ValueKind::Literal);
         });
}

/// An unknown decorator may turn the coroutine into anything.
bool isPlainCoroutine(const link::Program &program, const link::Target &target) {
  const facts::Function &function = program.facts(target.function);
  if (target.confidence == link::Confidence::NameOnly || isPlainByDeclaration(program, target))
    return false;
  if (function.kind != facts::FunctionKind::Coroutine)
    return onlyMakesFuture(program, target.function);
  size_t known = 0;
  for (const link::External &decorator : program.functions[target.function].decorators)
    known += isTransparent(decorator.name.view()) ||
             (decorator.entry &&
              (decorator.entry->membersRunIn == catalog::ExecutionContext::BlockingPool ||
               decorator.entry->membersRunIn == catalog::ExecutionContext::EventLoop)); // routes
  return known >= function.decorators.count || program.language(target.function) != facts::Language::Python;
}

/// What run_in_executor() returns is a future: the work is done whether or not anybody waits.
bool startsByItself(const link::External &external) {
  return !external.entry->runs.empty() && external.name.view().ends_with(".run_in_executor");
}

bool suspends(const link::External &external) {
  return external.entry && external.entry->suspends && external.confidence != link::Confidence::NameOnly &&
         !startsByItself(external);
}

/// In C++ a body says nothing: what matters is the type of the result.
const link::External *suspendingApi(const link::Call &call) {
  const auto found = std::find_if(call.externals.begin(), call.externals.end(), suspends);
  return found == call.externals.end() ? nullptr : &*found;
}

} // namespace

UsedValues::UsedValues(const FileFacts &file)
    : file_(file), read_(file.values.size()), results_(file.calls.size()), timesBound_(file.values.size()) {
  for (ValueId id = 0; id < file.values.size(); ++id)
    if (const Value &value = file.values[id];
        value.kind == ValueKind::CallResult && value.a < results_.size())
      results_[value.a] = id;
  for (const facts::Binding &binding : file.bindings)
    ++timesBound_[binding.value];
  markReads();
}

void UsedValues::markReads() {
  for (const Value &value : file_.values) {
    if (readsBase(value.kind) && value.a < read_.size())
      read_[value.a] = true;
    if (value.kind != ValueKind::Join)
      mark(value.operands);
  }
  for (const facts::Function &function : file_.functions)
    mark(function.returns);
  for (const facts::Argument &argument : file_.arguments)
    read_[argument.value] = true;
  for (const facts::Suspension &suspension : file_.suspensions)
    read_[suspension.operand] = true;
  for (const facts::CallSite &site : file_.calls)
    read_[site.callee] = true;
  for (const facts::Loop &loop : file_.loops)
    read_[loop.subject] = true;
  // In Rust every local is an object; that a future is dropped does not mean that anybody waits for it.
  for (const facts::ScopedObject &object : file_.objects)
    if (file_.language != facts::Language::Rust || object.name.empty())
      read_[object.initializer] = true;
  // Alternatives are read when what they meet in is; parts come before the whole.
  for (ValueId id = static_cast<ValueId>(file_.values.size()); id-- > 0;)
    if (file_.values[id].kind == ValueKind::Join && (read_[id] || timesBound_[id]))
      mark(file_.values[id].operands);
}

void UsedValues::mark(facts::Span operands) {
  for (ValueId operand : file_.operandsOf(operands))
    read_[operand] = true;
}

/// By name: an inner function, or a place where several values meet.
bool UsedValues::isNameRead(const facts::Binding &binding) const {
  return std::any_of(file_.values.begin(), file_.values.end(), [&](const Value &value) {
    if (value.kind == ValueKind::Variable)
      return value.a < file_.bindings.size() && file_.bindings[value.a].name == binding.name &&
             file_.bindings[value.a].scope == binding.scope;
    return value.kind == ValueKind::Ref && value.name == binding.name;
  });
}

/// The name is all that leads to the object; `_` says that nobody will ask for it.
bool UsedValues::isReadByName(facts::CallId call) const {
  const uint32_t bound = file_.calls[call].boundTo;
  return bound == facts::kNone || file_.bindings[bound].name.view() == "_" || isNameRead(file_.bindings[bound]);
}

bool UsedValues::isRead(facts::CallId call) const {
  if (file_.language == facts::Language::Cpp)
    return isReadByName(call);
  const ValueId result = results_[call];
  if (!result || read_[result] || timesBound_[result] != 1)
    return true;
  const auto binding = std::find_if(file_.bindings.begin(), file_.bindings.end(),
                                    [&](const facts::Binding &one) { return one.value == result; });
  if (file_.language == facts::Language::Rust)
    return !(binding->flags & facts::BindingFlag::Unused);
  const bool local = file_.scopes[binding->scope].kind == facts::ScopeKind::Function &&
                     !(binding->flags & facts::BindingFlag::Instance);
  return !local || isNameRead(*binding);
}

bool makesAwaitable(const Context &context, link::CallId id) {
  const link::Call &call = context.program.calls[id];
  const facts::CallKind kind = context.program.site(id).kind;
  if (context.program.language(call.caller) == facts::Language::Cpp)
    return (kind == facts::CallKind::Call || kind == facts::CallKind::Operator) && suspendingApi(call);
  if (kind != facts::CallKind::Call ||
      (call.targets.empty() && call.externals.empty()))
    return false;
  return std::all_of(call.targets.begin(), call.targets.end(),
                     [&](const link::Target &target) { return isPlainCoroutine(context.program, target); }) &&
         std::all_of(call.externals.begin(), call.externals.end(), suspends);
}

bool runsUnawaited(const Context &context, link::CallId id) {
  const link::External *api = suspendingApi(context.program.calls[id]);
  return api && api->entry->eager;
}

std::string calleeName(const Context &context, link::CallId id) {
  const link::Call &call = context.program.calls[id];
  if (!call.targets.empty())
    return shortName(context.program, call.targets.front().function);
  return call.externals.empty() ? "" : std::string(call.externals.front().name.view());
}

} // namespace clearway::checks
