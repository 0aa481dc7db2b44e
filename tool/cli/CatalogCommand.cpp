// `clearway catalog check`: mistakes and doubts in catalogue files, and entries that no code used.
#include "catalog/Lint.h"
#include "cli/Commands.h"
#include "cli/Terminal.h"
#include "source/FileBytes.h"

#include <algorithm>
#include <iostream>
#include <optional>

namespace clearway::cli {

namespace {

using catalog::Entry;

constexpr facts::Language kLanguages[] = {facts::Language::Cpp, facts::Language::Rust, facts::Language::Python};

void print(const std::vector<catalog::Error> &errors, const char *level) {
  for (const catalog::Error &error : errors)
    std::cout << error.file << ":" << error.line << ":" << error.column << ": " << level << ": " << error.message
              << "\n";
}

std::string counted(size_t count, const std::string &what) {
  return (count == 0 ? "no" : std::to_string(count)) + " " + what + (count == 1 ? "" : "s");
}

int report(const std::string &subject, const catalog::LintResult &result) {
  print(result.mistakes, "error");
  print(result.doubts, "warning");
  std::cerr << "clearway: " << subject << (result.entryCount == 1 ? ": 1 entry, " : ": " + std::to_string(result.entryCount) + " entries, ")
            << counted(result.mistakes.size(), "mistake") << ", " << counted(result.doubts.size(), "doubt") << "\n";
  return result.mistakes.empty() && result.doubts.empty() ? kClean : kFindings;
}

int checkFile(const std::string &file) {
  auto yaml = source::readFile(file);
  if (yaml)
    return report(file, catalog::lintFile(file, *yaml));
  printError(file + ": " +
             (yaml.error().id == "vanished" ? "there is no such file; check the path" : yaml.error().message));
  return kFailed;
}

int checkEmbedded() {
  catalog::LintResult all;
  for (facts::Language language : kLanguages) {
    catalog::LintResult one = catalog::lintEmbedded(language);
    all.mistakes.insert(all.mistakes.end(), one.mistakes.begin(), one.mistakes.end());
    all.doubts.insert(all.doubts.end(), one.doubts.begin(), one.doubts.end());
    all.entryCount += one.entryCount;
  }
  return report("the built-in catalogue", all);
}

/// Everything in the catalogue that something in the program turned out to be.
std::vector<const Entry *> matchedBy(const link::Program &program) {
  std::vector<const Entry *> matched;
  const auto add = [&](const std::vector<link::External> &externals) {
    for (const link::External &external : externals)
      if (external.entry)
        matched.push_back(external.entry);
  };
  for (const link::Function &function : program.functions) {
    add(function.decorators);
    add(function.bases);
    if (function.entry)
      matched.push_back(function.entry);
  }
  for (const link::Call &call : program.calls) {
    add(call.externals);
    for (const link::CallableArgument &callable : call.callables)
      add(callable.externals);
  }
  for (const link::Object &object : program.objects)
    add(object.types);
  return matched;
}

/// Lists the entries of the named files (of the whole catalogue without one) that nothing in --used-by matched.
int listUnmatched(const Arguments &arguments) {
  CheckArguments check = arguments.check;
  check.paths = arguments.usedBy;
  check.catalogs.insert(check.catalogs.end(), arguments.catalogFiles.begin(), arguments.catalogFiles.end());
  std::optional<Request> request = makeRequest(check);
  if (!request)
    return kFailed;
  const Analysed analysed = analyse(*request, [](const char *, size_t, size_t) {});
  printNotifications(analysed.notifications, arguments.check.quiet);
  const std::vector<const Entry *> matched = matchedBy(analysed.program);
  size_t count = 0;
  for (const Entry *entry : catalog::unmatchedEntries(*analysed.catalog, matched)) {
    const std::string file(entry->file.view());
    if (!arguments.catalogFiles.empty() &&
        std::find(arguments.catalogFiles.begin(), arguments.catalogFiles.end(), file) == arguments.catalogFiles.end())
      continue;
    std::cout << file << ":" << entry->line << ":1: note: nothing matched `" << entry->name.view() << "`\n";
    ++count;
  }
  std::cerr << "clearway: nothing matched " << (count == 1 ? "1 entry" : std::to_string(count) + " entries") << "\n";
  return workDone(analysed);
}

} // namespace

int runCatalogCheck(const Arguments &arguments) {
  if (arguments.catalogFiles.empty() && arguments.usedBy.empty())
    return checkEmbedded();
  int exitCode = kClean;
  for (const std::string &file : arguments.catalogFiles)
    exitCode = std::max(exitCode, checkFile(file));
  return arguments.usedBy.empty() || exitCode == kFailed ? exitCode
                                                              : std::max(exitCode, listUnmatched(arguments));
}

} // namespace clearway::cli
