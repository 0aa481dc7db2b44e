// Tells text from what cannot be parsed as such.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace clearway::treesitter {

enum class Encoding : unsigned char { Utf8, Utf16, Binary, Other };

struct EncodingFinding {
  Encoding encoding = Encoding::Utf8;
  size_t offset = 0; // Other, Binary: the first byte that is no UTF-8, or NUL
};

EncodingFinding detectEncoding(std::string_view bytes);

} // namespace clearway::treesitter
