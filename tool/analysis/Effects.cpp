#include "analysis/Effects.h"

#include <algorithm>

namespace clearway::analysis {

using link::Confidence;
using link::FunctionId;
using link::Program;

namespace {

constexpr int kKinds = static_cast<int>(catalog::EffectKind::None);

/// Operations that matter most are searched from first: what a later pass finds never replaces an earlier
/// result.
int passOf(const Operation &operation) {
  const bool sure = operation.confidence != Confidence::NameOnly;
  const bool light = operation.weight == catalog::Weight::Low;
  return sure ? light : 2;
}
constexpr int kPasses = 3;

class Search {
public:
  Search(const Program &program, const CallGraph &graph, Effects &effects)
      : graph_(graph), effects_(effects), reached_(program.functions.size(), link::kNone) {}

  void run(catalog::EffectKind kind) {
    ++round_;
    for (int pass = 0; pass < kPasses; ++pass) {
      seed(kind, pass);
      spread(pass == kPasses - 1);
    }
  }

private:
  void seed(catalog::EffectKind kind, int pass) {
    for (uint32_t i = 0; i < effects_.operations.size(); ++i) {
      const Operation &operation = effects_.operations[i];
      if (operation.kind == kind && passOf(operation) == pass && !operation.onLoopByCallback)
        add(operation.function,
            {kind, i, operation.call, link::kNone, 0, operation.bounded, operation.confidence});
    }
  }

  void add(FunctionId f, const Effect &effect) {
    if (reached_[f] == round_)
      return;
    reached_[f] = round_;
    effects_.perFunction[f].push_back(effect);
    queue_.push_back(f);
  }

  /// Walks from callees to callers. Edges that are known by name only wait for the last pass.
  void spread(bool byNameToo) {
    if (byNameToo)
      queue_.insert(queue_.begin(), visited_.begin(), visited_.end());
    for (size_t i = 0; i < queue_.size(); ++i) {
      const FunctionId f = queue_[i];
      const Effect effect = effects_.perFunction[f].back();
      for (const Edge &edge : graph_.callers(f))
        if (byNameToo || edge.confidence != Confidence::NameOnly)
          add(edge.other, {effect.kind, effect.operation, edge.call, f, effect.depth + 1, effect.bounded,
                           weakest(effect.confidence, edge.confidence)});
    }
    visited_.insert(visited_.end(), queue_.begin(), queue_.end());
    queue_.clear();
    if (byNameToo)
      visited_.clear();
  }

  const CallGraph &graph_;
  Effects &effects_;
  std::vector<uint32_t> reached_; // the round in which a function was reached last
  std::vector<FunctionId> queue_, visited_;
  uint32_t round_ = 0;
};

} // namespace

Effects computeEffects(const Program &program, const CallGraph &graph) {
  Effects effects;
  effects.operations = findOperations(program, graph);
  effects.byCall.assign(program.calls.size(), link::kNone);
  for (uint32_t i = 0; i < effects.operations.size(); ++i)
    effects.byCall[effects.operations[i].call] = i;
  effects.perFunction.resize(program.functions.size());
  Search search(program, graph, effects);
  for (int kind = 0; kind < kKinds; ++kind)
    search.run(static_cast<catalog::EffectKind>(kind));
  return effects;
}

} // namespace clearway::analysis
