// A finding, as checks make it and reports print it. Plain data: no pointers into the program.
#pragma once

#include "facts/Facts.h"
#include "link/Program.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace clearway::report {

enum class Level : uint8_t { None, Note, Warning, Error };

struct Location {
  std::string file; // as FileFacts::path
  facts::SourceRange range;
  std::string symbol; // qualified name of the enclosing function
};

/// One step of the chain from the entry point to the operation: a call, or the operation itself.
struct Step {
  Location location;
  std::string text;     // "`chat` calls `render`", "`requests.post` blocks here: network I/O"
  uint32_t nesting = 1; // call depth, from 1
};

struct TextEdit {
  std::string file;
  facts::SourceRange range;
  std::string replacement;
};

struct Fix {
  std::string description; // imperative, shown as the title of a quick fix
  bool safe = false;
  std::vector<TextEdit> edits;
};

struct Related {
  Location location;
  std::string text;
};

/// What runs of the program say about a finding.
enum class MeasuredVerdict : uint8_t {
  Confirmed,     // stalls were measured there
  Executed,      // it ran, and never took as long as the probe's threshold
  NeverExecuted, // the coverage says that its line did not run
  NotSeen,       // in no stack: it did not run, or was never slow
  Unpredicted,   // measured, without a check having predicted it
};

/// By what stalls were recognised as a finding's, best first.
enum class Evidence : uint8_t { Line, Chain, Function };

struct Measurement {
  MeasuredVerdict verdict = MeasuredVerdict::NotSeen;
  Evidence evidence = Evidence::Line; // of stalls
  uint64_t stalls = 0, totalNs = 0, worstNs = 0;
  std::map<std::string, uint64_t> causes; // nanoseconds by cause
  std::optional<uint64_t> runs;           // of the line, by the coverage
  std::string text;                       // all of it, for people
};

struct Finding {
  std::string check; // "blocking-sleep"
  Level level = Level::Warning;
  link::Confidence confidence = link::Confidence::Certain;
  Location primary;              // the operation in the user's own code
  std::string message;           // stands alone: what blocks, in which context, what to do
  std::string advice;            // "use `await asyncio.sleep(…)`"
  std::vector<Step> chain;       // entry point first, operation last; size 1 when direct
  std::vector<Related> related;  // other entry points, lock acquisition, …
  std::vector<std::vector<Step>> otherChains; // like `chain`, from other calls in entry points; not all of them
  uint32_t otherEntryPoints = 0; // beyond those listed in related
  std::string terminal;          // API name: part of the fingerprint
  std::string entry;             // qualified name of the entry point
  std::vector<Fix> fixes;
  std::string fingerprint; // filled by report/Fingerprint
  bool suppressed = false;
  std::string justification;
  std::optional<Measurement> measurement; // `clearway verify` alone has any
};

} // namespace clearway::report
