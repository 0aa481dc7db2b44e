#include "runtime/Culprit.h"
#include "runtime/Format.h"
#include "runtime/FunctionName.h"
#include "runtime/Verification.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace clearway::runtime {

namespace {

using report::Finding;
using report::Level;
using report::Location;

/// The frames of a stack that are in the program.
struct Trail {
  const Stall *stall = nullptr;
  std::vector<std::pair<Place, const Frame *>> places; // innermost first
};

Trail trailOf(const Stall &stall, const ProgramIndex &index) {
  Trail trail{&stall, {}};
  for (const Frame *frame : framesInLoop(stall))
    if (Place place = index.placeOf(*frame); place.valid())
      trail.places.emplace_back(place, frame);
  return trail;
}

std::string nameOf(const Place &place, const Frame &frame, const link::Program &program) {
  return place.function != link::kNone ? std::string(program.facts(place.function).qualifiedName.view()) : functionOf(frame);
}

Location locationOf(const Place &place, const Frame &frame, const link::Program &program) {
  Location location;
  location.file = program.files[place.file].path;
  location.symbol = nameOf(place, frame, program);
  if (place.line != 0)
    location.range = {place.line, 1, place.line, 1};
  else
    location.range = program.facts(place.function).nameRange;
  return location;
}

std::string causeOf(const Stall &stall) {
  return stall.cause + (stall.detail.empty() ? "" : " (" + stall.detail + ")");
}

/// The machine's doing rather than the code's.
bool isOfTheMachine(const Stall &stall) {
  return stall.cause == "starved" || stall.cause == "throttled" || stall.watchdogLate;
}

const char *adviceFor(const std::string &cause) {
  if (cause == "on-cpu")
    return "hand the work to a worker thread; tell clearway about the API that takes long (docs/catalog.md), so that its "
           "other uses are found";
  if (cause == "lock" || cause == "syscall" || cause == "device-wait")
    return "await it, or hand it to a worker thread; tell clearway about the API (docs/catalog.md), so that its other uses "
           "are found";
  if (cause == "page-fault")
    return "touch or lock the memory before the loop needs it";
  return "see whether the machine has a core for this loop before changing the code";
}

/// All stalls of one place, the longest first.
class UnpredictedFinding {
public:
  UnpredictedFinding(std::vector<Trail> trails, const link::Program &program)
      : trails_(std::move(trails)), program_(program) {
    std::stable_sort(trails_.begin(), trails_.end(),
                     [](const Trail &a, const Trail &b) { return a.stall->durationNs > b.stall->durationNs; });
  }

  Finding take() {
    const Stall &worst = *trails_.front().stall;
    const auto &[place, frame] = trails_.front().places.front();
    Finding finding;
    finding.check = kUnpredictedStall;
    finding.level = std::all_of(trails_.begin(), trails_.end(), [](const Trail &trail) { return isOfTheMachine(*trail.stall); })
                        ? Level::Note
                        : Level::Warning;
    finding.primary = locationOf(place, *frame, program_);
    finding.terminal = functionOf(worst.frames.front());
    finding.measurement = measurement();
    finding.message = messageFor(nameOf(place, *frame, program_), *finding.measurement, worst);
    finding.advice = adviceFor(worst.cause);
    addChain(finding);
    return finding;
  }

private:
  report::Measurement measurement() const {
    report::Measurement sum;
    sum.verdict = report::MeasuredVerdict::Unpredicted;
    for (const Trail &trail : trails_) {
      ++sum.stalls;
      sum.totalNs += trail.stall->durationNs;
      sum.worstNs = std::max(sum.worstNs, trail.stall->durationNs);
      sum.causes[causeOf(*trail.stall)] += trail.stall->durationNs;
    }
    return sum;
  }

  static std::string messageFor(const std::string &name, const report::Measurement &sum, const Stall &worst) {
    return "`" + clean(name) + "` stopped the event loop `" + clean(worst.loop) + "` for " + durationText(sum.worstNs) + " (" +
           clean(causeOf(worst)) + "), which no check predicted: " + counted(sum.stalls, "stall") + ", " +
           durationText(sum.totalNs) + " in all";
  }

  /// From the outermost frame of the program that is in a coroutine, else from the outermost one.
  void addChain(Finding &finding) const {
    const auto &places = trails_.front().places;
    auto isCoroutine = [&](const auto &entry) {
      return entry.first.function != link::kNone && (program_.facts(entry.first.function).kind == facts::FunctionKind::Coroutine ||
                                                     program_.facts(entry.first.function).kind == facts::FunctionKind::AsyncGenerator);
    };
    auto outermost = std::find_if(places.rbegin(), places.rend(), isCoroutine);
    if (outermost == places.rend())
      outermost = places.rbegin();
    finding.entry = nameOf(outermost->first, *outermost->second, program_);
    uint32_t nesting = 1;
    for (auto at = outermost; at != places.rend(); ++at) {
      const std::string name = nameOf(at->first, *at->second, program_);
      const bool isLast = at + 1 == places.rend();
      const std::string text = isLast ? "`" + clean(name) + "` stalls here, in `" + clean(finding.terminal) + "`"
                                      : "`" + clean(name) + "` calls `" +
                                            clean(nameOf((at + 1)->first, *(at + 1)->second, program_)) + "`";
      finding.chain.push_back({locationOf(at->first, *at->second, program_), text, nesting++});
    }
  }

  std::vector<Trail> trails_;
  const link::Program &program_;
};

} // namespace

std::string_view unpredictedStallPage() {
  return R"(# unpredicted-stall

Reports code that stopped an event loop, as clearway-probe measured it, and that no check predicted.

## Why

While one poll runs, nobody else on the loop is served (CWE-1322). What stopped the loop here was measured, so it is true;
that no check reported it says that clearway does not know the API, cannot see the way that leads to it, or does not know that the
input is large.

`clearway verify PATHS --records FILE` reports it with the place in the innermost function of the analysed program, the stack as
chain, the cause and what it cost. Stalls of a loop that had no core, or whose container had used up its quota, are notes.

## What to do

Hand the work to a worker thread, or await it. Then tell clearway about the API, so that its other uses are found before they
run: docs/catalog.md says how, and needs no code. What has to stay is allowed by a comment:
`clearway: allow(unpredicted-stall) reason`.
)";
}

std::vector<Finding> unpredicted(const std::vector<const Stall *> &stalls, const ProgramIndex &index) {
  std::map<std::tuple<link::FileId, link::FunctionId, uint32_t>, std::vector<Trail>> byPlace;
  for (const Stall *stall : stalls) {
    Trail trail = trailOf(*stall, index);
    if (trail.places.empty())
      continue;
    const Place &place = trail.places.front().first;
    byPlace[{place.file, place.function, place.function == link::kNone ? place.line : 0}].push_back(std::move(trail));
  }
  std::vector<Finding> findings;
  for (auto &[place, trails] : byPlace)
    findings.push_back(UnpredictedFinding(std::move(trails), index.program()).take());
  return findings;
}

} // namespace clearway::runtime
