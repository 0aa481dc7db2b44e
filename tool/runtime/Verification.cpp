#include "runtime/Verification.h"

#include "runtime/Culprit.h"
#include "runtime/Format.h"
#include "runtime/FunctionName.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

namespace clearway::runtime {

namespace {

using report::Evidence;
using report::Finding;
using report::Measurement;
using report::MeasuredVerdict;

/// Findings by where they are.
class FindingTable {
public:
  FindingTable(const std::vector<Finding> &findings, const ProgramIndex &index) : findings_(findings), index_(index) {
    const link::Program &program = index.program();
    std::map<std::string_view, link::FileId> files;
    for (link::FileId file = 0; file < program.files.size(); ++file)
      files.try_emplace(program.files[file].path, file);
    for (size_t i = 0; i < findings.size(); ++i) {
      add(byPrimary_, files, findings[i].primary, i);
      for (size_t step = 0; step + 1 < findings[i].chain.size(); ++step)
        add(byStep_, files, findings[i].chain[step].location, i);
    }
  }

  std::vector<size_t> atLine(link::FileId file, uint32_t line) const { return lookUp(byPrimary_, file, line); }
  std::vector<size_t> withStepAt(link::FileId file, uint32_t line) const { return lookUp(byStep_, file, line); }

  /// Those whose line is in this function.
  std::vector<size_t> inFunction(link::FunctionId function) const {
    std::vector<size_t> found;
    auto inFile = byPrimary_.find(index_.firstOf(index_.program().functions[function].file));
    const facts::SourceRange &range = index_.program().facts(function).range;
    if (inFile != byPrimary_.end())
      for (size_t i : inFile->second)
        if (range.beginLine <= findings_[i].primary.range.beginLine && findings_[i].primary.range.endLine <= range.endLine)
          found.push_back(i);
    return found;
  }

private:
  using Table = std::map<link::FileId, std::vector<size_t>>;

  static void add(Table &table, const std::map<std::string_view, link::FileId> &files, const report::Location &at, size_t i) {
    if (auto file = files.find(at.file); file != files.end() && at.range.valid())
      table[file->second].push_back(i);
  }

  static bool covers(const report::Location &at, uint32_t line) {
    return at.range.beginLine <= line && line <= at.range.endLine;
  }

  bool isAt(const Table &table, size_t i, uint32_t line) const {
    const Finding &finding = findings_[i];
    if (&table == &byPrimary_)
      return covers(finding.primary, line);
    return std::any_of(finding.chain.begin(), finding.chain.end() - 1,
                       [&](const report::Step &step) { return covers(step.location, line); });
  }

  std::vector<size_t> lookUp(const Table &table, link::FileId file, uint32_t line) const {
    std::vector<size_t> found;
    if (auto inFile = table.find(file); inFile != table.end())
      for (size_t i : inFile->second)
        if (isAt(table, i, line) && (found.empty() || found.back() != i))
          found.push_back(i);
    return found;
  }

  const std::vector<Finding> &findings_;
  const ProgramIndex &index_;
  Table byPrimary_, byStep_;
};

struct Explanation {
  std::vector<size_t> findings;
  Evidence evidence = Evidence::Line;
};

/// Looks for the findings that a stack leads to.
class Matcher {
public:
  Matcher(const std::vector<Finding> &findings, const ProgramIndex &index)
      : findings_(findings), table_(findings, index) {}

  Explanation explain(const Stall &stall, const std::vector<Place> &places) const {
    for (const Place &place : places) // innermost first
      if (place.valid() && place.line != 0)
        if (std::vector<size_t> found = table_.atLine(place.file, place.line); !found.empty())
          return {found, Evidence::Line};
    const auto innermost = std::find_if(places.begin(), places.end(), [](const Place &place) { return place.valid(); });
    if (innermost == places.end())
      return {};
    if (innermost->line != 0) // what the step calls is not on the stack: inlined without debug information, or a tail call
      return {table_.withStepAt(innermost->file, innermost->line), Evidence::Chain};
    return {inFunction(stall, *innermost, static_cast<size_t>(innermost - places.begin())), Evidence::Function};
  }

private:
  /// Of the findings in a function of which no line is known, those whose API is among the frames it called, else all.
  std::vector<size_t> inFunction(const Stall &stall, const Place &place, size_t depth) const {
    std::vector<size_t> all = table_.inFunction(place.function), named;
    std::set<std::string> called;
    for (size_t i = 0; i < depth; ++i)
      called.insert(lastComponent(writtenName(stall.frames[i].symbol)));
    std::copy_if(all.begin(), all.end(), std::back_inserter(named),
                 [&](size_t i) { return called.count(lastComponent(findings_[i].terminal)) != 0; });
    return named.empty() ? all : named;
  }

