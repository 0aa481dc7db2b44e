#include "frontend/treesitter/Encoding.h"

#include <cstdint>
#include <cstring>

namespace clearway::treesitter {
namespace {

// Length of the well-formed UTF-8 sequence at the start of `s`, which is not ASCII; 0 if there is none.
size_t sequenceLength(std::string_view s) {
  const auto byte = [&](size_t i) -> unsigned { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0; };
  const auto follows = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned lead = byte(0), second = byte(1);
  if (lead >= 0xC2 && lead <= 0xDF)
    return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && second < 0xA0, surrogate = lead == 0xED && second >= 0xA0;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && second < 0x90, tooLarge = lead == 0xF4 && second >= 0x90;
    return follows(1) && follows(2) && follows(3) && !overlong && !tooLarge ? 4 : 0;
  }
  return 0;
}

size_t skipAscii(std::string_view bytes, size_t at) {
  constexpr uint64_t kHighBits = 0x8080808080808080ull;
  for (uint64_t word; at + sizeof word <= bytes.size(); at += sizeof word) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (word & kHighBits)
      break;
  }
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80)
    ++at;
  return at;
}

std::optional<size_t> firstInvalid(std::string_view bytes) {
  for (size_t at = 0;;) {
    at = skipAscii(bytes, at);
    if (at == bytes.size())
      return std::nullopt;
    const size_t length = sequenceLength(bytes.substr(at));
    if (length == 0)
      return at;
    at += length;
  }
}

} // namespace

EncodingFinding detectEncoding(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
    return {Encoding::Utf16, 0};
  if (const size_t nul = bytes.find('\0'); nul != std::string_view::npos)
    return {Encoding::Binary, nul};
  if (const std::optional<size_t> at = firstInvalid(bytes))
    return {Encoding::Other, *at};
  return {};
}

} // namespace clearway::treesitter
