#include "cli/Commands.h"
#include "cli/Selection.h"
#include "cli/Terminal.h"
#include "cli/Why.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>

namespace clearway::cli {

namespace {

struct Place {
  std::string file;
  uint32_t line = 0;
};

/// FILE:LINE, or FILE:LINE:COLUMN as reports print it.
std::optional<Place> parsePlace(const std::string &text) {
  size_t first = text.find(':');
  if (first == std::string::npos)
    return std::nullopt;
  Place place{text.substr(0, first)};
  std::from_chars(text.data() + first + 1, text.data() + text.size(), place.line);
  return place.line == 0 ? std::nullopt : std::optional(place);
}

} // namespace

int runWhy(const Arguments &arguments) {
  std::optional<Place> place = parsePlace(arguments.subject);
  if (!place) {
    printError("'" + arguments.subject + "' is no place; write FILE:LINE, as in app/server.py:12");
    return kFailed;
  }
  std::error_code error;
  std::filesystem::path file = std::filesystem::canonical(place->file, error);
  if (error) {
    printError(place->file + ": there is no such file; check the path");
    return kFailed;
  }
  std::optional<Request> request = makeRequest(arguments.check);
  if (!request)
    return kFailed;
  request->paths.push_back(place->file); // it may lie elsewhere, or be ignored
  auto selected = selectChecks(request->settings.checks, request->settings.strict);
  if (!selected) {
    printError(selected.error());
    return kFailed;
  }
  request->readsTests = request->settings.includeTests;
  Analysed analysed = analyse(*request, [](const char *, size_t, size_t) {});
  report::Report report = runChecks(analysed, *request, *selected);
  std::string text = explainLine(analysed, report, file.string(), place->line);
  if (text.empty()) {
    printError(place->file + " was not analysed");
    printNotifications(analysed.notifications, false);
    return kFailed;
  }
  std::cout << text << std::flush;
  return kClean;
}

} // namespace clearway::cli
