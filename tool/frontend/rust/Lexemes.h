// Where strings, comments and brackets of Rust end, read off the text. For what must know that before the parser does.
#pragma once

#include <cstddef>
#include <string_view>

namespace clearway::frontend::rust {

/// All functions take and give byte offsets. A string that does not end ends with the text.
class Lexemes {
public:
  explicit Lexemes(std::string_view text) : text_(text) {}

  /// Behind the comment that begins there; `at` if none does, or if it does not end.
  size_t behindComment(size_t at) const;
  /// Behind the string whose first quote stands there, raw or not.
  size_t behindString(size_t quote) const;
  /// Behind the character whose first quote stands there, or behind the quote if it begins a lifetime.
  size_t behindQuote(size_t quote) const;
  /// Behind white space and comments.
  size_t behindGap(size_t at) const;
  /// Behind the string, comment, word or single character there.
  size_t behind(size_t at) const;
  /// Behind the bracket that closes the one there; npos if none does, or one of another kind before.
  size_t behindTree(size_t open) const;
  /// The name or number there; may be empty.
  std::string_view word(size_t at) const;

  static bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
  static bool isWordByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
  }

private:
  char at(size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  size_t behindBlockComment(size_t begin) const;
  size_t behindRawString(size_t quote, size_t hashes) const;

  std::string_view text_;
};

} // namespace clearway::frontend::rust
