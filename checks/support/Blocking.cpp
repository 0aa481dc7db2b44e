#include "checks/support/Blocking.h"

#include "analysis/RuntimeFlavors.h"
#include "analysis/ValueTrace.h"
#include "checks/support/Chains.h"
#include "checks/support/Places.h"
#include "checks/support/Wording.h"

#include <algorithm>
#include <optional>

namespace clearway::checks {

using analysis::Operation;
using analysis::Reach;
using catalog::EffectKind;
using catalog::Weight;
using link::CallId;
using link::FunctionId;
using report::Finding;
using report::Level;
using report::Step;

namespace {

/// A call whose result is handed to a boundary in the place of a callable: `to_thread(f(x))`.
bool isEagerArgument(const Context &context, CallId id) {
  const facts::CallSite &site = context.program.site(id);
  if (site.use != facts::ResultUse::Argument || site.awaitedBy == facts::kNone)
    return false;
  const link::Call &call = context.program.calls[id];
  const CallId outerId = context.program.callAt(call.file, site.awaitedBy);
  const link::Call &outer = context.program.calls[outerId];
  const facts::FileFacts &file = context.program.files[call.file];
  const auto arguments = file.argumentsOf(context.program.site(outerId));
  for (uint32_t i = 0; i < arguments.size(); ++i) {
    const facts::Value &value = file.values[arguments[i].value];
    if (value.kind != facts::ValueKind::CallResult || value.a != call.site)
      continue;
    for (const link::External &api : outer.externals)
      if (const auto *runs =
              api.entry ? analysis::runsArgument(context.program, outer, *api.entry, i) : nullptr)
        return runs->context != catalog::ExecutionContext::Unknown;
  }
  return false;
}

/// `submit(asyncio.run, …).result()` and `run_coroutine_threadsafe(…).result()`: the thread waits for a
/// coroutine.
bool waitsForCoroutine(const Context &context, const Operation &operation) {
  const link::Program &program = context.program;
  const link::Call &call = program.calls[operation.call];
  const facts::FileFacts &file = program.files[call.file];
  bool complete = false;
  for (facts::CallId origin :
       analysis::originsOf(file, analysis::receiverOf(file, program.site(operation.call)), complete)) {
    const link::Call &maker = program.calls[program.callAt(call.file, origin)];
    for (const link::External &external : maker.externals)
      if (external.entry && external.entry->keepsTasks && !external.entry->suspends)
        return true; // a coroutine scheduled on a loop from outside
    for (const link::CallableArgument &callable : maker.callables) {
      for (const link::External &external : callable.externals)
        if (external.entry && external.entry->effect == EffectKind::Bridge)
          return true;
      for (const link::Target &target : callable.targets)
        for (const analysis::Effect &effect : context.analyses.effects.of(target.function))
          if (effect.kind == EffectKind::Bridge)
            return true;
    }
  }
  return false;
}

std::string_view checkOfKind(EffectKind kind) {
  switch (kind) {
  case EffectKind::Sleep:
    return "blocking-sleep";
  case EffectKind::Wait:
  case EffectKind::Join:
  case EffectKind::Future:
  case EffectKind::Channel:
    return "blocking-wait";
  case EffectKind::FileIo:
  case EffectKind::NetIo:
  case EffectKind::Dns:
  case EffectKind::Process:
  case EffectKind::Database:
  case EffectKind::Http:
  case EffectKind::Stdio:
    return "blocking-io";
  case EffectKind::Bridge:
    return "block-on";
  case EffectKind::Cpu:
    return "cpu-bound";
  case EffectKind::Device:
    return "device-sync";
  case EffectKind::Lock:
    return "blocking-lock";
  case EffectKind::None:
    break;
  }
  return "";
}

Level baseLevel(EffectKind kind) {
  switch (kind) {
  case EffectKind::FileIo:
  case EffectKind::NetIo:
  case EffectKind::Stdio:
  case EffectKind::Cpu:
  case EffectKind::Device:
    return Level::Warning;
  case EffectKind::Lock:
    return Level::Note;
  default:
    return Level::Error;
  }
}

Level raised(Level level) {
  return level == Level::Note ? Level::Warning : level == Level::Warning ? Level::Error : level;
}

Level lowered(Level level) {
  return level == Level::Error ? Level::Warning : level == Level::Warning ? Level::Note : level;
}

/// To start a process is not to wait for it.
bool startsProcess(const Operation &operation) {
  return operation.kind == EffectKind::Process && operation.weight == Weight::Low && operation.bounded;
}

bool computes(EffectKind kind) {
  return kind == EffectKind::FileIo || kind == EffectKind::Stdio || kind == EffectKind::Cpu ||
         kind == EffectKind::Device;
}

/// Entry points that run once, before or after the loop serves anybody.
bool isStartUp(const Context &context, FunctionId entry) {
  const facts::Function &function = context.program.facts(entry);
  if (function.flags & facts::FunctionFlag::MainGuard)
    return true;
  const std::string_view name = function.name.view();
  constexpr std::string_view kHooks[] = {"lifespan", "startup", "start_up", "shutdown", "shut_down"};
  return std::any_of(std::begin(kHooks), std::end(kHooks),
                     [&](std::string_view hook) { return name.find(hook) != std::string_view::npos; });
}

/// A chain is as sure as its weakest step; the loop's own callbacks need no reach.
std::optional<BlockingSite> siteOf(const Context &context, const Operation &operation) {
  if (operation.confidence == link::Confidence::NameOnly)
    return std::nullopt;
  if (operation.onLoopByCallback) {
    if (!context.options.includeTests && analysis::isTest(context.program, operation.function))
      return std::nullopt;
    Reach reach;
    reach.entry = operation.function;
    reach.entryKind = analysis::EntryKind::Callback;
    reach.runtime = analysis::runtimeOf(context.program.fileOf(operation.function));
    return BlockingSite{&operation, reach, operation.confidence};
  }
  const Reach *reach = wantedReach(context, operation.function);
  if (!reach || context.analyses.contexts.hops.isOffLoop(operation.call) || !analysis::suitsRuntime(*operation.entry, reach->runtime))
    return std::nullopt;
  return BlockingSite{&operation, *reach, analysis::weakest(reach->confidence, operation.confidence)};
}

/// The program's start waits for nobody but itself: a note, but what waits without end or panics stays what it is.
Level startUpLevel(Level level, EffectKind kind) {
  switch (kind) {
  case EffectKind::Bridge:
  case EffectKind::Sleep:
    return level;
  case EffectKind::Wait:
  case EffectKind::Join:
  case EffectKind::Future:
  case EffectKind::Channel:
    return lowered(level);
  default:
    return std::min(level, Level::Note);
  }
}

/// On a runtime of one thread main() and the tasks it has started share that thread.
bool isAtStartUp(const Context &context, const BlockingSite &site) {
  const analysis::StartUp &startUp = context.analyses.startUp;
  return !site.operation->onLoopByCallback &&
         (site.reach.runtime.view() == analysis::kCurrentThreadRuntime
              ? startUp.beforeTasks(context.program, site.operation->call)
              : startUp.at(context.program, site.operation->call));
}

/// Nobody else waits where a program does one thing after the other on its only thread.
bool isAlone(const Reach &reach) { return reach.runtime.view() == analysis::kSingleTaskRuntime; }

Step operationStep(const Context &context, const Operation &operation) {
  return {location(context.program, operation.call),
          quoted(apiName(operation)) + " blocks here: " + describe(context.program, operation), 1};
}

std::string message(const Context &context, const BlockingSite &site) {
  const Operation &operation = *site.operation;
  const bool startUp = isAtStartUp(context, site), alone = !startUp && isAlone(site.reach);
  const std::string what =
      quoted(apiName(operation)) +
      (!startUp && stopsAll(context, site.reach) ? " blocks the runtime's only thread (" : " blocks the event loop (") +
      describe(context.program, operation) + (startUp ? ", before or after serving only)" : alone ? ", where nothing else waits for it)" : ")");
  const bool harmless = startUp && startUpLevel(Level::Error, operation.kind) == Level::Note;
  const std::string use = harmless ? "" : "; " + replacement(context.program, operation, site.reach.runtime);
  if (operation.onLoopByCallback)
    return what + " as a callback that " + quoted(shortName(context.program, operation.function)) +
           " hands over" + use;
  if (site.reach.depth == 0)
    return what + " in " + withoutComma(entryLabel(context.program, site.reach)) + use;
  return what + ": " + route(context, site.reach, operation.function) + " → " + quoted(apiName(operation)) +
         use;
}

bool contains(const facts::SourceRange &outer, const facts::SourceRange &inner) {
  return std::pair(outer.beginLine, outer.beginColumn) <= std::pair(inner.beginLine, inner.beginColumn) &&
         std::pair(inner.endLine, inner.endColumn) <= std::pair(outer.endLine, outer.endColumn);
}

/// `with open(path) as file: text = file.read()`: the second call is made on what the first one gave, or on what that gave.
bool isMadeOn(const Context &context, CallId later, CallId earlier, unsigned depth = 0) {
  constexpr unsigned kDeepest = 4; // `Pool::new(url).unwrap()`
  const link::Call &call = context.program.calls[later];
  const facts::FileFacts &file = context.program.files[call.file];
  const facts::ValueId receiver = analysis::receiverOf(file, context.program.site(later));
  bool complete = false;
  for (facts::CallId origin : analysis::originsOf(file, receiver, complete))
    if (const CallId made = context.program.callAt(call.file, origin);
        made == earlier || (made != later && depth < kDeepest && isMadeOn(context, made, earlier, depth + 1)))
      return true;
  return false;
}

/// Whoever mends the one mends the other: the same API, or an argument or receiver of the other.
bool isOneCause(const Context &context, const Operation &earlier, const Operation &later) {
  const facts::SourceRange &first = context.program.site(earlier.call).range, &second = context.program.site(later.call).range;
  return lastName(earlier.api.view()) == lastName(later.api.view()) || contains(first, second) || contains(second, first) ||
         isMadeOn(context, later.call, earlier.call);
}

/// The site of the same function, line and cause, if there is one: sites of one function follow each other.
BlockingSite *sameLine(const Context &context, std::vector<BlockingSite> &sites, const Operation &operation) {
  const uint32_t line = location(context.program, operation.call).range.beginLine;
  for (auto site = sites.rbegin(); site != sites.rend() && site->operation->function == operation.function;
       ++site)
    if (location(context.program, site->operation->call).range.beginLine == line && isOneCause(context, *site->operation, operation))
      return &*site;
  return nullptr;
}

} // namespace

std::string_view checkOf(const Context &context, const Operation &operation) {
  if (isEagerArgument(context, operation.call))
    return "eager-offload";
  if (operation.kind == EffectKind::Future && waitsForCoroutine(context, operation))
    return "block-on";
  return checkOfKind(operation.kind);
}

const Reach *wantedReach(const Context &context, FunctionId function) {
  const Reach *reach = context.analyses.contexts.eventLoop(function);
  if (!reach || reach->confidence == link::Confidence::NameOnly)
    return nullptr;
  if (!context.options.includeTests && (reach->testOnly || analysis::isTest(context.program, function)))
    return nullptr;
  return reach;
}

std::vector<BlockingSite> blockingSites(const Context &context, std::string_view check) {
  std::vector<BlockingSite> sites;
  for (const Operation &operation : context.analyses.effects.operations) {
    const auto site = siteOf(context, operation);
    if (!site || checkOf(context, operation) != check)
      continue;
    BlockingSite *same = sameLine(context, sites, operation);
    if (!same)
      sites.push_back(*site);
    else if (levelOf(context, *same) < levelOf(context, *site))
      *same = *site;
  }
  return sites;
}

Level levelOf(const Context &context, const BlockingSite &site) {
  const Operation &operation = *site.operation;
  const bool strict = context.options.strict;
  const bool isWork = operation.kind == EffectKind::Cpu || operation.kind == EffectKind::Device;
  if ((operation.kind == EffectKind::Stdio || isWork) && operation.weight == Weight::Low && !strict)
    return Level::None; // short unless its input is long, which the source does not say
  Level level = baseLevel(operation.kind);
  if (strict)
    return computes(operation.kind) ? Level::Error : level;
  if (operation.weight == Weight::Low)
    level = computes(operation.kind) || startsProcess(operation) ? Level::Note : lowered(level);
  if (isAlone(site.reach) || isAtStartUp(context, site))
    return startUpLevel(level, operation.kind);
  const bool startUp = site.reach.entry != link::kNone && site.reach.entryKind != analysis::EntryKind::Loop && isStartUp(context, site.reach.entry);
  if (startUp && computes(operation.kind))
    return lowered(level);
  return stopsAll(context, site.reach) && operation.weight != Weight::Low ? raised(level) : level;
}

bool stopsAll(const Context &context, const Reach &reach) {
  if (reach.runtime.view() != analysis::kCurrentThreadRuntime || reach.entry == link::kNone)
    return false;
  FunctionId entry = reach.entry; // the main function's own steps come before anybody is served, or after
  while (context.program.functions[entry].parent != link::kNone)
    entry = context.program.functions[entry].parent;
  return context.program.facts(entry).name.view() != "main";
}

Finding blockingFinding(const Context &context, std::string_view check, const BlockingSite &site) {
  const Operation &operation = *site.operation;
  Finding finding;
  finding.check = check;
  finding.level = levelOf(context, site);
  finding.confidence = site.confidence;
  finding.primary = location(context.program, operation.call);
  finding.message = message(context, site);
  finding.advice = operation.entry->note.view();
  finding.chain = chainTo(context, site.reach, operation.function, operationStep(context, operation));
  finding.terminal = operation.api.view();
  finding.entry = context.program.facts(site.reach.entry).qualifiedName.view();
  if (!operation.onLoopByCallback)
    addOtherEntryPoints(context, operation.function, site.reach, finding);
  return finding;
}

void reportBlocking(const Context &context, std::string_view check,
                    const std::function<void(Finding)> &emit) {
  for (const BlockingSite &site : blockingSites(context, check))
    if (levelOf(context, site) != Level::None)
      emit(blockingFinding(context, check, site));
}

} // namespace clearway::checks
