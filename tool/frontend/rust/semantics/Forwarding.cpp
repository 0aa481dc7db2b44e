#include "frontend/rust/semantics/Forwarding.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace clearway::frontend::rust {
namespace {

using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::CallId;
using link::Confidence;
using link::FunctionId;

constexpr size_t kMostClosures = 16; // a parameter that gets more than this is called from everywhere

struct Parameter {
  FunctionId function = link::kNone;
  uint32_t position = 0;
  friend bool operator==(const Parameter &, const Parameter &) = default;
};
struct ParameterHash {
  size_t operator()(const Parameter &p) const { return size_t{p.function} * 31 + p.position; }
};

/// Entries for users' wrappers live as long as the program, like those of the catalogue.
const catalog::Entry *wrapperEntry(Name name, const catalog::RunsArgument &runs, uint32_t position) {
  static std::mutex mutex;
  static std::deque<catalog::Entry> made;
  const std::lock_guard lock(mutex);
  for (const catalog::Entry &known : made)
    if (known.name == name && known.runs.front().context == runs.context &&
        known.runs.front().argument.position == static_cast<int>(position))
      return &known;
  catalog::Entry &entry = made.emplace_back();
  entry.language = facts::Language::Rust;
  entry.name = name;
  entry.runs = {runs};
  entry.runs.front().argument = {};
  entry.runs.front().argument.position = static_cast<int>(position);
  entry.runs.front().conditions.clear();
  return &entry;
}

class Forwarder {
public:
  explicit Forwarder(link::Program &program) : program_(program) {}

  void run() {
    for (int round = 0; round < 3; ++round) // wrappers of wrappers
      if (!findBoundaries())
        break;
    collectClosures();
    connectCalls();
  }

private:
  const facts::FileFacts &fileOf(CallId call) const { return program_.files[program_.calls[call].file]; }
  bool isRust(CallId call) const { return fileOf(call).language == facts::Language::Rust; }

  /// The parameter that a value is, read through variables.
  std::optional<Parameter> parameterOf(link::FileId file, ValueId id, unsigned depth = 0) const {
    const facts::FileFacts &facts = program_.files[file];
    const Value value = facts.values[id];
    if (value.kind == ValueKind::Param)
      return Parameter{program_.functionAt(file, value.a), value.b};
    if (value.kind == ValueKind::Variable && depth < 4)
      return parameterOf(file, facts.bindings[value.a].value, depth + 1);
    return std::nullopt;
  }

  /// The parameter that a closure does nothing but call: `spawn_blocking(move || f())`.
  std::optional<Parameter> calledBy(FunctionId closure) const {
    const link::Function &function = program_.functions[closure];
    for (uint32_t i = 0; i < function.callCount; ++i) {
      const CallId call = function.firstCall + i;
      if (const auto parameter = parameterOf(program_.calls[call].file, program_.site(call).callee))
        if (parameter->function != closure)
          return parameter;
    }
    return std::nullopt;
  }

  bool findBoundaries() {
    bool found = false;
    for (CallId id = 0; id < program_.calls.size(); ++id)
      if (isRust(id))
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
    for (CallId id = 0; id < program_.calls.size(); ++id) {
      if (!isRust(id))
        continue;
      link::Call &call = program_.calls[id];
      for (const link::Target &target : call.targets)
        for (const link::CallableArgument &callable : call.callables) {
          const auto boundary = boundaries_.find({target.function, callable.argument});
          if (boundary == boundaries_.end())
            continue;
          const Name name = program_.facts(target.function).qualifiedName;
          if (std::none_of(call.externals.begin(), call.externals.end(),
                           [&](const link::External &known) { return known.name == name; }))
            call.externals.push_back({name, wrapperEntry(name, *boundary->second, callable.argument), target.confidence});
        }
    }
  }

  void collectClosures() {
    for (CallId id = 0; id < program_.calls.size(); ++id) {
      if (!isRust(id))
        continue;
      const link::Call &call = program_.calls[id];
      for (const link::Target &target : call.targets)
        for (const link::CallableArgument &callable : call.callables) {
          const Parameter parameter{target.function, callable.argument};
          if (boundaries_.contains(parameter))
            continue;
          auto &closures = closures_[parameter];
          for (const link::Target &closure : callable.targets)
            closures.push_back(closure.function);
        }
    }
  }

  /// A call of a parameter may call what callers hand over.
  void connectCalls() {
    for (CallId id = 0; id < program_.calls.size(); ++id) {
      if (!isRust(id) || !program_.calls[id].targets.empty())
        continue;
      const auto parameter = parameterOf(program_.calls[id].file, program_.site(id).callee);
      if (!parameter)
        continue;
      const auto closures = closures_.find(*parameter);
      if (closures == closures_.end() || closures->second.size() > kMostClosures)
        continue;
      for (const FunctionId closure : closures->second)
        program_.calls[id].targets.push_back({closure, Confidence::Inferred});
    }
  }

  link::Program &program_;
  std::unordered_map<Parameter, const catalog::RunsArgument *, ParameterHash> boundaries_;
  std::unordered_map<Parameter, std::vector<FunctionId>, ParameterHash> closures_;
};

} // namespace

void forwardClosures(link::Program &program) {
  Forwarder(program).run();
}

} // namespace clearway::frontend::rust
