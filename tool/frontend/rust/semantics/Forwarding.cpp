#include "frontend/rust/semantics/Forwarding.h"

#include "concurrency/Parallel.h"
#include "frontend/rust/semantics/Prelude.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace clearway::frontend::rust {
namespace {

using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::CallId;
using link::Confidence;
using link::FunctionId;

constexpr int kMostForwards = 8;     // each(f) → each2(f) → …

/// Entries for users' wrappers live as long as the program, like those of the catalogue.
const catalog::Entry *wrapperEntry(Name name, const catalog::RunsArgument &runs, uint32_t position, bool drivesFuture) {
  static std::mutex mutex;
  static std::deque<catalog::Entry> made;
  const std::lock_guard lock(mutex);
  for (const catalog::Entry &known : made)
    if (known.name == name && known.runs.front().context == runs.context &&
        known.runs.front().asyncIsBug == (runs.asyncIsBug && !drivesFuture) &&
        known.runs.front().argument.position == static_cast<int>(position))
      return &known;
  catalog::Entry &entry = made.emplace_back();
  entry.language = facts::Language::Rust;
  entry.name = name;
  entry.runs = {runs};
  entry.runs.front().asyncIsBug &= !drivesFuture;
  entry.runs.front().argument = {};
  entry.runs.front().argument.position = static_cast<int>(position);
  entry.runs.front().conditions.clear();
  return &entry;
}

class Forwarder {
public:
  Forwarder(link::Program &program, const KeptCallables &kept, unsigned jobs) : program_(program), kept_(kept), jobs_(jobs) {}

  void run() {
    givers_ = select([&](CallId id) { return isGiver(id); });
    for (int round = 0; round < 3; ++round) // wrappers of wrappers
      if (!findBoundaries())
        break;
    collectClosures();
    ofFields_ = connectKept(program_, kept_, closures_);
    handovers_ = select([&](CallId id) {
      connectCall(id);
      return isHandover(id);
    });
    findCalledParameters();
    markCalledBack();
  }

private:
  /// Rust's calls that `isWanted`, in order. Asked side by side; it may change the call.
  template <class IsWanted> std::vector<CallId> select(const IsWanted &isWanted) const {
    constexpr size_t kStretches = 32;
    std::vector<CallId> found[kStretches], all;
    const size_t calls = program_.calls.size();
    forEachInParallel(kStretches, jobs_, [&](size_t i) {
      for (size_t id = calls * i / kStretches; id < calls * (i + 1) / kStretches; ++id)
        if (isRust(static_cast<CallId>(id)) && isWanted(static_cast<CallId>(id)))
          found[i].push_back(static_cast<CallId>(id));
    });
    for (const std::vector<CallId> &stretch : found)
      all.insert(all.end(), stretch.begin(), stretch.end());
    return all;
  }

  /// Gives a function something callable, or calls what is known to run an argument.
  bool isGiver(CallId id) const {
    const link::Call &call = program_.calls[id];
    return !call.callables.empty() ||
           std::any_of(call.externals.begin(), call.externals.end(),
                       [](const link::External &external) { return external.entry && !external.entry->runs.empty(); });
  }

  const facts::FileFacts &fileOf(CallId call) const { return program_.files[program_.calls[call].file]; }
  bool isRust(CallId call) const { return fileOf(call).language == facts::Language::Rust; }

  std::optional<Parameter> parameterOf(link::FileId file, ValueId id) const { return parameterAt(program_, file, id); }

  /// `runtime.block_on(f())`: the thread runs the future that the closure makes.
  bool isGivenToLoop(CallId id) const {
    constexpr unsigned kDeepest = 4;
    for (unsigned depth = 0; depth < kDeepest; ++depth) {
      const facts::CallId outer = program_.site(id).awaitedBy;
      if (outer == facts::kNone)
        return false;
      id = program_.callAt(program_.calls[id].file, outer);
      if (fileOf(id).values[program_.site(id).callee].name.view() == "block_on")
        return true; // of whatever runtime
      for (const link::External &external : program_.calls[id].externals)
        if (external.entry && external.entry->startsLoop)
          return true;
    }
    return false;
  }

  /// The parameter that a closure does nothing but call: `spawn_blocking(move || f())`.
  std::optional<Parameter> calledBy(FunctionId closure) {
    const link::Function &function = program_.functions[closure];
    for (uint32_t i = 0; i < function.callCount; ++i) {
      const CallId call = function.firstCall + i;
      if (const auto parameter = parameterOf(program_.calls[call].file, program_.site(call).callee))
        if (parameter->function != closure) {
          if (isGivenToLoop(call))
            drivesFuture_.insert(*parameter);
          return parameter;
        }
    }
    return std::nullopt;
  }

