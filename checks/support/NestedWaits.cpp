#include "checks/support/NestedWaits.h"

#include "analysis/Contexts.h"
#include "checks/support/Blocking.h"
#include "checks/support/Places.h"
#include "checks/support/Wording.h"

namespace clearway::checks {

using analysis::Operation;
using report::Finding;

namespace {

bool isNested(const Context &context, const Operation &operation) {
  return context.analyses.contexts.hops.waitingThreadCalls[operation.call] &&
         operation.confidence != link::Confidence::NameOnly &&
         (context.options.includeTests || !analysis::isTest(context.program, operation.function)) &&
         !wantedReach(context, operation.function) && checkOf(context, operation) == "block-on";
}

} // namespace

void reportNestedWaits(const Context &context, const std::function<void(Finding)> &emit) {
  for (const Operation &operation : context.analyses.effects.operations) {
    if (!isNested(context, operation))
      continue;
    const std::string name = shortName(context.program, operation.function);
    Finding out;
    out.check = "block-on";
    out.level = report::Level::Warning;
    out.confidence = operation.confidence;
    out.primary = location(context.program, operation.call);
    out.message = quoted(apiName(operation)) + " in async " + quoted(name) +
                  " holds up the thread that drives this coroutine, and all else that is awaited there; " +
                  replacement(context.program, operation, {});
    out.advice = operation.entry->note.view();
    out.chain = {{out.primary, quoted(apiName(operation)) + " blocks here: " + describe(context.program, operation), 1}};
    out.terminal = operation.api.view();
    out.entry = context.program.facts(operation.function).qualifiedName.view();
    emit(std::move(out));
  }
}

} // namespace clearway::checks
