// What the probe wrote down, as docs/probe.md describes it. Times and durations are nanoseconds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clearway::runtime {

/// One frame of a stack. Strings are empty where the record has null.
struct Frame {
  bool native = true; // false: given by an interpreter, with file and line
  std::string module, buildId, symbol, language, file;
  uint64_t offset = 0; // link-time address in the module, of the call for callers
  uint64_t line = 0;
  bool inlined = false; // added by symbolization: inlined into the frame behind it
};

struct Stall {
  uint64_t id = 0, loopId = 0, poll = 0;
  int64_t pid = 0, threadId = 0;
  std::string loop, operation;
  bool ongoing = false; // the last that is known of it is from before its end
  uint64_t beginNs = 0, beginUnixNs = 0, durationNs = 0, thresholdNs = 0;
  std::string cause = "unknown", detail;
  uint64_t samples = 0, agreeing = 0, stackSamples = 0, suppressed = 0;
  std::map<std::string, uint64_t> causeSamples;
  bool watchdogLate = false, estimated = false, truncated = false;
  std::string stackNote;
  std::vector<Frame> frames; // innermost first
};

/// Durations of polls up to which a share of them lasted.
struct Quantiles {
  uint64_t count = 0, sumNs = 0, p50 = 0, p90 = 0, p99 = 0, p999 = 0, p9999 = 0, max = 0;
};

/// The largest duration that a bucket takes, and how many it has.
using Bucket = std::pair<uint64_t, uint64_t>;

struct LoopTotals {
  int64_t pid = 0;
  uint64_t loopId = 0, timeNs = 0;
  std::string loop;
  bool final = false;
  uint64_t polls = 0, heartbeats = 0, stalls = 0, stallNs = 0, reports = 0, suppressed = 0, stacks = 0;
  uint64_t misuseThread = 0, misuseNested = 0, misuseEnd = 0, expectedIntervalNs = 0;
  std::map<std::string, uint64_t> causes;
  Quantiles raw, corrected;
  std::vector<Bucket> buckets; // raw, ascending
};

/// A request that broke a limit.
struct Span {
  int64_t pid = 0;
  std::string operation, brokenLimit;
  uint64_t beginNs = 0, durationNs = 0, longestGapNs = 0, items = 0;
  std::optional<uint64_t> firstItemNs;
};

/// One run of the probe in one process.
struct Process {
  int64_t pid = 0;
  std::string file, executable, probeVersion; // empty where the run's beginning is not in the records
  uint64_t startNs = 0, startUnixNs = 0, thresholdNs = 0;
  std::optional<uint64_t> stopNs; // absent: it was not stopped, or is running
  uint64_t recordsLost = 0;
};

/// All that was read, in the order of the files.
struct Records {
  std::vector<Process> processes;
  std::vector<Stall> stalls; // one per stall: what was said last of it
  std::vector<LoopTotals> loops; // one per loop: what was said last of it
  std::vector<Span> spans;
};

} // namespace clearway::runtime
