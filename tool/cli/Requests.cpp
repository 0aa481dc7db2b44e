#include "cli/Commands.h"

#include "concurrency/Parallel.h"
#include "cli/Terminal.h"
#include "source/FileBytes.h"

#include <filesystem>
#include <iostream>

namespace clearway::cli {

namespace {

namespace fs = std::filesystem;

std::string configurationFor(const CommonArguments &arguments) {
  if (arguments.noConfig || !arguments.config.empty())
    return arguments.config;
  std::error_code error;
  fs::path first = fs::canonical(arguments.paths.front(), error);
  if (error)
    first = fs::current_path();
  if (!fs::is_directory(first, error))
    first = first.parent_path();
  return config::findFile(first, source::projectOf(arguments.paths));
}

std::optional<config::Settings> readSettings(const std::string &file) {
  if (file.empty())
    return config::Settings{};
  auto yaml = source::readFile(file);
  if (!yaml) {
    bool missing = yaml.error().id == "vanished";
    printError(file + ": " +
               (missing ? "there is no such configuration file; check the path" : yaml.error().message));
    return std::nullopt;
  }
  auto settings = config::parse(file, *yaml);
  if (settings)
    return *settings;
  for (const config::Error &error : settings.error())
    printError(error.file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) + ": " +
               error.message);
  return std::nullopt;
}

/// The command line adds to lists and overrides the rest.
void addArguments(config::Settings &settings, const CommonArguments &arguments) {
  auto append = [](auto &to, const auto &from) { to.insert(to.end(), from.begin(), from.end()); };
  append(settings.checks, arguments.checks);
  append(settings.catalogs, arguments.catalogs);
  append(settings.excludes, arguments.excludes);
  append(settings.extraArguments, arguments.extraArguments);
  if (!arguments.compileDatabase.empty())
    settings.compileDatabase = arguments.compileDatabase;
  if (!arguments.profile.empty())
    settings.strict = arguments.profile == "strict";
  if (!arguments.failLevel.empty())
    settings.failLevel = config::parseFailLevel(arguments.failLevel);
  settings.includeTests |= arguments.includeTests;
}

} // namespace

std::optional<Request> makeRequest(const CommonArguments &arguments) {
  std::optional<config::Settings> settings = readSettings(configurationFor(arguments));
  if (!settings)
    return std::nullopt;
  addArguments(*settings, arguments);
  unsigned jobs = arguments.jobs == 0 ? availableProcessors() : arguments.jobs;
  return Request{arguments.paths, std::move(*settings), jobs};
}

int workDone(const Analysed &analysed) {
  if (analysed.files.empty() && !analysed.namedPathFailed)
    printError("there is no C++, Rust or Python file in what was named; nothing was analysed");
  else if (analysed.filesAnalysed == 0)
    printError("nothing was analysed");
  return analysed.namedPathFailed || analysed.filesAnalysed == 0 ? kFailed : kClean;
}

} // namespace clearway::cli
