#include "cli/StallOptions.h"

#include <CLI/CLI.hpp>

#include <map>

namespace clearway::cli {

namespace {

void addOutput(CLI::App &app, StallsArguments &arguments) {
  app.add_option("-f,--format", arguments.format,
                 "text (default), json, html (one page that needs nothing else) or trace (for Perfetto and Chrome)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, StallFormat>{{"text", StallFormat::Text},
                                                                            {"json", StallFormat::Json},
                                                                            {"html", StallFormat::Html},
                                                                            {"trace", StallFormat::Trace}}))
      ->type_name("FORMAT");
  app.add_option("-o,--output", arguments.output,
                 "Write to this file, in one step; without --format its name decides (.html, .json)")
      ->type_name("FILE");
  app.add_option("--top", arguments.top, "How many culprits, stalls and loops to show in full; default: 10, in HTML 100")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
}

void addFilters(CLI::App &app, StallsArguments &arguments) {
  app.add_option("--loop", arguments.loops, "Only loops of this name; * and ? stand for any text and letter")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--cause", arguments.causes, "Only stalls of this cause: on-cpu, lock, syscall, …")
      ->type_name("CAUSE")
      ->allow_extra_args(false)
      ->delimiter(',');
  app.add_option("--since", arguments.since,
                 "Only stalls that ended after this time: 2026-11-21T07:26:18 (UTC), or 10m before the records' end")
      ->type_name("TIME");
  app.add_option("--until", arguments.until, "Only stalls that began before this time")->type_name("TIME");
  app.add_option("--min", arguments.least, "Only stalls of this duration or longer: 100ms, 1.5s")->type_name("DURATION");
}

} // namespace

void addStallOptions(CLI::App &app, StallsArguments &arguments) {
  app.add_option("FILES", arguments.files, "Files that the probe wrote (jsonl_path); - is standard input")
      ->required()
      ->type_name("");
  addOutput(app, arguments);
  addFilters(app, arguments);
  app.add_option("--fail-above", arguments.failAbove, "Exit with 1 if a stall that is shown lasted longer: 100ms, 1.5s")
      ->type_name("DURATION");
  app.footer("Exit codes: 0 the report is complete; 1 a stall is longer than --fail-above allows; 2 a file could not be\n"
             "read, nothing was a record, or the report could not be written. Lines that are no records are named on\n"
             "standard error and left out.");
}

void addVerifyOptions(CLI::App &app, VerifyArguments &arguments) {
  app.add_option("--records", arguments.records,
                 "Files that the probe wrote (jsonl_path), after the paths; - is standard input")
      ->required()
      ->type_name("FILES");
  app.add_option("--coverage", arguments.coverage,
                 "Which lines ran, in LCOV's format: tells what ran and was fast from what never ran")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--only", arguments.only,
                 "Only these: confirmed, unpredicted, executed (but fast), never-executed, not-seen; with commas between them")
      ->type_name("VERDICTS")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(CLI::IsMember({"confirmed", "unpredicted", "executed", "never-executed", "not-seen"}));
}

void addSymbolOptions(CLI::App &app, SymbolArguments &arguments) {
  app.add_option("--binary", arguments.binaries,
                 "An executable or shared object of the records, for those that are not where they were")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--debug-dir", arguments.debugFolders,
                 "A folder with debug information by build id (.build-id/ab/cd….debug), beside /usr/lib/debug")
      ->type_name("FOLDER")
      ->allow_extra_args(false);
  app.add_flag("--no-symbols", arguments.none, "Use the symbols of the records; read no binary");
}

} // namespace clearway::cli
