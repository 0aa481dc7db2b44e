#include "frontend/rust/semantics/KeptCallables.h"

#include <algorithm>

namespace clearway::frontend::rust {
namespace {

using facts::Value;
using facts::ValueKind;
using link::CallId;
using link::Confidence;
using link::FunctionId;

constexpr size_t kMostClosures = 64; // a parameter that gets more than this is called from everywhere
constexpr size_t kMostKept = 16;     // a field that holds more than this says nothing about a call
constexpr int kMostForwards = 8;     // each(f) → each2(f) → …

class Connector {
public:
  Connector(link::Program &program, const KeptCallables &kept, GivenClosures &given) : program_(program), kept_(kept), given_(given) {}

  /// A call of what is in a field calls what is put there: any of it, where the type hides which; of a type parameter it is
  /// known only if there is but one.
  std::unordered_set<CallId> run() {
    std::unordered_set<CallId> connected;
    if (kept_.calls.empty())
      return connected;
    addGivenOn();
    std::unordered_map<Field, std::vector<FunctionId>, FieldHash> held;
    for (const KeptCallables::Kept &kept : kept_.kept) {
      std::vector<FunctionId> &all = held[kept.stored.field];
      for (const link::Target &target : kept.targets)
        addAll(all, {target.function});
      if (const auto parameter = parameterAt(program_, kept.stored.file, kept.stored.value))
        addAll(all, given_.of(*parameter));
    }
    for (const FieldCall &called : kept_.calls) {
      connected.insert(called.call);
      const std::vector<FunctionId> &all = held[called.field];
      const size_t most = kept_.fields.kindOf(called.field) == CallableFields::Kind::Any ? kMostKept : 1;
      for (const FunctionId one : all)
        if (all.size() <= most)
          program_.calls[called.call].targets.push_back({one, Confidence::Inferred});
    }
    return connected;
  }

private:
  /// Of parameters that are kept: what callers give, also callers that pass on a parameter of their own.
  void addGivenOn() {
    std::unordered_map<FunctionId, std::vector<Parameter>> wanted;
    const auto want = [&](const Parameter &parameter) {
      auto &of = wanted[parameter.function];
      const bool isNew = std::find(of.begin(), of.end(), parameter) == of.end();
      if (isNew)
        of.push_back(parameter);
      return isNew;
    };
    for (const KeptCallables::Kept &kept : kept_.kept)
      if (const auto parameter = parameterAt(program_, kept.stored.file, kept.stored.value))
        want(*parameter);
    bool more = !wanted.empty();
    for (int round = 0; round < kMostForwards && more; ++round) {
      more = false;
      for (CallId id = 0; id < program_.calls.size(); ++id)
        for (const link::Target &target : program_.calls[id].targets)
          if (const auto found = wanted.find(target.function); found != wanted.end())
            for (const Parameter &to : std::vector(found->second))
              if (const auto from = passedTo(id, to)) {
                more |= want(*from);
                more |= addAll(given_.all[to], given_.of(*from));
              }
    }
  }

  std::optional<Parameter> passedTo(CallId id, const Parameter &to) const {
    const auto arguments = program_.files[program_.calls[id].file].argumentsOf(program_.site(id));
    return to.position < arguments.size() ? parameterAt(program_, program_.calls[id].file, arguments[to.position].value) : std::nullopt;
  }

  static bool addAll(std::vector<FunctionId> &to, const std::vector<FunctionId> &from) {
    const size_t before = to.size();
    for (const FunctionId one : std::vector(from))
      if (std::find(to.begin(), to.end(), one) == to.end())
        to.push_back(one);
    return to.size() != before;
  }

  link::Program &program_;
  const KeptCallables &kept_;
  GivenClosures &given_;
};

} // namespace

std::optional<Parameter> parameterAt(const link::Program &program, link::FileId file, facts::ValueId id, unsigned depth) {
  const facts::FileFacts &facts = program.files[file];
  const Value value = facts.values[id];
  if (value.kind == ValueKind::Deref && depth < 4)
    return parameterAt(program, file, value.a, depth + 1);
  if (value.kind == ValueKind::Param)
    return Parameter{program.functionAt(file, value.a), value.b};
  if (value.kind == ValueKind::Variable && depth < 4)
    return parameterAt(program, file, facts.bindings[value.a].value, depth + 1);
  return std::nullopt;
}

const std::vector<FunctionId> &GivenClosures::of(const Parameter &parameter) const {
  static const std::vector<FunctionId> kNothing;
  const auto found = all.find(parameter);
  return found == all.end() || found->second.size() > kMostClosures ? kNothing : found->second;
}

std::unordered_set<CallId> connectKept(link::Program &program, const KeptCallables &kept, GivenClosures &given) {
  return Connector(program, kept, given).run();
}

} // namespace clearway::frontend::rust