  bool findBoundaries() {
    bool found = false;
    for (const CallId id : givers_)
      found |= findBoundary(id);
    if (found)
      markCalls();
    return found;
  }

  bool findBoundary(CallId id) {
    const link::Call &call = program_.calls[id];
    const auto arguments = fileOf(id).argumentsOf(program_.site(id));
    bool found = false;
    for (const link::External &external : call.externals) {
      if (!external.entry)
        continue;
      for (const catalog::RunsArgument &runs : external.entry->runs) {
        const int position = runs.argument.position;
        if (position < 0 || position >= static_cast<int>(arguments.size()) ||
            runs.context == catalog::ExecutionContext::Unknown || runs.context == catalog::ExecutionContext::EventLoop)
          continue;
        std::optional<Parameter> parameter = parameterOf(call.file, arguments[position].value);
        for (const link::CallableArgument &callable : call.callables)
          if (!parameter && callable.argument == static_cast<uint32_t>(position))
            for (const link::Target &target : callable.targets)
              if (!parameter)
                parameter = calledBy(target.function);
        if (parameter && boundaries_.try_emplace(*parameter, &runs).second)
          found = true;
      }
    }
    return found;
  }

  /// Calls of a wrapper say where its closure runs.
  void markCalls() {
    for (const CallId id : givers_) {
      link::Call &call = program_.calls[id];
      for (const link::Target &target : call.targets)
        for (const link::CallableArgument &callable : call.callables) {
          const auto boundary = boundaries_.find({target.function, callable.argument});
          if (boundary == boundaries_.end())
            continue;
          const Name name = program_.facts(target.function).qualifiedName;
          if (std::none_of(call.externals.begin(), call.externals.end(),
                           [&](const link::External &known) { return known.name == name; }))
            call.externals.push_back({name, wrapperEntry(name, *boundary->second, callable.argument, drivesFuture_.contains(boundary->first)),
                                      target.confidence});
        }
    }
  }

  void collectClosures() {
    for (const CallId id : givers_) {
      const link::Call &call = program_.calls[id];
      for (const link::Target &target : call.targets)
        for (const link::CallableArgument &callable : call.callables) {
          const Parameter parameter{target.function, callable.argument};
          if (boundaries_.contains(parameter))
            continue;
          auto &closures = closures_.all[parameter];
          for (const link::Target &closure : callable.targets)
            closures.push_back(closure.function);
        }
    }
  }

  bool isAsync(FunctionId f) const {
    const facts::FunctionKind kind = program_.facts(f).kind;
    return kind == facts::FunctionKind::Coroutine || kind == facts::FunctionKind::AsyncGenerator;
  }

  /// A call of a parameter may call what callers hand over.
  void connectCall(CallId id) const {
    link::Call &call = program_.calls[id];
    if (!call.targets.empty())
      return;
    if (const auto parameter = parameterOf(call.file, program_.site(id).callee))
      for (const FunctionId closure : closuresOf(*parameter))
        (isInCoroutine(call.caller, parameter->function) || isAsync(closure) ? call.targets : call.handedIn)
            .push_back({closure, Confidence::Inferred});
  }

  /// Whether `user`, within the function that has the parameter, or that function is a coroutine.
  bool isInCoroutine(FunctionId user, FunctionId owner) const {
    for (; user != link::kNone && user != owner; user = program_.functions[user].parent)
      if (isAsync(user))
        return true;
    return isAsync(owner);
  }

  const std::vector<FunctionId> &closuresOf(const Parameter &parameter) const { return closures_.of(parameter); }

  // ---- closures that are called before the call they are handed to returns

  /// What follows concerns few calls, and looks at them again and again.
  bool isHandover(CallId id) const {
    const link::Call &call = program_.calls[id];
    return !call.callables.empty() || parameterOf(call.file, program_.site(id).callee) ||
           std::any_of(call.targets.begin(), call.targets.end(),
                       [&](const link::Target &target) { return isLambda(target.function); }) ||
           passesOn(id);
  }

  /// Gives a parameter to something that may call it.
  bool passesOn(CallId id) const {
    const link::Call &call = program_.calls[id];
    if (call.targets.empty() && !callsAtOnce(id))
      return false;
    const auto arguments = fileOf(id).argumentsOf(program_.site(id));
    return std::any_of(arguments.begin(), arguments.end(),
                       [&](const facts::Argument &argument) { return parameterOf(call.file, argument.value); });
  }

  bool callsAtOnce(CallId id) const {
    const Value &callee = fileOf(id).values[program_.site(id).callee];
    return callee.kind == ValueKind::Attr && runsClosureAtOnce(callee.name.view());
  }

