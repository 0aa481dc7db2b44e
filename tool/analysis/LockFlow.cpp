#include "analysis/LockFlow.h"

#include "analysis/FunctionLocks.h"

#include <algorithm>

namespace clearway::analysis {

using link::FunctionId;
using link::Program;

namespace {

template <typename T> void sortOnce(std::vector<T> &ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

/// Blocks are numbered as the source runs, but not always: restores program order.
void sortResults(const Program &program, LockFlow &flow) {
  const auto position = [&](const HeldAt &at) {
    const facts::SourceRange &range = at.call != link::kNone
                                          ? program.site(at.call).range
                                          : program.fileOf(at.function).suspensions[at.suspension].range;
    return std::tuple(at.function, range, at.call, at.suspension);
  };
  const auto before = [&](const HeldAt &a, const HeldAt &b) { return position(a) < position(b); };
  std::stable_sort(flow.suspensions.begin(), flow.suspensions.end(), before);
  std::stable_sort(flow.calls.begin(), flow.calls.end(), before);
  for (Acquisition &acquisition : flow.acquisitions) {
    sortOnce(acquisition.calls);
    sortOnce(acquisition.suspensions);
  }
}

} // namespace

LockFlow computeLockFlow(const Program &program, const catalog::Catalog &catalog) {
  LockFlow flow;
  const LockClassifier classifier(program, catalog);
  const Balances balances(program, classifier);
  for (FunctionId f = 0; f < program.functions.size(); ++f)
    FunctionLocks(program, classifier, balances, f, flow).run();
  sortResults(program, flow);
  return flow;
}

} // namespace clearway::analysis
