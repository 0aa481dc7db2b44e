// What a run is to do, as .clearway.yaml and the command line say it.
#pragma once

#include "report/Finding.h"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <vector>

namespace clearway::config {

/// A function of the project that runs one of its arguments elsewhere.
struct Wrapper {
  std::string name; // qualified, as in the catalogue
  std::string language = "python";
  std::string argument = "0"; // as in the catalogue: a position, a keyword, or both
  std::string runs = "blocking-pool";
};

struct Settings {
  std::vector<std::string> checks; // globs; a leading `-` takes away; later ones win
  bool strict = false;
  std::vector<std::string> excludes;
  std::vector<std::string> catalogs; // files
  std::vector<Wrapper> wrappers;
  std::optional<report::Level> failLevel; // Level::None: never
  bool includeTests = false;
  std::string compileDatabase;             // C++: file or folder; empty: looked for
  std::vector<std::string> extraArguments; // C++: added to every compile command
  std::string file;                        // where they come from; empty: defaults
};

struct Error {
  std::string file;
  uint32_t line = 0, column = 0;
  std::string message; // what is wrong and what to do
};

inline constexpr const char *kFileName = ".clearway.yaml";

/// The nearest .clearway.yaml in `folder` or above it, but not beyond `top`; empty if there is none.
std::string findFile(const std::string &folder, const std::string &top);

/// All mistakes of the text at once; paths in it are relative to the file's folder.
tl::expected<Settings, std::vector<Error>> parse(const std::string &file, const std::string &yaml);

/// The wrappers as a catalogue file.
std::vector<std::pair<std::string, std::string>> wrapperCatalogs(const Settings &settings);

/// "note", "warning", "error" or "never".
std::optional<report::Level> parseFailLevel(const std::string &text);

} // namespace clearway::config
