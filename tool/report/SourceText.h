// The text of the files a report shows. Facts count columns in bytes; reports need other units.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clearway::report {

class SourceText {
public:
  explicit SourceText(std::string text);

  std::string_view text() const { return text_; }
  uint32_t lineCount() const { return static_cast<uint32_t>(lineStarts_.size()); }
  /// Line `number` (from 1) without its end; empty if there is none.
  std::string_view line(uint32_t number) const;
  /// 1-based columns for a 1-based byte column; a column behind the end of the line keeps its distance.
  uint32_t utf16Column(uint32_t line, uint32_t byteColumn) const;
  uint32_t characterColumn(uint32_t line, uint32_t byteColumn) const;
  /// Offset of a place in the text.
  size_t offset(uint32_t line, uint32_t byteColumn) const;

private:
  std::string text_;
  std::vector<size_t> lineStarts_;
};

/// Reads each file at most once. Not thread-safe.
class SourceCache {
public:
  /// Paths that are not absolute are relative to `folder`.
  explicit SourceCache(std::string folder = ".") : folder_(std::move(folder)) {}

  /// Never null: a file that cannot be read (any more) has no lines.
  const SourceText &file(const std::string &path);
  std::string absolute(const std::string &path) const;

private:
  std::string folder_;
  std::map<std::string, std::unique_ptr<SourceText>> files_;
};

} // namespace clearway::report
