#include "analysis/Analyses.h"

#include <future>

namespace clearway::analysis {

Analyses analyse(const link::Program &program, const catalog::Catalog &catalog, unsigned jobs) {
  Analyses results;
  // The lock flow needs nothing of the others.
  auto locks = std::async(jobs > 1 ? std::launch::async : std::launch::deferred,
                          [&] { return computeLockFlow(program, catalog); });
  results.graph = buildCallGraph(program);
  results.effects = computeEffects(program, results.graph);
  results.contexts = computeContexts(program, catalog, results.graph);
  results.startUp = StartUp(program, results.graph, results.contexts);
  takeLast(results.contexts, results.graph, results.startUp.functions());
  results.locks = locks.get();
  return results;
}

} // namespace clearway::analysis
