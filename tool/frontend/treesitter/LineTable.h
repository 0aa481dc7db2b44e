// Byte offsets to lines and columns.
#pragma once

#include "facts/Facts.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace clearway::treesitter {

class LineTable {
public:
  void reset(std::string_view text);

  struct Position {
    uint32_t line, column; // both from 1; columns in bytes
  };
  /// Fast for offsets near the last one asked for, so an object belongs to one thread.
  Position position(uint32_t offset) const {
    if (offset < starts_[last_] || offset >= starts_[last_ + 1])
      seek(offset);
    return {last_ + 1, offset - starts_[last_] + 1};
  }
  facts::SourceRange range(uint32_t begin, uint32_t end) const;
  /// Number of lines; a final newline starts no new one.
  uint32_t lines() const { return lines_; }

private:
  void seek(uint32_t offset) const;

  std::vector<uint32_t> starts_; // of each line, and a sentinel
  uint32_t lines_ = 0;
  mutable uint32_t last_ = 0;
};

} // namespace clearway::treesitter
