// What `clearway stalls` shows, in any format.
#pragma once

#include "runtime/RecordFile.h"
#include "runtime/Records.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace clearway::runtime {

/// Which stalls are shown. Totals and histograms of loops are those of whole runs: records have no parts of them.
struct StallFilter {
  std::vector<std::string> loops;  // globs over names of loops; empty: all
  std::vector<std::string> causes; // empty: all
  std::optional<uint64_t> sinceUnixNs, untilUnixNs; // stalls that overlap this time
  uint64_t leastNs = 0;            // shorter ones are left out
};

struct CauseShare {
  uint64_t count = 0, totalNs = 0;
};

/// Stalls with the same frames of the application.
struct StackGroup {
  std::vector<size_t> stalls; // longest first, by index in StallReport::stalls
  uint64_t totalNs = 0;
};

/// Stalls whose innermost frame of the application is in one function.
struct Culprit {
  std::string function;
  std::string place; // of the frame in its longest stall
  uint64_t count = 0, totalNs = 0, maxNs = 0;
  std::map<std::string, CauseShare> causes;
  std::vector<StackGroup> stacks; // by total duration
};

struct StallTotals {
  uint64_t polls = 0, heartbeats = 0;
  uint64_t counted = 0, countedNs = 0; // by the loops themselves: every poll above the threshold
  uint64_t recorded = 0, withStack = 0, watchdogLate = 0, estimated = 0, ongoing = 0; // of the records shown
  uint64_t suppressed = 0;             // by the probe's rate limit
  uint64_t misuse = 0, recordsLost = 0;
  uint64_t loopsWithoutTotals = 0;     // their process ended before it wrote any
  uint64_t loopsWithoutFinal = 0;      // their process was not stopped, or not yet: those it wrote last are shown
};

struct StallReport {
  std::vector<Process> processes;
  std::vector<Stall> stalls; // that pass the filter, longest first
  std::vector<LoopTotals> loops; // that pass the filter, most time in stalls first
  std::vector<Span> spans;       // longest first
  std::vector<Culprit> culprits; // most time first
  std::map<std::string, CauseShare> causes;
  StallTotals totals;
  uint64_t beginUnixNs = 0, endUnixNs = 0; // of what the records cover; 0: nothing
  size_t filteredOut = 0;                  // stalls
  bool filtered = false;
  std::vector<Complaint> complaints;
};

StallReport summarize(Records records, const StallFilter &filter);

/// Most time first.
std::vector<std::pair<std::string, CauseShare>> byTime(const std::map<std::string, CauseShare> &causes);

/// The end of what the records cover; 0 without any.
uint64_t endOf(const Records &records);

} // namespace clearway::runtime
