// The tokens of a stretch of Rust: what the rules of macros are matched against and made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace clearway::frontend::rust {

enum class TokenKind : uint8_t { Identifier, Lifetime, Literal, Punctuation, Open, Close };

struct Token {
  TokenKind kind = TokenKind::Punctuation;
  uint32_t begin = 0, end = 0; // byte offsets
  uint32_t partner = 0;        // of a delimiter: the index of the other one
};

/// A stretch of tokens, as indices.
struct TokenRange {
  uint32_t begin = 0, end = 0;
  bool empty() const { return begin == end; }
};

/// Text together with its tokens. Comments are none; `>>` are two, since types end in it.
class Tokens {
public:
  /// `text` must outlive this.
  explicit Tokens(std::string_view text);

  /// False if delimiters do not match or a string does not end: nothing can be said then.
  bool isSound() const { return sound_; }
  uint32_t size() const { return static_cast<uint32_t>(tokens_.size()); }
  TokenRange all() const { return {0, size()}; }
  const Token &operator[](uint32_t index) const { return tokens_[index]; }
  std::string_view text(uint32_t index) const {
    return text_.substr(tokens_[index].begin, tokens_[index].end - tokens_[index].begin);
  }
  std::string_view source() const { return text_; }
  bool is(uint32_t index, std::string_view spelling) const { return index < size() && text(index) == spelling; }
  bool isIdentifier(uint32_t index) const { return index < size() && tokens_[index].kind == TokenKind::Identifier; }
  /// What follows the token tree that begins there.
  uint32_t after(uint32_t index) const {
    return tokens_[index].kind == TokenKind::Open ? tokens_[index].partner + 1 : index + 1;
  }
  /// Whether nothing stands between the token and the one before it.
  bool isJoined(uint32_t index) const { return index > 0 && tokens_[index].begin == tokens_[index - 1].end; }

private:
  void read();
  bool pair(std::vector<uint32_t> &open);

  std::string_view text_;
  std::vector<Token> tokens_;
  bool sound_ = true;
};

/// How long the token tree at the beginning of the text is; npos if it does not end.
size_t lengthOfTree(std::string_view text);

} // namespace clearway::frontend::rust
