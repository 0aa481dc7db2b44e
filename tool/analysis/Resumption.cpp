#include "analysis/Resumption.h"

#include "analysis/Conditions.h"
#include "analysis/ValueTrace.h"

#include <algorithm>

namespace clearway::analysis {

using catalog::ExecutionContext;
using facts::FileFacts;
using facts::Value;
using facts::ValueKind;
using link::Call;
using link::CallId;
using link::FunctionId;
using link::Program;

namespace {

Places placeOf(ExecutionContext context) {
  switch (context) {
  case ExecutionContext::Worker:
  case ExecutionContext::BlockingPool:
  case ExecutionContext::NewThread:
    return kWorker;
  case ExecutionContext::Unknown:
    return 0;
  default:
    return kLoop;
  }
}

/// `[handle] { handle.resume(); }`
bool resumes(const Program &program, FunctionId f) {
  const link::Function &function = program.functions[f];
  for (uint32_t i = 0; i < function.callCount; ++i) {
    const link::CallId call = function.firstCall + i;
    if (program.fileOf(f).values[program.site(call).callee].name.view().ends_with("resume"))
      return true;
  }
  return false;
}

/// The name that a call is written with: "handle" of `task.handle()`, "ns::Task::handle" of the same with types.
std::string_view calledName(const Program &program, link::CallId call) {
  return program.files[program.calls[call].file].values[program.site(call).callee].name.view();
}

bool isResume(std::string_view method) { return method == "resume" || method.ends_with("::resume"); }

/// The class whose object the value is, as far as its declaration says.
Name classOf(const FileFacts &file, facts::ValueId id) {
  for (unsigned depth = 0; id < file.values.size() && depth < 4; ++depth) {
    const Value &value = file.values[id];
    if (value.kind == ValueKind::Type)
      return value.name;
    if (value.kind == ValueKind::Cast)
      id = value.b;
    else if (value.kind == ValueKind::Instance)
      id = value.a;
    else
      break;
  }
  return {};
}

} // namespace

Resumption::Resumption(const Program &program, const CallGraph &graph) : program_(program) {
  addAwaiters(graph);
  collectReceivers();
}

/// Awaiters of the program that hand the coroutine to a thread, a pool or a loop which the catalogue knows.
void Resumption::addAwaiters(const CallGraph &graph) {
  const Name suspend("await_suspend");
  for (const Handoff &handoff : graph.handoffs()) {
    const FunctionId f = program_.calls[handoff.call].caller;
    const facts::Function &function = program_.facts(f);
    if (function.name != suspend || function.enclosingClass == facts::kNone)
      continue;
    const bool goesOn = handoff.target != link::kNone
                            ? resumes(program_, handoff.target)
                            : handoff.external->name.view().find("coroutine_handle") != std::string_view::npos;
    if (const Places place = placeOf(handoff.runs->context); goesOn && place)
      awaiters_.emplace(program_.fileOf(f).classes[function.enclosingClass].qualifiedName, place);
  }
}

void Resumption::collectReceivers() {
  for (CallId id = 0; id < program_.calls.size(); ++id) {
    const Call &call = program_.calls[id];
    const FileFacts &file = program_.files[call.file];
    if (file.language != facts::Language::Cpp || program_.site(id).kind == facts::CallKind::Destroy)
      continue;
    const Value *value = &file.values[file.calls[call.site].callee];
    if (value->kind != ValueKind::Symbol && value->kind != ValueKind::Attr) // with types, and without
      continue;
    do
      value = value->a < file.values.size() ? &file.values[value->a] : &file.values[0];
    while (value->kind == ValueKind::Cast || value->kind == ValueKind::Deref);
    if (value->kind == ValueKind::Variable && value->a < file.bindings.size()) // `auto work = job(); pool.resume(work.handle());`
      value = &file.values[file.bindings[value->a].value];
    while (value->kind == ValueKind::Cast && value->a < file.values.size())
      value = &file.values[value->a];
    if (value->kind == ValueKind::CallResult)
      outer_.emplace(program_.callAt(call.file, value->a), id);
  }
}

CallId Resumption::onlyOrigin(link::FileId file, facts::ValueId value) const {
  bool complete = false;
  const auto origins = originsOf(program_.files[file], value, complete);
  return origins.size() == 1 ? program_.callAt(file, origins.front()) : link::kNone;
}

Places Resumption::after(link::FileId file, facts::ValueId operand, unsigned depth) const {
  if (const CallId call = onlyOrigin(file, operand); call != link::kNone)
    if (const Places places = ofCall(call, depth))
      return places;
  return ofAwaiter(file, operand);
}

/// What a call's arguments say comes first: `async_wait(bind_executor(pool, use_awaitable))` goes on in the pool.
Places Resumption::ofCall(CallId id, unsigned depth) const {
  const Call &call = program_.calls[id];
  const FileFacts &file = program_.files[call.file];
  for (const facts::Argument &argument : file.argumentsOf(program_.site(id)))
    if (file.values[argument.value].kind == ValueKind::CallResult && depth < 2)
      if (const CallId inner = program_.callAt(call.file, file.values[argument.value].a);
          std::any_of(program_.calls[inner].externals.begin(), program_.calls[inner].externals.end(),
                      [](const link::External &api) { return api.entry && !api.entry->suspends; }))
        if (const Places places = ofCall(inner, 2))
          return places;
  for (const link::External &api : call.externals)
    if (const auto *runs = api.entry ? runsAwaiter(program_, call, *api.entry) : nullptr)
      return placeOf(runs->context);
  return ofWrapper(call, depth);
}

/// A plain function of the program that returns what something else makes: `auto background() { return pool.schedule(); }`
Places Resumption::ofWrapper(const Call &call, unsigned depth) const {
  constexpr unsigned kDeepest = 2;
  if (call.targets.size() != 1 || depth >= kDeepest)
    return 0;
  const FunctionId f = call.targets.front().function;
  const facts::Function &function = program_.facts(f);
  if (isAsync(function.kind) || call.targets.front().confidence == link::Confidence::NameOnly)
    return 0;
  const FileFacts &file = program_.fileOf(f);
  const auto returned = file.operandsOf(function.returns);
  if (returned.size() == 1)
    if (const Places places = after(program_.functions[f].file, returned.front(), depth + 1))
      return places;
  const auto awaiter = awaiters_.find(classOf(file, function.returnType));
  return awaiter == awaiters_.end() ? Places(0) : awaiter->second;
}

Places Resumption::ofAwaiter(link::FileId fileId, facts::ValueId operand) const {
  const FileFacts &file = program_.files[fileId];
  auto awaiter = awaiters_.find(classOf(file, operand));
  if (awaiter != awaiters_.end())
    return awaiter->second;
  const CallId call = onlyOrigin(fileId, operand);
  if (call == link::kNone)
    return 0;
  for (const link::External &constructed : program_.calls[call].externals)
    if (awaiter = awaiters_.find(constructed.name); awaiter != awaiters_.end())
      return awaiter->second;
  const Value &callee = file.values[program_.site(call).callee];
  awaiter = callee.kind == ValueKind::Attr ? awaiters_.end() : awaiters_.find(callee.name); // `co_await Background()`
  return awaiter == awaiters_.end() ? Places(0) : awaiter->second;
}

Places Resumption::takenTo(CallId id) const {
  const auto [first, last] = outer_.equal_range(id);
  for (auto outer = first; outer != last; ++outer) {
    for (const link::External &api : program_.calls[outer->second].externals)
      if (const auto *runs = api.entry ? runsReceiver(program_, program_.calls[outer->second], *api.entry) : nullptr)
        return placeOf(runs->context);
    if (const std::string_view method = calledName(program_, outer->second); method.ends_with("handle"))
      if (const Places places = givenTo(outer->second))
        return places;
  }
  return givenTo(id);
}

/// What the call whose argument this one is does with it.
Places Resumption::givenTo(CallId id) const {
  const facts::CallSite &site = program_.site(id);
  const Call &call = program_.calls[id];
  if (site.awaitedBy == facts::kNone)
    return 0;
  const FileFacts &file = program_.files[call.file];
  const CallId outer = program_.callAt(call.file, site.awaitedBy);
  const auto arguments = file.argumentsOf(program_.site(outer));
  for (uint32_t i = 0; i < arguments.size(); ++i)
    if (contains(file, arguments[i].value, call.site))
      for (const link::External &api : program_.calls[outer].externals)
        if (const auto *runs = api.entry ? runsArgument(program_, program_.calls[outer], *api.entry, i) : nullptr)
          return placeOf(runs->context);
  return 0;
}

bool Resumption::isRunByHand(CallId id) const {
  const auto [first, last] = outer_.equal_range(id);
  if (std::any_of(first, last, [&](const auto &outer) { return isResume(calledName(program_, outer.second)); }))
    return true;
  const facts::CallSite &site = program_.site(id);
  if (site.awaitedBy == facts::kNone)
    return false;
  const std::vector<link::External> &apis = program_.calls[program_.callAt(program_.calls[id].file, site.awaitedBy)].externals;
  return std::any_of(apis.begin(), apis.end(),
                     [](const link::External &api) { return api.entry && api.entry->effect == catalog::EffectKind::Bridge; });
}

Places Resumption::callableRunsIn(CallId id, uint32_t argument) const {
  const Call &call = program_.calls[id];
  for (const link::External &api : call.externals)
    if (const auto *runs = api.entry ? runsArgument(program_, call, *api.entry, argument) : nullptr)
      return placeOf(runs->context);
  return kLoop;
}

} // namespace clearway::analysis
