// One function per format. Each returns the whole report, so that a file can be replaced in one step.
#pragma once

#include "report/Report.h"
#include "report/SourceText.h"

#include <string>

namespace clearway::report {

enum class Format : uint8_t { Text, Concise, Json, Sarif, GitHub, JUnit };

struct WriteOptions {
  bool color = false;
  bool absolutePaths = false;         // SARIF for editors that do not know the project's folder
  bool includeSuppressed = false;     // SARIF and JSON, for audits
  bool reproducible = false;          // nothing that differs from run to run
  std::vector<std::string> arguments; // of the command line
  int exitCode = 0;
  std::string startTime, endTime; // UTC, RFC 3339
};

/// As clang-tidy prints: message, source line with the range, the chain as notes.
std::string writeText(const Report &report, SourceCache &sources, const WriteOptions &options);
/// One line per finding.
std::string writeConcise(const Report &report, SourceCache &sources, const WriteOptions &options);
/// docs/ci.md describes it.
std::string writeJson(const Report &report, SourceCache &sources, const WriteOptions &options);
/// SARIF 2.1.0.
std::string writeSarif(const Report &report, SourceCache &sources, const WriteOptions &options);
/// Workflow commands that GitHub Actions turns into annotations.
std::string writeGitHub(const Report &report, SourceCache &sources, const WriteOptions &options);
/// JUnit XML: a test case per file.
std::string writeJUnit(const Report &report, SourceCache &sources, const WriteOptions &options);

std::string write(Format format, const Report &report, SourceCache &sources, const WriteOptions &options);

} // namespace clearway::report
