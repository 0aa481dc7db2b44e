// A finding, as checks make it and reports print it. Plain data: no pointers into the program.
#pragma once

#include "facts/Facts.h"
#include "link/Program.h"

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

struct Finding {
  std::string check; // "blocking-sleep"
  Level level = Level::Warning;
  link::Confidence confidence = link::Confidence::Certain;
  Location primary;              // the operation in the user's own code
  std::string message;           // stands alone: what blocks, in which context, what to do
  std::string advice;            // "use `await asyncio.sleep(…)`"
  std::vector<Step> chain;       // entry point first, operation last; size 1 when direct
  std::vector<Related> related;  // other entry points, lock acquisition, …
  uint32_t otherEntryPoints = 0; // beyond those listed in related
  std::string terminal;          // API name: part of the fingerprint
  std::string entry;             // qualified name of the entry point
  std::vector<Fix> fixes;
  std::string fingerprint; // filled by report/Fingerprint
  bool suppressed = false;
  std::string justification;
};

} // namespace clearway::report
