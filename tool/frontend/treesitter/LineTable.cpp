#include "frontend/treesitter/LineTable.h"

#include <algorithm>
#include <cstring>

namespace clearway::treesitter {

void LineTable::reset(std::string_view text) {
  starts_.assign(1, 0);
  last_ = 0;
  const char *const begin = text.data(), *const end = begin + text.size();
  for (const char *at = begin; at < end;) {
    const auto *newline = static_cast<const char *>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
    if (!newline)
      break;
    at = newline + 1;
    starts_.push_back(static_cast<uint32_t>(at - begin));
  }
  lines_ = static_cast<uint32_t>(starts_.size() - (starts_.back() == text.size() ? 1 : 0));
  starts_.push_back(UINT32_MAX);
}

// Makes `last_` the line of `offset`: most often the next one.
void LineTable::seek(uint32_t offset) const {
  if (last_ + 2 < starts_.size() && offset >= starts_[last_ + 1] && offset < starts_[last_ + 2]) {
    ++last_;
    return;
  }
  const auto behind = std::upper_bound(starts_.begin(), starts_.end() - 1, offset);
  last_ = static_cast<uint32_t>(behind - starts_.begin()) - 1;
}

facts::SourceRange LineTable::range(uint32_t begin, uint32_t end) const {
  const Position from = position(begin), to = position(end);
  return {from.line, from.column, to.line, to.column};
}

} // namespace clearway::treesitter
