#include "cli/Arguments.h"

#include "cli/Outputs.h"
#include "cli/StallOptions.h"
#include "config/Suggest.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <map>

namespace clearway::cli {

namespace {

const char *const kExitCodes = "Exit codes: 0 nothing to report; 1 findings at or above the fail level; 2 "
                               "clearway could not do its work.\n"
                               "The report goes to standard output, everything else to standard error.";

/// Adds the options of one command to CLI11's description of it.
class CommandOptions {
public:
  CommandOptions(CLI::App &app, CheckArguments &arguments) : app_(app), arguments_(arguments) {}

  void analysis() {
    list("-c,--checks", arguments_.checks, "GLOBS",
         "Checks to run, as comma-separated globs in clang-tidy's manner: a leading - takes away, later ones "
         "win. "
         "--checks=-*,blocking-* runs the blocking checks alone");
    app_.add_option(
            "--profile", arguments_.profile,
            "default, or strict: fully async code, no thread-blocking lock and no file access on the loop")
        ->check(CLI::IsMember({"default", "strict"}))
        ->type_name("NAME");
    list("--catalog", arguments_.catalogs, "FILE", "More knowledge about APIs, as YAML (docs/catalog.md)");
    list("--exclude", arguments_.excludes, "GLOB", "Files or folders to leave out, relative to the project");
    app_.add_option("--config", arguments_.config,
                    "Use this file, not the .clearway.yaml found upward from the first path")
        ->type_name("FILE");
    app_.add_flag("--no-config", arguments_.noConfig, "Use no configuration file");
    app_.add_flag("--include-tests", arguments_.includeTests, "Report findings in test code, too");
    app_.add_option("-p", arguments_.compileDatabase,
                    "C++: compile_commands.json, or the folder it lies in; default: looked for in the "
                    "project and its build/")
        ->type_name("PATH");
    app_.add_option("--extra-arg", arguments_.extraArguments,
                    "C++: add this argument to every compile command")
        ->type_name("ARG")
        ->allow_extra_args(false);
    app_.add_option("-j,--jobs", arguments_.jobs, "Threads to use; default: one per processor")
        ->type_name("N")
        ->check(CLI::Range(1, 1024));
    terminal();
  }

  void terminal() {
    app_.add_flag("-q,--quiet", arguments_.quiet, "Print the report and errors only");
    app_.add_option("--color", arguments_.color,
                    "auto (on a terminal, unless NO_COLOR is set), always or never")
        ->transform(CLI::CheckedTransformer(std::map<std::string, When>{
            {"auto", When::Auto}, {"always", When::Always}, {"never", When::Never}}))
        ->type_name("WHEN");
  }

  void reporting(OutputOptions &outputs) {
    outputs.addTo(app_);
    app_.add_option("--fail-level", arguments_.failLevel,
                    "Exit with 1 for findings of this level or above: note, warning (default), error, never")
        ->check(CLI::IsMember({"note", "warning", "error", "never"}))
        ->type_name("LEVEL");
    app_.add_flag("--exit-zero", arguments_.exitZero, "Exit with 0 whatever is found");
    app_.add_flag("--statistics", arguments_.statistics, "Count the findings of each check at the end");
  }

  void sarif() {
    app_.add_option_function<std::string>(
            "--sarif-paths",
            [this](const std::string &value) { arguments_.sarifAbsolute = value == "absolute"; },
            "relative (default) to the project, for code hosts; absolute, for editors")
        ->check(CLI::IsMember({"relative", "absolute"}))
        ->type_name("KIND");
    app_.add_flag("--sarif-include-suppressed", arguments_.includeSuppressed,
                  "Suppressed findings, too, with their justification (SARIF and JSON)");
    app_.add_flag("--reproducible", arguments_.reproducible,
                  "Leave times and machine paths out of the report");
  }

  void fixing() {
    app_.add_flag("--fix", arguments_.fix,
                  "Change the files: apply the fixes that cannot change what the code means");
    app_.add_flag("--unsafe-fixes", arguments_.unsafeFixes, "With --fix: apply those that may, too");
  }

  void selection() {
    app_.add_option("--baseline", arguments_.baseline, "Leave out the findings that this file knows")
        ->type_name("FILE");
    app_.add_flag("--update-baseline", arguments_.updateBaseline, "Write all findings to the baseline file");
    app_.add_option("--new-from-rev", arguments_.newFromRev,
                    "Only findings with a step of their chain on a line that changed since this git revision")
        ->type_name("REV");
    app_.add_option("--diff", arguments_.diff,
                    "Only findings with a step on a line that this unified diff adds; - is standard input")
        ->type_name("FILE");
  }

  void paths(const std::string &description) {
    app_.add_option("PATHS", arguments_.paths, description)->type_name("");
  }

private:
  void list(const std::string &name, std::vector<std::string> &values, const char *type,
            const std::string &description) {
    app_.add_option(name, values, description)->type_name(type)->allow_extra_args(false)->delimiter(',');
  }

  CLI::App &app_;
  CheckArguments &arguments_;
};

class CommandLine {
public:
  CommandLine()
      : app_("Finds the code that stops an event loop, in C++, Rust and Python.\n\n"
             "  clearway check .                 look at the code here\n"
             "  clearway explain blocking-io     what a check means, with examples",
             "clearway") {
    app_.set_version_flag("--version", "clearway " CLEARWAY_VERSION);
    app_.require_subcommand(1);
    app_.footer(kExitCodes);
    addCheck();
    addTexts();
    addWhy();
    addFacts();
    addCatalog();
    addAudit();
    addStalls();
    addVerify();
  }

