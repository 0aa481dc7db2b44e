#include "runtime/StallReport.h"

#include "runtime/Culprit.h"
#include "source/Glob.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace clearway::runtime {

namespace {

bool matchesLoop(const std::string &loop, const StallFilter &filter) {
  return filter.loops.empty() || std::any_of(filter.loops.begin(), filter.loops.end(), [&](const std::string &glob) {
           return loop == glob || source::globMatches(glob, loop);
         });
}

bool passes(const Stall &stall, const StallFilter &filter) {
  bool rightCause = filter.causes.empty() ||
                    std::find(filter.causes.begin(), filter.causes.end(), stall.cause) != filter.causes.end();
  return rightCause && stall.durationNs >= filter.leastNs && matchesLoop(stall.loop, filter) &&
         stall.beginUnixNs + stall.durationNs >= filter.sinceUnixNs.value_or(0) &&
         stall.beginUnixNs <= filter.untilUnixNs.value_or(UINT64_MAX);
}

/// The names of the application's frames that the loop ran, for comparison; of all frames where it has none.
std::string applicationStack(const Stall &stall) {
  std::string own, all;
  for (const Frame *frame : framesInLoop(stall)) {
    std::string line = functionOf(*frame) + "\n";
    all += line;
    if (isApplication(*frame))
      own += line;
  }
  return own.empty() ? all : own;
}

/// Monotonic times of a process, as time of day. Processes without a beginning in the records have none.
uint64_t unixTime(const Process &process, uint64_t timeNs) {
  return process.startUnixNs == 0 ? 0 : process.startUnixNs + timeNs - process.startNs;
}

void cover(StallReport &report, uint64_t unixNs) {
  if (unixNs == 0)
    return;
  report.beginUnixNs = report.beginUnixNs == 0 ? unixNs : std::min(report.beginUnixNs, unixNs);
  report.endUnixNs = std::max(report.endUnixNs, unixNs);
}

void coverAll(StallReport &report, const Records &records) {
  std::map<int64_t, const Process *> byPid;
  for (const Process &process : records.processes) {
    byPid[process.pid] = &process;
    cover(report, process.startUnixNs);
    if (process.stopNs)
      cover(report, unixTime(process, *process.stopNs));
  }
  for (const LoopTotals &loop : records.loops)
    if (auto process = byPid.find(loop.pid); process != byPid.end())
      cover(report, unixTime(*process->second, loop.timeNs));
  for (const Stall &stall : records.stalls) {
    cover(report, stall.beginUnixNs);
    cover(report, stall.beginUnixNs + stall.durationNs);
  }
}

void addTo(CauseShare &share, const Stall &stall) {
  ++share.count;
  share.totalNs += stall.durationNs;
}

class CulpritTable {
public:
  /// Stalls come longest first.
  void add(const Stall &stall, size_t index) {
    auto [place, isNew] = indices_.try_emplace(culpritOf(stall), culprits_.size());
    if (isNew) {
      const Frame *frame = culpritFrame(stall);
      culprits_.push_back({.function = place->first, .place = frame ? placeOf(*frame) : ""});
    }
    Culprit &culprit = culprits_[place->second];
    ++culprit.count;
    culprit.totalNs += stall.durationNs;
    culprit.maxNs = std::max(culprit.maxNs, stall.durationNs);
    addTo(culprit.causes[stall.cause], stall);
    StackGroup &stack = groups_[place->second][applicationStack(stall)];
    stack.stalls.push_back(index);
    stack.totalNs += stall.durationNs;
  }

