// The command line, as the commands want it.
#pragma once

#include "config/Settings.h"
#include "report/Writers.h"

#include <optional>
#include <string>
#include <vector>

namespace clearway::cli {

enum class When : uint8_t { Auto, Always, Never };

struct Output {
  report::Format format = report::Format::Text;
  std::string path; // empty: standard output
};

/// Options of all commands that analyse something.
struct CommonArguments {
  std::vector<std::string> paths{"."};
  std::vector<std::string> checks; // globs, added to the configuration's
  std::string profile, config, failLevel;
  std::string compileDatabase;             // -p
  std::vector<std::string> extraArguments; // --extra-arg
  std::vector<std::string> catalogs, excludes;
  unsigned jobs = 0; // 0: as many as there are processors
  bool noConfig = false, includeTests = false, quiet = false;
  When color = When::Auto;
};

struct CheckArguments : CommonArguments {
  std::vector<Output> outputs;
  bool exitZero = false, statistics = false, fix = false, unsafeFixes = false;
  bool sarifAbsolute = false, includeSuppressed = false, reproducible = false;
  std::string baseline, newFromRev, diff;
  bool updateBaseline = false;
};

enum class StallFormat : uint8_t { Text, Json, Html, Trace };

/// Options of `stalls`.
struct StallsArguments {
  std::vector<std::string> files;
  std::optional<StallFormat> format; // absent: as the output's name says
  std::string output;                // empty: standard output
  std::optional<size_t> top;
  std::vector<std::string> loops, causes;
  std::string since, until, least, failAbove;
};

/// Where functions, files and lines of native frames are looked up.
struct SymbolArguments {
  std::vector<std::string> binaries, debugFolders;
  bool none = false;
};

/// Options of `verify`, beside those of `check`.
struct VerifyArguments {
  std::vector<std::string> records, coverage;
  std::vector<std::string> only; // verdicts
};

enum class Command : uint8_t { Check, Explain, ListChecks, Why, Facts, CatalogCheck, Audit, Stalls, Verify };

struct Arguments {
  Command command = Command::Check;
  CheckArguments check;
  StallsArguments stalls;
  VerifyArguments verify;
  SymbolArguments symbols;
  std::string subject;                  // explain: check; why: FILE:LINE
  std::vector<std::string> catalogFiles, usedBy; // catalog check
  std::vector<std::string> commandLine; // without the program's name
};

/// What the process exits with.
enum ExitCode : int { kClean = 0, kFindings = 1, kFailed = 2 };

struct Parsed {
  std::optional<Arguments> arguments; // empty: there is nothing to do but exit
  int exitCode = kClean;
};

/// Prints help, the version, or what is wrong.
Parsed parseArguments(int argc, const char *const *argv);

} // namespace clearway::cli
