#include "report/SourceText.h"

#include "source/FileBytes.h"

#include <algorithm>
#include <filesystem>

namespace clearway::report {

SourceText::SourceText(std::string text) : text_(std::move(text)) {
  if (!text_.empty())
    lineStarts_.push_back(0);
  for (size_t i = 0; i + 1 < text_.size(); ++i)
    if (text_[i] == '\n')
      lineStarts_.push_back(i + 1);
}

std::string_view SourceText::line(uint32_t number) const {
  if (number == 0 || number > lineStarts_.size())
    return {};
  size_t begin = lineStarts_[number - 1];
  size_t end = std::min(text_.find('\n', begin), text_.size());
  if (end > begin && text_[end - 1] == '\r')
    --end;
  return std::string_view(text_).substr(begin, end - begin);
}

namespace {

/// Columns after the first `bytes` bytes of `line`, where `widthOf` gives the width of the character a byte
/// begins.
template <typename WidthOf>
uint32_t columnAfter(std::string_view line, uint32_t byteColumn, WidthOf widthOf) {
  uint32_t bytes = byteColumn == 0 ? 0 : byteColumn - 1, column = 1;
  for (size_t i = 0; i < std::min<size_t>(bytes, line.size()); ++i)
    column += widthOf(static_cast<unsigned char>(line[i]));
  return column + (bytes > line.size() ? bytes - static_cast<uint32_t>(line.size()) : 0);
}

bool continues(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

} // namespace

uint32_t SourceText::utf16Column(uint32_t number, uint32_t byteColumn) const {
  return columnAfter(line(number), byteColumn, [](unsigned char byte) {
    return continues(byte) ? 0u : byte >= 0xF0 ? 2u : 1u;
  });
}

uint32_t SourceText::characterColumn(uint32_t number, uint32_t byteColumn) const {
  return columnAfter(line(number), byteColumn, [](unsigned char byte) { return continues(byte) ? 0u : 1u; });
}

size_t SourceText::offset(uint32_t number, uint32_t byteColumn) const {
  if (number == 0 || number > lineStarts_.size())
    return text_.size();
  return std::min(lineStarts_[number - 1] + (byteColumn == 0 ? 0 : byteColumn - 1), text_.size());
}

std::string SourceCache::absolute(const std::string &path) const {
  return std::filesystem::path(path).is_absolute()
             ? path
             : (std::filesystem::path(folder_) / path).lexically_normal().string();
}

const SourceText &SourceCache::file(const std::string &path) {
  std::unique_ptr<SourceText> &file = files_[path];
  if (!file)
    file = std::make_unique<SourceText>(source::readFile(absolute(path)).value_or(""));
  return *file;
}

} // namespace clearway::report
