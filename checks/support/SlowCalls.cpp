#include "checks/support/SlowCalls.h"

namespace clearway::checks {

using analysis::Operation;
using link::FunctionId;

namespace {

const Operation *operationOf(const Context &context, FunctionId f, const Wanted &wanted) {
  for (const analysis::Effect &effect : context.analyses.effects.of(f))
    if (const Operation &operation = context.analyses.effects.operations[effect.operation];
        effect.confidence != link::Confidence::NameOnly && wanted(operation))
      return &operation;
  return nullptr;
}

} // namespace

const Operation *slowOperation(const Context &context, link::CallId call, const Wanted &wanted) {
  if (const Operation *operation = context.analyses.effects.at(call))
    return wanted(*operation) ? operation : nullptr;
  for (const analysis::Edge &edge : context.analyses.graph.callees(context.program.calls[call].caller))
    if (edge.call == call && edge.confidence != link::Confidence::NameOnly)
      if (const Operation *operation = operationOf(context, edge.other, wanted))
        return operation;
  return nullptr;
}

const Operation *slowHandedOver(const Context &context, link::CallId call, const Wanted &wanted) {
  for (const link::CallableArgument &callable : context.program.calls[call].callables)
    for (const link::Target &target : callable.targets)
      if (target.confidence != link::Confidence::NameOnly)
        if (const Operation *operation = operationOf(context, target.function, wanted))
          return operation;
  return nullptr;
}

} // namespace clearway::checks
