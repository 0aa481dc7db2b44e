#include "report/LineHash.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <map>

namespace clearway::report {

namespace {

constexpr size_t kWindow = 100;
constexpr uint64_t kFactor = 37;
constexpr uint16_t kEnd = 0xFFFF;

constexpr uint64_t power(uint64_t base, size_t exponent) {
  uint64_t result = 1;
  for (size_t i = 0; i < exponent; ++i)
    result *= base; // modulo 2^64, as intended
  return result;
}

constexpr uint64_t kLeaving = power(kFactor, kWindow);

class LineHasher {
public:
  void add(uint16_t unit) {
    if (unit == ' ' || unit == '\t' || (afterReturn_ && unit == '\n')) {
      afterReturn_ = false;
      return;
    }
    afterReturn_ = unit == '\r';
    if (unit == '\r')
      unit = '\n';
    emitLineThatLeaves();
    if (atLineStart_)
      lineOf_[at_] = ++line_;
    atLineStart_ = unit == '\n';
    push(unit);
  }

  std::vector<std::string> finish() {
    add(kEnd);
    for (size_t i = 0; i < kWindow; ++i) {
      emitLineThatLeaves();
      push(0);
    }
    return std::move(hashes_);
  }

private:
  void push(uint16_t unit) {
    hash_ = kFactor * hash_ + unit - kLeaving * window_[at_];
    window_[at_] = unit;
    at_ = (at_ + 1) % kWindow;
  }

  /// When a line's first unit is about to leave the window, the hash covers the line and what follows.
  void emitLineThatLeaves() {
    if (lineOf_[at_] == 0)
      return;
    std::array<char, 17> text;
    std::snprintf(text.data(), text.size(), "%llx", static_cast<unsigned long long>(hash_));
    if (hashes_.size() < lineOf_[at_])
      hashes_.resize(lineOf_[at_]);
    hashes_[lineOf_[at_] - 1] = std::string(text.data()) + ":" + std::to_string(++seen_[hash_]);
    lineOf_[at_] = 0;
  }

  std::array<uint16_t, kWindow> window_{};
  std::array<size_t, kWindow> lineOf_{}; // 0: the unit begins no line
  uint64_t hash_ = 0;
  size_t at_ = 0, line_ = 0;
  bool atLineStart_ = true, afterReturn_ = false;
  std::map<uint64_t, unsigned> seen_;
  std::vector<std::string> hashes_;
};

/// Decodes UTF-8; a byte that begins no character counts as U+FFFD.
template <typename Each> void forEachUtf16Unit(std::string_view text, Each each) {
  for (size_t i = 0; i < text.size();) {
    auto lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (length == 0 || i + length > text.size()) {
      each(uint16_t{0xFFFD});
      ++i;
      continue;
    }
    uint32_t point = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (size_t k = 1; k < length; ++k)
      point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
    if (point >= 0x10000) {
      each(static_cast<uint16_t>(0xD800 + ((point - 0x10000) >> 10)));
      each(static_cast<uint16_t>(0xDC00 + ((point - 0x10000) & 0x3FF)));
    } else {
      each(static_cast<uint16_t>(point));
    }
    i += length;
  }
}

} // namespace

std::vector<std::string> lineHashes(std::string_view text) {
  LineHasher hasher;
  forEachUtf16Unit(text, [&](uint16_t unit) { hasher.add(unit); });
  return hasher.finish();
}

} // namespace clearway::report
