#include "cli/Commands.h"
#include "cli/Terminal.h"
#include "facts/Text.h"
#include "report/OutputFile.h"

#include <unistd.h>

#include <algorithm>

namespace clearway::cli {

namespace {

int print(const std::string &text) {
  auto written = report::writeAll(STDOUT_FILENO, text);
  if (!written)
    printError("standard output " + written.error());
  return written ? kClean : kFailed;
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

} // namespace clearway::cli