  const std::vector<Finding> &findings_;
  FindingTable table_;
};

std::vector<Place> placesOf(const Stall &stall, const ProgramIndex &index) {
  std::vector<Place> places;
  for (const Frame &frame : stall.frames)
    places.push_back(index.placeOf(frame));
  return places;
}

/// Who started the loop did not stop it.
void forgetOutsideLoop(std::vector<Place> &places, const Stall &stall) {
  const std::vector<const Frame *> inLoop = framesInLoop(stall);
  auto next = inLoop.begin();
  for (size_t i = 0; i < places.size(); ++i)
    if (next != inLoop.end() && *next == &stall.frames[i])
      ++next;
    else
      places[i] = Place{};
}

void addTo(Measurement &measurement, const Stall &stall, Evidence evidence) {
  measurement.verdict = MeasuredVerdict::Confirmed;
  measurement.evidence = measurement.stalls == 0 ? evidence : std::min(measurement.evidence, evidence);
  ++measurement.stalls;
  measurement.totalNs += stall.durationNs;
  measurement.worstNs = std::max(measurement.worstNs, stall.durationNs);
  measurement.causes[stall.cause + (stall.detail.empty() ? "" : " (" + stall.detail + ")")] += stall.durationNs;
}

/// How often a finding's lines ran, if the coverage knows them.
std::optional<uint64_t> runsOf(const Finding &finding, const ProgramIndex &index, const Coverage &coverage) {
  std::optional<uint64_t> runs;
  for (const auto &[file, lines] : coverage.files()) {
    const link::FileId id = index.fileOf(file, "", 0);
    if (id == link::kNone || index.program().files[id].path != finding.primary.file)
      continue;
    for (auto line = lines.lower_bound(finding.primary.range.beginLine);
         line != lines.end() && line->first <= finding.primary.range.endLine; ++line)
      runs = std::max(runs.value_or(0), line->second);
  }
  return runs;
}

/// What is known of a finding that no stall belongs to.
void judgeUnstalled(Finding &finding, const std::set<link::FunctionId> &seen, const ProgramIndex &index,
                    const Coverage &coverage) {
  Measurement &measurement = *finding.measurement;
  if (auto runs = runsOf(finding, index, coverage)) {
    measurement.verdict = *runs == 0 ? MeasuredVerdict::NeverExecuted : MeasuredVerdict::Executed;
    measurement.runs = *runs;
    return;
  }
  const bool ran = std::any_of(seen.begin(), seen.end(), [&](link::FunctionId function) {
    const facts::SourceRange &range = index.program().facts(function).range, &line = finding.primary.range;
    return index.program().fileOf(function).path == finding.primary.file && range.beginLine <= line.beginLine &&
           line.endLine <= range.endLine;
  });
  measurement.verdict = ran ? MeasuredVerdict::Executed : MeasuredVerdict::NotSeen;
}

std::string causesText(const Measurement &measurement) {
  std::string text;
  for (const auto &[cause, ns] : measurement.causes)
    text += (text.empty() ? "" : ", ") + clean(cause) +
            (measurement.causes.size() > 1 ? " " + shareText(ns, measurement.totalNs) : "");
  return text;
}

std::string textOf(const Measurement &measurement) {
  switch (measurement.verdict) {
  case MeasuredVerdict::Confirmed:
    return "confirmed: " + counted(measurement.stalls, "stall") + ", " + durationText(measurement.totalNs) + " in all, worst " +
           durationText(measurement.worstNs) + "; " + causesText(measurement) +
           (measurement.evidence == Evidence::Line    ? ""
            : measurement.evidence == Evidence::Chain ? "; known by the call that leads there"
                                                      : "; known by the function, its lines are unknown");
  case MeasuredVerdict::Executed:
    return measurement.runs ? "ran " + countText(*measurement.runs) + " times, never as long as the probe's threshold"
                            : "its function ran, and this never took as long as the probe's threshold";
  case MeasuredVerdict::NeverExecuted:
    return "never executed";
  case MeasuredVerdict::NotSeen:
    return "not seen in the records: it did not run, or was never slow";
  case MeasuredVerdict::Unpredicted:
    break; // the message says it
  }
  return "";
}

} // namespace

Unexplained measure(std::vector<Finding> &findings, const std::vector<Stall> &stalls, const ProgramIndex &index,
                    const Coverage &coverage) {
  for (Finding &finding : findings)
    finding.measurement.emplace();
  const Matcher matcher(findings, index);
  std::set<link::FunctionId> seen;
  Unexplained unexplained;
  for (const Stall &stall : stalls) {
    std::vector<Place> places = placesOf(stall, index);
    for (const Place &place : places)
      if (place.function != link::kNone)
        seen.insert(place.function);
    forgetOutsideLoop(places, stall);
    const bool here = std::any_of(places.begin(), places.end(), [](const Place &place) { return place.valid(); });
    const Explanation explanation = matcher.explain(stall, places);
    for (size_t i : explanation.findings)
      addTo(*findings[i].measurement, stall, explanation.evidence);
    if (explanation.findings.empty())
      (here ? unexplained.here : unexplained.elsewhere).push_back(&stall);
  }
  for (Finding &finding : findings) {
    if (finding.measurement->stalls == 0)
      judgeUnstalled(finding, seen, index, coverage);
    finding.measurement->text = textOf(*finding.measurement);
  }
  return unexplained;
}

void rankByCost(std::vector<Finding> &findings) {
  auto key = [](const Finding &finding) {
    static constexpr int kOrder[] = {0, 2, 4, 3, 1}; // by MeasuredVerdict
    const Measurement measurement = finding.measurement.value_or(Measurement{});
    return std::pair(measurement.stalls != 0 ? 0 : kOrder[static_cast<size_t>(measurement.verdict)],
                     UINT64_MAX - measurement.totalNs);
  };
  std::stable_sort(findings.begin(), findings.end(), [&](const Finding &a, const Finding &b) { return key(a) < key(b); });
}

} // namespace clearway::runtime