  bool isLambda(FunctionId f) const { return program_.facts(f).flags & facts::FunctionFlag::Lambda; }

  void findCalledParameters() {
    for (int round = 0; round < kMostForwards; ++round) {
      const size_t before = called_.size();
      for (const CallId id : handovers_)
        addRunClosures(program_.calls[id], id);
      for (const CallId id : handovers_)
        addCalledParameters(id);
      if (called_.size() == before)
        return;
    }
  }

  void addRunClosures(const link::Call &call, CallId id) {
    const auto add = [&](const std::vector<link::Target> &targets) {
      for (const link::Target &target : targets)
        if (isLambda(target.function))
          run_.insert(target.function);
    };
    const auto parameter = parameterOf(call.file, program_.site(id).callee);
    const bool isElsewhere = ofFields_.contains(id) || (parameter && !runsWithin(call.caller, parameter->function));
    if (!isElsewhere) // not in a closure that goes elsewhere, nor one that is kept
      add(call.targets);
    for (const link::CallableArgument &callable : call.callables)
      if (runsHere(call, callable) || callsArgument(call, id, callable.argument))
        add(callable.targets);
  }

  static bool runsHere(const link::Call &call, const link::CallableArgument &callable) {
    for (const link::External &external : call.externals)
      if (external.entry)
        for (const catalog::RunsArgument &runs : external.entry->runs)
          if (runs.argument.position == static_cast<int>(callable.argument))
            return runs.context == catalog::ExecutionContext::Unknown;
    return false;
  }

  /// What a closure within the function does that function does only if it runs the closure itself.
  bool runsWithin(FunctionId user, FunctionId owner) const {
    for (; user != owner; user = program_.functions[user].parent)
      if (user == link::kNone || !(isAsync(user) || run_.contains(user)))
        return false;
    return true;
  }

  void addCalledParameters(CallId id) {
    const link::Call &call = program_.calls[id];
    const auto add = [&](const std::optional<Parameter> &parameter) {
      if (parameter && runsWithin(call.caller, parameter->function))
        called_.insert(*parameter);
    };
    add(parameterOf(call.file, program_.site(id).callee));
    const auto arguments = fileOf(id).argumentsOf(program_.site(id));
    for (uint32_t i = 0; i < arguments.size(); ++i)
      if (const auto passed = parameterOf(call.file, arguments[i].value))
        if (callsArgument(call, id, i))
          add(passed);
  }

  bool callsArgument(const link::Call &call, CallId id, uint32_t argument) const {
    if (call.targets.empty())
      return callsAtOnce(id);
    return std::any_of(call.targets.begin(), call.targets.end(),
                       [&](const link::Target &target) { return called_.contains({target.function, argument}); });
  }

  void markCalledBack() {
    for (const CallId id : handovers_) {
      link::Call &call = program_.calls[id];
      if (call.targets.empty())
        continue;
      if (isAsync(call.caller))
        addForwarded(call, id);
      for (link::CallableArgument &callable : call.callables)
        callable.calledBack = callsArgument(call, id, callable.argument);
    }
  }

  /// A coroutine that passes its parameter on runs what it was given, wherever that came from.
  void addForwarded(link::Call &call, CallId id) const {
    const auto arguments = fileOf(id).argumentsOf(program_.site(id));
    for (uint32_t i = 0; i < arguments.size(); ++i) {
      const auto passed = parameterOf(call.file, arguments[i].value);
      if (!passed || !callsArgument(call, id, i))
        continue;
      link::CallableArgument made{.argument = i, .targets = {}, .externals = {}};
      for (const FunctionId closure : closuresOf(*passed))
        made.targets.push_back({closure, Confidence::Inferred});
      if (!made.targets.empty())
        call.callables.push_back(std::move(made));
    }
  }

  link::Program &program_;
  const KeptCallables &kept_;
  const unsigned jobs_;
  std::vector<CallId> givers_;
  std::vector<CallId> handovers_; // calls that are given something callable, or call it
  std::unordered_map<Parameter, const catalog::RunsArgument *, ParameterHash> boundaries_;
  std::unordered_set<Parameter, ParameterHash> drivesFuture_; // of these, those whose result the thread runs to its end
  GivenClosures closures_;
  std::unordered_set<Parameter, ParameterHash> called_; // before their function returns, or by its coroutine
  std::unordered_set<CallId> ofFields_;                 // calls of what is kept in fields
  std::unordered_set<FunctionId> run_;                  // closures that run where they are written
};

} // namespace

void forwardClosures(link::Program &program, const KeptCallables &kept, unsigned jobs) {
  Forwarder(program, kept, jobs).run();
}

} // namespace clearway::frontend::rust