  Parsed parse(int argc, const char *const *argv) {
    result_.commandLine.assign(argv + 1, argv + argc);
    try {
      app_.parse(argc, argv);
      if (result_.command == Command::Check)
        result_.check.outputs = outputs_.take();
      if (result_.command == Command::Audit)
        result_.check.outputs = auditOutputs_.take();
      if (result_.command == Command::Verify)
        result_.check.outputs = verifyOutputs_.take();
      return {result_, kClean};
    } catch (const CLI::ParseError &error) {
      return {std::nullopt, complain(error)};
    }
  }

private:
  void addCheck() {
    CLI::App *app = command("check", "Look for code that stops an event loop", Command::Check);
    CommandOptions options(*app, result_.check);
    options.paths("Files and folders; default: the current folder");
    options.analysis();
    options.reporting(outputs_);
    options.sarif();
    options.fixing();
    options.selection();
    app->footer(kExitCodes);
  }

  void addTexts() {
    CLI::App *explain =
        command("explain", "What a check reports and why, with bad and good code", Command::Explain);
    explain->add_option("CHECK", result_.subject, "Name of the check")->required()->type_name("");
    command("list-checks", "All checks with one sentence each", Command::ListChecks);
  }

  void addWhy() {
    CLI::App *why = command("why", "Why is a line reported, or why is it not?", Command::Why);
    why->add_option("PLACE", result_.subject, "FILE:LINE")->required()->type_name("");
    CommandOptions options(*why, result_.check);
    options.paths("Files and folders of the program; default: the current folder");
    options.analysis();
  }

  void addFacts() {
    CLI::App *facts = command("facts", "What the front ends read in files, as text", Command::Facts);
    facts->add_flag("--dump", dump_, "Print them: the only thing to do with them so far");
    CommandOptions options(*facts, result_.check);
    options.paths("Files and folders");
    options.analysis();
  }

  void addCatalog() {
    CLI::App *catalog = app_.add_subcommand("catalog", "The knowledge about APIs");
    catalog->require_subcommand(1);
    CLI::App *check = catalog->add_subcommand("check", "Look for mistakes in catalogue files");
    check->callback([this] { result_.command = Command::CatalogCheck; });
    check->add_option("FILES", result_.catalogFiles, "Catalogue files; default: the built-in catalogue")
        ->type_name("");
    check
        ->add_option("--used-by", result_.usedBy,
                     "Also list the entries that nothing in this file or folder matched")
        ->type_name("PATH")
        ->allow_extra_args(false);
  }

  void addAudit() {
    CLI::App *audit =
        command("audit", "How far is this code on its way to fully async? A table of files with their status",
                Command::Audit);
    CommandOptions options(*audit, result_.check);
    options.paths("Files and folders; default: the current folder");
    options.analysis();
    auditOutputs_.addTo(*audit);
  }

  void addStalls() {
    CLI::App *stalls = command("stalls", "What stopped the loop, from the records of clearway-probe", Command::Stalls);
    addStallOptions(*stalls, result_.stalls);
    addSymbolOptions(*stalls, result_.symbols);
    CommandOptions options(*stalls, result_.check);
    options.terminal();
  }

  void addVerify() {
    CLI::App *verify = command(
        "verify", "Which findings do the probe's records confirm, and which stalls did no check predict?", Command::Verify);
    CommandOptions options(*verify, result_.check);
    options.paths("Files and folders; default: the current folder");
    addVerifyOptions(*verify, result_.verify);
    addSymbolOptions(*verify, result_.symbols);
    options.analysis();
    options.reporting(verifyOutputs_);
    options.sarif();
    verify->footer(kExitCodes);
  }

  CLI::App *command(const std::string &name, const std::string &description, Command command) {
    CLI::App *app = app_.add_subcommand(name, description);
    app->callback([this, command] { result_.command = command; });
    return app;
  }

  /// CLI11's messages, with a suggestion where a word is almost right.
  int complain(const CLI::ParseError &error) {
    if (error.get_exit_code() == 0) // help or version
      return app_.exit(error);
    std::string hint;
    if (const std::string *word = unknownWord())
      hint = config::didYouMean(*word, knownWords());
    std::string what = error.what();
    if (usedCommand().empty() && !result_.commandLine.empty() &&
        !result_.commandLine.front().starts_with("-"))
      what = "'" + result_.commandLine.front() + "' is no command";
    std::cerr << "clearway: error: " << what << hint << "\n"
              << "Run 'clearway " << usedCommand() << "--help' for the options.\n";
    return kFailed;
  }

  const std::string *unknownWord() {
    for (const std::string &word : result_.commandLine) {
      std::string name = word.substr(0, word.find('='));
      if ((word.starts_with("--") || &word == &result_.commandLine.front()) && !isKnown(name)) {
        unknown_ = name;
        return &unknown_;
      }
    }
    return nullptr;
  }

  bool isKnown(const std::string &word) {
    std::vector<std::string_view> words = knownWords();
    return std::find(words.begin(), words.end(), word) != words.end();
  }

  /// Commands and the long options of all of them.
  std::vector<std::string_view> knownWords() {
    if (words_.empty())
      for (CLI::App *app : app_.get_subcommands({})) {
        words_.push_back(app->get_name());
        for (CLI::Option *option : app->get_options())
          for (const std::string &name : option->get_lnames())
            words_.push_back("--" + name);
      }
    return {words_.begin(), words_.end()};
  }

  std::string usedCommand() {
    auto used = app_.get_subcommands();
    return used.empty() ? "" : used.front()->get_name() + " ";
  }

  CLI::App app_;
  Arguments result_;
  OutputOptions outputs_, auditOutputs_, verifyOutputs_;
  std::vector<std::string> words_;
  std::string unknown_;
  bool dump_ = false;
};

} // namespace

Parsed parseArguments(int argc, const char *const *argv) {
  return CommandLine().parse(argc, argv);
}

} // namespace clearway::cli
