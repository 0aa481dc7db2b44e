#include "checks/support/Chains.h"

#include "checks/support/Places.h"

#include <algorithm>
#include <set>

namespace clearway::checks {

using analysis::Reach;
using link::CallId;
using link::FunctionId;
using report::Finding;
using report::Step;

namespace {

constexpr size_t kRelated = 5; // other entry points told in text
constexpr size_t kWays = 24;   // and told at all

std::vector<FunctionId> functionsOnTheWay(const Context &context, const Reach &reach, FunctionId function) {
  std::vector<FunctionId> way{function};
  for (const Reach *at = &reach; at->from != link::kNone; at = context.analyses.contexts.eventLoop(at->from))
    way.push_back(at->from);
  std::reverse(way.begin(), way.end());
  return way;
}

/// The call in the entry point where the way that `reach` stands for begins.
CallId firstCall(const Context &context, const Reach &reach, FunctionId function) {
  const auto way = functionsOnTheWay(context, reach, function);
  return way.size() > 2 ? context.analyses.contexts.eventLoop(way[1])->via : reach.via;
}

/// The way's first call, the operation, and of the calls between them those that are not told yet.
std::vector<Step> chainOf(const Context &context, const analysis::EntryWay &way, Step last, std::set<CallId> &told) {
  std::vector<Step> steps;
  for (size_t i = 0; i < way.calls.size(); ++i) {
    if (!told.insert(way.calls[i]).second && i != 0)
      continue;
    const std::string caller = i == 0 ? withoutComma(entryLabel(context, way.entry))
                                      : quoted(shortName(context.program, way.functions[i - 1]));
    steps.push_back({location(context.program, way.calls[i]),
                     caller + " calls " + quoted(shortName(context.program, way.functions[i])), static_cast<uint32_t>(i + 1)});
  }
  last.nesting = static_cast<uint32_t>(way.calls.size() + 1);
  steps.push_back(std::move(last));
  return steps;
}

} // namespace

std::vector<Step> chainTo(const Context &context, const Reach &reach, FunctionId function, Step last) {
  const auto way = functionsOnTheWay(context, reach, function);
  std::vector<Step> steps;
  for (size_t i = 0; i + 1 < way.size(); ++i) {
    const CallId call = i + 2 < way.size() ? context.analyses.contexts.eventLoop(way[i + 1])->via : reach.via;
    const std::string caller =
        i == 0 ? withoutComma(entryLabel(context, way[i])) : quoted(shortName(context.program, way[i]));
    steps.push_back({location(context.program, call),
                     caller + " calls " + quoted(shortName(context.program, way[i + 1])),
                     static_cast<uint32_t>(i + 1)});
  }
  last.nesting = static_cast<uint32_t>(way.size());
  steps.push_back(std::move(last));
  return steps;
}

std::string route(const Context &context, const Reach &reach, FunctionId function) {
  const auto way = functionsOnTheWay(context, reach, function);
  std::string text = withoutComma(entryLabel(context, way.front()));
  for (size_t i = 1; i < way.size(); ++i) {
    const bool left_out = way.size() > 5 && i > 1 && i + 2 < way.size();
    if (!left_out)
      text += " → " + quoted(shortName(context.program, way[i]));
    else if (i == 2)
      text += " → …";
  }
  return text;
}

void addOtherEntryPoints(const Context &context, FunctionId function, const Reach &reach, Finding &finding) {
  if (reach.depth == 0)
    return;
  uint32_t total = 0;
  const auto ways = context.analyses.contexts.ways(context.program, context.analyses.graph, function, kWays + 1, total);
  const CallId own = firstCall(context, reach, function);
  std::set<CallId> told;
  for (const Reach *at = context.analyses.contexts.eventLoop(function); at && at->from != link::kNone;
       at = context.analyses.contexts.eventLoop(at->from))
    told.insert(at->via);
  std::set<FunctionId> listed{reach.entry};
  for (const analysis::EntryWay &way : ways) {
    if (way.calls.front() == own || finding.otherChains.size() == kWays)
      continue;
    finding.otherChains.push_back(chainOf(context, way, finding.chain.back(), told));
    if (finding.related.size() >= kRelated)
      continue;
    listed.insert(way.entry);
    finding.related.push_back({location(context.program, way.calls.front()),
                               "also reached from " + quoted(shortName(context.program, way.entry))});
  }
  finding.otherEntryPoints = total > listed.size() ? total - static_cast<uint32_t>(listed.size()) : 0;
}

} // namespace clearway::checks
