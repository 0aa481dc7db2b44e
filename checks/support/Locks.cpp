#include "checks/support/Locks.h"

#include "checks/support/Places.h"
#include "checks/support/Wording.h"

#include <algorithm>

namespace clearway::checks {

using analysis::Acquisition;
using analysis::Effect;
using analysis::Operation;
using catalog::EffectKind;
using catalog::Weight;
using link::FunctionId;

namespace {

bool isSlow(const Operation &operation) {
  return operation.kind != EffectKind::Lock && operation.weight != Weight::Low &&
         operation.confidence != link::Confidence::NameOnly;
}

bool isSlower(const Operation &a, const Operation &b) {
  return a.weight > b.weight;
}

/// Follows an effect of `f` down to its operation.
std::vector<FunctionId> functionsTo(const Context &context, FunctionId f, EffectKind kind) {
  std::vector<FunctionId> way;
  while (f != link::kNone) {
    way.push_back(f);
    const auto effects = context.analyses.effects.of(f);
    const auto effect =
        std::find_if(effects.begin(), effects.end(), [&](const Effect &e) { return e.kind == kind; });
    f = effect == effects.end() ? link::kNone : effect->next;
  }
  return way;
}

void consider(std::optional<SlowWork> &best, SlowWork work) {
  if (isSlow(*work.operation) && (!best || isSlower(*work.operation, *best->operation)))
    best = std::move(work);
}

void considerCallee(const Context &context, link::CallId call, FunctionId callee, std::optional<SlowWork> &best) {
  for (const Effect &effect : context.analyses.effects.of(callee))
    if (effect.confidence != link::Confidence::NameOnly)
      consider(best, {call, &context.analyses.effects.operations[effect.operation],
                      functionsTo(context, callee, effect.kind)});
}

void considerCallees(const Context &context, link::CallId id, std::optional<SlowWork> &best) {
  const link::Call &call = context.program.calls[id];
  for (const analysis::Edge &edge : context.analyses.graph.callees(call.caller))
    if (edge.call == id && edge.confidence != link::Confidence::NameOnly)
      considerCallee(context, id, edge.other, best);
  // `with_lock(|state| …)`: the section is the wrapper's, the work its callers'. Where the wrapper runs on the loop, only
  // those closures count that do, too.
  const bool onLoop = context.analyses.contexts.eventLoop(call.caller) != nullptr;
  for (const link::Target &handed : call.handedIn)
    if (!onLoop || context.analyses.contexts.eventLoop(handed.function))
      considerCallee(context, id, handed.function, best);
}

/// Whether an argument is the guard: `condition.wait(&mut guard)`.
bool isGuard(const facts::FileFacts &file, facts::ValueId id, const facts::ScopedObject &guard) {
  while (file.values[id].kind == facts::ValueKind::Deref)
    id = file.values[id].a;
  const facts::Value &value = file.values[id], &made = file.values[guard.initializer];
  if (value.kind == facts::ValueKind::Variable)
    return file.bindings[value.a].name == guard.name;
  return id != 0 && (id == guard.initializer ||
                     (value.kind == facts::ValueKind::CallResult && made.kind == value.kind && made.a == value.a));
}

/// Waiting for a condition gives the lock back for as long as it takes.
bool waitsWithout(const Context &context, const Acquisition &acquisition, const Operation &operation) {
  if (operation.kind != EffectKind::Wait)
    return false;
  const link::Call &call = context.program.calls[operation.call];
  if (acquisition.lockPath && call.lockPath == acquisition.lockPath)
    return true; // Python's conditions are their own locks
  if (acquisition.object == link::kNone)
    return false;
  const facts::FileFacts &file = context.program.files[call.file];
  const facts::ScopedObject &guard = file.objects[context.program.objects[acquisition.object].object];
  const auto arguments = file.argumentsOf(context.program.site(operation.call));
  return std::any_of(arguments.begin(), arguments.end(),
                     [&](const facts::Argument &argument) { return isGuard(file, argument.value, guard); });
}

bool isBoundIn(const facts::FileFacts &file, facts::ScopeId scope, std::string_view name) {
  return std::any_of(file.bindings.begin(), file.bindings.end(), [&](const facts::Binding &binding) {
    return binding.scope == scope && binding.name.view() == name;
  });
}

/// The class around a function, also around the functions it is nested in.
const facts::Class *classAround(const link::Program &program, FunctionId f) {
  const facts::FileFacts &file = program.fileOf(f);
  for (facts::FunctionId at = program.functions[f].local; at != facts::kNone; at = file.functions[at].parent)
    if (file.functions[at].enclosingClass != facts::kNone)
      return &file.classes[file.functions[at].enclosingClass];
  return nullptr;
}

} // namespace

std::optional<SlowWork> slowWork(const Context &context, const Acquisition &acquisition) {
  std::optional<SlowWork> best;
  for (link::CallId call : acquisition.calls) {
    if (const Operation *operation = context.analyses.effects.at(call))
      if (!waitsWithout(context, acquisition, *operation))
        consider(best, {call, operation, {}});
    considerCallees(context, call, best);
  }
  return best;
}

bool isOffLoop(const Context &context, const Acquisition &acquisition) {
  const analysis::ThreadHops &hops = context.analyses.contexts.hops;
  return acquisition.object != link::kNone ? hops.offLoopObjects[acquisition.object]
                                           : acquisition.acquiredBy != link::kNone && hops.isOffLoop(acquisition.acquiredBy);
}

bool loops(const Context &context, const Acquisition &acquisition) {
  const facts::FileFacts &file = context.program.fileOf(acquisition.function);
  return std::any_of(acquisition.calls.begin(), acquisition.calls.end(), [&](link::CallId call) {
    const facts::LoopId loop = context.program.site(call).loop;
    return loop != facts::kNone && file.loops[loop].range.beginLine > acquisition.acquiredAt.beginLine;
  });
}

std::string lockIdentity(const Context &context, const Acquisition &acquisition) {
  const std::string_view path = acquisition.lockPath.view();
  if (context.program.language(acquisition.function) ==
      facts::Language::Python) // a qualified name, but for locals
    return path.find('.') == std::string_view::npos ? "" : std::string(path);
  const std::string_view first = path.substr(0, path.find_first_of(".-"));
  if (first == "self" || first == "cls" || first == "this")
    if (const facts::Class *owner = classAround(context.program, acquisition.function))
      return std::string(owner->qualifiedName.view()) + "#" + std::string(path);
  const facts::FileFacts &file = context.program.fileOf(acquisition.function);
  return !path.empty() && isBoundIn(file, 0, first) ? file.path + "#" + std::string(path) : "";
}

std::string lockName(const Context &context, const Acquisition &acquisition) {
  if (!acquisition.lockPath)
    return quoted(acquisition.entry->name.view());
  return quoted(
      withoutModule(acquisition.lockPath.view(), context.program.fileOf(acquisition.function).module.view()));
}

std::string routeOf(const Context &context, const SlowWork &work) {
  std::string text;
  for (FunctionId f : work.through)
    text += quoted(shortName(context.program, f)) + " → ";
  return text + quoted(apiName(*work.operation));
}

report::Location location(const Context &context, const Acquisition &acquisition) {
  return location(context.program, acquisition.function, acquisition.acquiredAt);
}

} // namespace clearway::checks