  std::vector<Culprit> take() {
    for (auto &[index, stacks] : groups_)
      for (auto &[text, stack] : stacks)
        culprits_[index].stacks.push_back(std::move(stack));
    for (Culprit &culprit : culprits_)
      std::stable_sort(culprit.stacks.begin(), culprit.stacks.end(),
                       [](const StackGroup &a, const StackGroup &b) { return a.totalNs > b.totalNs; });
    std::stable_sort(culprits_.begin(), culprits_.end(),
                     [](const Culprit &a, const Culprit &b) { return a.totalNs > b.totalNs; });
    return std::move(culprits_);
  }

private:
  std::vector<Culprit> culprits_;
  std::map<std::string, size_t> indices_;
  std::map<size_t, std::map<std::string, StackGroup>> groups_;
};

void addStalls(StallReport &report, std::vector<Stall> stalls, const StallFilter &filter) {
  for (Stall &stall : stalls)
    if (passes(stall, filter))
      report.stalls.push_back(std::move(stall));
  report.filteredOut = stalls.size() - report.stalls.size();
  std::stable_sort(report.stalls.begin(), report.stalls.end(),
                   [](const Stall &a, const Stall &b) { return a.durationNs > b.durationNs; });
  CulpritTable culprits;
  for (size_t i = 0; i < report.stalls.size(); ++i) {
    culprits.add(report.stalls[i], i);
    addTo(report.causes[report.stalls[i].cause], report.stalls[i]);
  }
  report.culprits = culprits.take();
}

void addLoops(StallReport &report, std::vector<LoopTotals> loops, const StallFilter &filter) {
  std::copy_if(std::make_move_iterator(loops.begin()), std::make_move_iterator(loops.end()),
               std::back_inserter(report.loops),
               [&](const LoopTotals &loop) { return matchesLoop(loop.loop, filter); });
  std::stable_sort(report.loops.begin(), report.loops.end(), [](const LoopTotals &a, const LoopTotals &b) {
    return std::tie(a.stallNs, a.raw.max) > std::tie(b.stallNs, b.raw.max);
  });
}

void countLoops(StallTotals &totals, const StallReport &report) {
  std::set<std::pair<int64_t, uint64_t>> known;
  for (const LoopTotals &loop : report.loops) {
    known.insert({loop.pid, loop.loopId});
    totals.loopsWithoutFinal += loop.final ? 0 : 1;
    totals.polls += loop.polls;
    totals.heartbeats += loop.heartbeats;
    totals.counted += loop.stalls;
    totals.countedNs += loop.stallNs;
    totals.suppressed += loop.suppressed;
    totals.misuse += loop.misuseThread + loop.misuseNested + loop.misuseEnd;
  }
  std::set<std::pair<int64_t, uint64_t>> unknown;
  for (const Stall &stall : report.stalls)
    if (!known.count({stall.pid, stall.loopId})) {
      unknown.insert({stall.pid, stall.loopId});
      totals.suppressed += stall.suppressed; // since the report before it
    }
  totals.loopsWithoutTotals = unknown.size();
}

StallTotals totalsOf(const StallReport &report) {
  StallTotals totals;
  countLoops(totals, report);
  totals.recorded = report.stalls.size();
  for (const Stall &stall : report.stalls) {
    totals.withStack += stall.frames.empty() ? 0 : 1;
    totals.watchdogLate += stall.watchdogLate ? 1 : 0;
    totals.estimated += stall.estimated ? 1 : 0;
    totals.ongoing += stall.ongoing ? 1 : 0;
  }
  for (const Process &process : report.processes)
    totals.recordsLost += process.recordsLost;
  return totals;
}

} // namespace

std::vector<std::pair<std::string, CauseShare>> byTime(const std::map<std::string, CauseShare> &causes) {
  std::vector<std::pair<std::string, CauseShare>> ordered(causes.begin(), causes.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto &a, const auto &b) { return a.second.totalNs > b.second.totalNs; });
  return ordered;
}

uint64_t endOf(const Records &records) {
  StallReport report;
  coverAll(report, records);
  return report.endUnixNs;
}

StallReport summarize(Records records, const StallFilter &filter) {
  StallReport report;
  coverAll(report, records);
  report.filtered = !filter.loops.empty() || !filter.causes.empty() || filter.sinceUnixNs || filter.untilUnixNs ||
                    filter.leastNs != 0;
  report.processes = std::move(records.processes);
  addStalls(report, std::move(records.stalls), filter);
  addLoops(report, std::move(records.loops), filter);
  report.spans = std::move(records.spans);
  std::stable_sort(report.spans.begin(), report.spans.end(),
                   [](const Span &a, const Span &b) { return a.durationNs > b.durationNs; });
  report.totals = totalsOf(report);
  return report;
}

} // namespace clearway::runtime
