#include "report/sarif/Artifacts.h"

#include "source/Discovery.h"

#include <nettle/sha2.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace clearway::report::sarif {

namespace {

std::string sha256(std::string_view text) {
  sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, text.size(), reinterpret_cast<const uint8_t *>(text.data()));
  std::array<uint8_t, SHA256_DIGEST_SIZE> digest;
  sha256_digest(&context, digest.size(), digest.data());
  std::string hexadecimal;
  for (uint8_t byte : digest) {
    std::array<char, 3> pair;
    std::snprintf(pair.data(), pair.size(), "%02x", byte);
    hexadecimal += pair.data();
  }
  return hexadecimal;
}

/// As SARIF's appendix spells them.
const char *sourceLanguage(const std::string &file) {
  auto language = source::languageOf(file);
  if (!language)
    return nullptr;
  switch (*language) {
  case facts::Language::Cpp:
    return "cplusplus";
  case facts::Language::Rust:
    return "rust";
  case facts::Language::Python:
    return "python";
  }
  return nullptr;
}

} // namespace

std::string encodePath(std::string_view path) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string encoded;
  for (char c : path) {
    std::array<char, 4> code;
    std::snprintf(code.data(), code.size(), "%%%02X", static_cast<unsigned char>(c));
    encoded += kPlain.find(c) != std::string_view::npos ? std::string(1, c) : std::string(code.data());
  }
  return encoded;
}

Json Artifacts::uri(const std::string &file) const {
  std::string path = projectPath(report_, file);
  if (path.starts_with('/'))
    return {{"uri", "file://" + encodePath(path)}};
  if (options_.absolutePaths)
    return {{"uri", "file://" + encodePath(report_.project + "/" + path)}};
  return {{"uri", encodePath(path)}, {"uriBaseId", kRoot}};
}

Json Artifacts::artifactLocation(const std::string &file) {
  auto [found, isNew] = indices_.try_emplace(file, files_.size());
  if (isNew)
    files_.push_back(file);
  Json location = uri(file);
  location["index"] = found->second;
  return location;
}

Json Artifacts::region(const std::string &file, const facts::SourceRange &range, bool withSnippet) {
  const SourceText &text = sources_.file(file);
  uint32_t endLine = std::max(range.endLine, range.beginLine);
  uint32_t begin = text.utf16Column(range.beginLine, std::max(range.beginColumn, 1u));
  uint32_t end = text.utf16Column(endLine, std::max(range.endColumn, 1u));
  if (endLine == range.beginLine)
    end = std::max(begin, end);
  Json region{
      {"startLine", range.beginLine}, {"startColumn", begin}, {"endLine", endLine}, {"endColumn", end}};
  if (withSnippet) {
    size_t first = text.offset(range.beginLine, range.beginColumn),
           last = text.offset(endLine, range.endColumn);
    if (first < last)
      region["snippet"] = {{"text", text.text().substr(first, last - first)}};
  }
  return region;
}

Json Artifacts::contextRegion(const std::string &file, const facts::SourceRange &range) {
  const SourceText &text = sources_.file(file);
  uint32_t first = range.beginLine > 2 ? range.beginLine - 2 : 1;
  uint32_t last = std::min(std::max(range.endLine, range.beginLine) + 2, text.lineCount());
  std::string snippet;
  for (uint32_t line = first; line <= last; ++line)
    snippet += std::string(text.line(line)) + "\n";
  return {{"startLine", first}, {"endLine", last}, {"snippet", {{"text", snippet}}}};
}

Json Artifacts::physicalLocation(const std::string &file, const facts::SourceRange &range, bool withContext) {
  Json location{{"artifactLocation", artifactLocation(file)}};
  if (!range.valid())
    return location;
  location["region"] = region(file, range, withContext);
  if (withContext && range.beginLine <= sources_.file(file).lineCount())
    location["contextRegion"] = contextRegion(file, range);
  return location;
}

Json Artifacts::location(const Location &at, bool withContext) {
  Json location{{"physicalLocation", physicalLocation(at.file, at.range, withContext)}};
  if (!at.symbol.empty())
    location["logicalLocations"] = Json::array({{{"fullyQualifiedName", at.symbol}, {"kind", "function"}}});
  return location;
}

std::string Artifacts::lineHash(const std::string &file, uint32_t line) {
  auto [hashes, isNew] = lineHashes_.try_emplace(file);
  if (isNew)
    hashes->second = lineHashes(sources_.file(file).text());
  return line == 0 || line > hashes->second.size() ? "" : hashes->second[line - 1];
}

Json Artifacts::artifact(const std::string &file) {
  std::string_view text = sources_.file(file).text();
  Json artifact{{"location", uri(file)}, {"length", text.size()}, {"roles", {"analysisTarget"}}};
  if (const char *language = sourceLanguage(sources_.absolute(file)))
    artifact["sourceLanguage"] = language;
  artifact["hashes"] = {{"sha-256", sha256(text)}};
  return artifact;
}

Json Artifacts::all() {
  Json artifacts = Json::array();
  for (const std::string &file : files_)
    artifacts.push_back(artifact(file));
  return artifacts;
}

} // namespace clearway::report::sarif
