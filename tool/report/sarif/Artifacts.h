// The files a SARIF log mentions, and places in them.
#pragma once

#include "report/LineHash.h"
#include "report/Writers.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace clearway::report::sarif {

using Json = nlohmann::ordered_json;

inline constexpr const char *kRoot = "PROJECTROOT";

/// Percent-encodes a path, slashes excepted.
std::string encodePath(std::string_view path);

/// Gives every file an index on first mention.
class Artifacts {
public:
  Artifacts(const Report &report, SourceCache &sources, const WriteOptions &options)
      : report_(report), sources_(sources), options_(options) {}

  Json artifactLocation(const std::string &file);
  /// Lines and UTF-16 columns.
  Json region(const std::string &file, const facts::SourceRange &range, bool withSnippet);
  Json physicalLocation(const std::string &file, const facts::SourceRange &range, bool withContext = false);
  Json location(const Location &location, bool withContext = false);
  /// GitHub's hash of the line, or nothing if there is no such line.
  std::string lineHash(const std::string &file, uint32_t line);
  /// run.artifacts
  Json all();

private:
  Json uri(const std::string &file) const;
  Json contextRegion(const std::string &file, const facts::SourceRange &range);
  Json artifact(const std::string &file);

  const Report &report_;
  SourceCache &sources_;
  const WriteOptions &options_;
  std::map<std::string, size_t> indices_;
  std::vector<std::string> files_;
  std::map<std::string, std::vector<std::string>> lineHashes_;
};

} // namespace clearway::report::sarif
