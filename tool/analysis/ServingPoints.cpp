#include "analysis/ServingPoints.h"

#include <algorithm>
#include <tuple>

namespace clearway::analysis {

using link::CallId;
using link::FunctionId;
using link::Program;

namespace {

bool beginsToServe(const link::Call &call) {
  return std::any_of(call.externals.begin(), call.externals.end(), [](const link::External &api) {
    return api.entry && api.entry->serves && api.confidence != link::Confidence::NameOnly;
  });
}

/// `@asynccontextmanager async def lifespan(app): …; yield`, as Starlette and its kin take it.
bool isLifespanFunction(const Program &program, FunctionId f) {
  const facts::Function &function = program.facts(f);
  const auto &decorators = program.functions[f].decorators;
  return function.kind == facts::FunctionKind::AsyncGenerator && function.name.view().find("lifespan") != std::string_view::npos &&
         std::any_of(decorators.begin(), decorators.end(), [](const link::External &decorator) {
           return decorator.name.view().ends_with("asynccontextmanager");
         });
}

/// Keeps the earlier of two; whether that is the new one.
bool keepEarlier(facts::SourceRange &kept, const facts::SourceRange &other) {
  if (kept.valid() && kept <= other)
    return false;
  kept = other;
  return true;
}

} // namespace

ServingPoints::ServingPoints(const Program &program, const CallGraph &graph)
    : points_(program.functions.size()), lifespans_(program.functions.size()) {
  std::vector<FunctionId> found;
  findLifespans(program);
  findCalls(program, found);
  spread(program, graph, std::move(found));
}

/// A lifespan serves while it is at its `yield`. Its server's start does not depend on it, so nobody who calls it serves for that.
void ServingPoints::findLifespans(const Program &program) {
  for (link::FileId file = 0; file < program.files.size(); ++file) {
    if (program.files[file].language != facts::Language::Python)
      continue;
    for (const facts::Suspension &suspension : program.files[file].suspensions) {
      if (suspension.kind != facts::SuspensionKind::Yield)
        continue;
      const FunctionId f = program.functionAt(file, suspension.function);
      if (!isLifespanFunction(program, f))
        continue;
      lifespans_[f] = true;
      keepEarlier(points_[f], suspension.range);
    }
  }
}

void ServingPoints::findCalls(const Program &program, std::vector<FunctionId> &found) {
  for (CallId call = 0; call < program.calls.size(); ++call)
    if (const FunctionId caller = program.calls[call].caller;
        beginsToServe(program.calls[call]) && isAsync(program.facts(caller).kind) && keepEarlier(points_[caller], program.site(call).range))
      found.push_back(caller);
}

void ServingPoints::spread(const Program &program, const CallGraph &graph, std::vector<FunctionId> queue) {
  for (size_t i = 0; i < queue.size(); ++i)
    for (const Edge &edge : graph.callers(queue[i]))
      if (program.language(edge.other) == facts::Language::Python && isAsync(program.facts(edge.other).kind) &&
          edge.confidence != link::Confidence::NameOnly && keepEarlier(points_[edge.other], program.site(edge.call).range))
        queue.push_back(edge.other);
}

bool ServingPoints::isAfter(const Program &program, CallId call) const {
  const FunctionId caller = program.calls[call].caller;
  if (!serves(caller))
    return false;
  const facts::SourceRange &point = points_[caller], &range = program.site(call).range;
  return std::tie(range.beginLine, range.beginColumn) >= std::tie(point.endLine, point.endColumn);
}

} // namespace clearway::analysis
