#include "cli/Commands.h"
#include "cli/Terminal.h"
#include "facts/Text.h"
#include "report/OutputFile.h"
#include "source/FileBytes.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace clearway::cli {

namespace {

int print(const std::string &text) {
  auto written = report::writeAll(STDOUT_FILENO, text);
  if (!written)
    printError("standard output " + written.error());
  return written ? kClean : kFailed;
}

/// Number of mistakes, which are printed; nothing if the file cannot be read.
std::optional<size_t> checkCatalogueFile(const std::string &file) {
  auto yaml = source::readFile(file);
  if (!yaml) {
    printError(
        file + ": " +
        (yaml.error().id == "vanished" ? "there is no such file; check the path" : yaml.error().message));
    return std::nullopt;
  }
  catalog::Catalog catalogue;
  std::vector<catalog::Error> errors = catalogue.add(file, *yaml);
  for (const catalog::Error &error : errors)
    std::cout << error.file << ":" << error.line << ":" << error.column << ": error: " << error.message
              << "\n";
  if (errors.empty())
    std::cerr << "clearway: " << file << ": " << catalogue.entries().size() << " entries, no mistake\n";
  return errors.size();
}

int describeEmbedded() {
  constexpr facts::Language all[] = {facts::Language::Cpp, facts::Language::Rust, facts::Language::Python};
  catalog::Catalog catalogue = catalog::Catalog::embedded(all);
  std::cerr << "clearway: the built-in catalogue has " << catalogue.entries().size()
            << " entries, no mistake\n";
  return kClean;
}

} // namespace

int runFacts(const Arguments &arguments) {
  std::optional<Request> request = makeRequest(arguments.check);
  if (!request)
    return kFailed;
  Analysed analysed;
  std::vector<facts::FileFacts> files = extractFacts(*request, analysed, [](const char *, size_t, size_t) {});
  std::sort(files.begin(), files.end(), [](auto &a, auto &b) { return a.path < b.path; });
  std::string text;
  for (const facts::FileFacts &file : files)
    text += facts::dump(file);
  printNotifications(analysed.notifications, arguments.check.quiet);
  return std::max(workDone(analysed), print(text));
}

int runCatalogCheck(const Arguments &arguments) {
  if (arguments.check.paths.empty())
    return describeEmbedded();
  int exitCode = kClean;
  for (const std::string &file : arguments.check.paths) {
    std::optional<size_t> mistakes = checkCatalogueFile(file);
    exitCode = std::max<int>(exitCode, !mistakes ? kFailed : *mistakes > 0 ? kFindings : kClean);
  }
  return exitCode;
}

} // namespace clearway::cli
