#include "JsonText.h"

#include <cstdio>

namespace clearway::probe {

// How many bytes a valid UTF-8 sequence at the front has; 0 if it is none.
static size_t utf8_length(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  unsigned lead = byte(0);
  size_t length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3
                  : lead >= 0xf0 && lead < 0xf5                 ? 4
                                                                : 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  bool too_large = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

// Symbols and paths are bytes; what is not UTF-8 becomes U+FFFD, so that a record is always valid JSON.
JsonText &JsonText::string(std::string_view value) {
  comma();
  text_ += '"';
  while (!value.empty()) {
    size_t length = utf8_length(value);
    char c = value[0];
    if (length == 0) {
      text_ += "\\ufffd";
      length = 1;
    } else if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", unsigned(c));
      text_ += escaped;
    } else {
      text_ += value.substr(0, length);
    }
    value.remove_prefix(length);
  }
  text_ += '"';
  return *this;
}

JsonText &JsonText::hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "\"0x%llx\"", static_cast<unsigned long long>(value));
  return raw(text);
}

} // namespace clearway::probe
