#include "frontend/rust/macros/Tokens.h"

#include <algorithm>
#include <array>
#include <string>

namespace clearway::frontend::rust {
namespace {

bool isNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isNamePart(char c) { return isNameStart(c) || isDigit(c); }
bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Scanner {
public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool sound = true;

  /// The next token; false at the end.
  bool next(Token &token) {
    skipBlank();
    if (at_ >= text_.size())
      return false;
    token.begin = static_cast<uint32_t>(at_);
    token.kind = scan();
    token.end = static_cast<uint32_t>(at_);
    return true;
  }

private:
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool startsWith(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void skipBlank() {
    for (;;) {
      if (isSpace(peek()) && at_ < text_.size())
        ++at_;
      else if (startsWith("//"))
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (startsWith("/*"))
        skipBlockComment();
      else
        return;
    }
  }

  void skipBlockComment() { // they nest
    unsigned depth = 0;
    do {
      if (startsWith("/*") || startsWith("*/")) {
        depth += peek() == '/' ? 1 : -1;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < text_.size());
    sound &= depth == 0;
  }

  TokenKind scan() {
    const char c = peek();
    if (c == '"')
      return string();
    if (c == '\'')
      return quote();
    if (isDigit(c))
      return number();
    if (isNameStart(c))
      return name();
    if (c == '(' || c == '[' || c == '{')
      return ++at_, TokenKind::Open;
    if (c == ')' || c == ']' || c == '}')
      return ++at_, TokenKind::Close;
    return punctuation();
  }

  TokenKind name() {
    static constexpr std::array<std::string_view, 3> kPrefixes = {"b", "c", "r"};
    const size_t begin = at_;
    while (at_ < text_.size() && isNamePart(text_[at_]))
      ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    const bool isRaw = word == "r" || word == "br" || word == "cr";
    if (isRaw && (peek() == '"' || (peek() == '#' && (peek(1) == '"' || peek(1) == '#'))))
      return rawString();
    if (word == "r" && peek() == '#' && isNameStart(peek(1))) { // r#type
      ++at_;
      return name();
    }
    if (std::find(kPrefixes.begin(), kPrefixes.end(), word) != kPrefixes.end() && peek() == '"')
      return string();
    if (word == "b" && peek() == '\'')
      return character();
    return TokenKind::Identifier;
  }

  TokenKind string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\')
        ++at_;
    return close();
  }

  TokenKind rawString() {
    const size_t hashes = std::min(text_.find_first_not_of('#', at_), text_.size()) - at_;
    const std::string end = '"' + std::string(hashes, '#');
    const size_t found = text_.find(end, at_ + hashes + 1);
    sound &= found != text_.npos;
    at_ = found == text_.npos ? text_.size() : found + end.size();
    return TokenKind::Literal;
  }

  TokenKind close() {
    sound &= at_ < text_.size();
    at_ = std::min(at_ + 1, text_.size());
    return TokenKind::Literal;
  }

  TokenKind character() {
    ++at_; // the quote
    if (peek() == '\\')
      ++at_;
    ++at_;
    at_ = std::min(text_.find('\'', at_), text_.size());
    return close();
  }

  /// `'a'` or `'a`: a name that no quote follows is a lifetime.
  TokenKind quote() {
    size_t end = at_ + 1;
    while (end < text_.size() && isNamePart(text_[end]))
      ++end;
    if (end == at_ + 1 || (end < text_.size() && text_[end] == '\''))
      return character();
    at_ = end;
    return TokenKind::Lifetime;
  }

  TokenKind number() {
    while (isNamePart(peek()))
      ++at_;
    if (peek() == '.' && isDigit(peek(1)))
      for (++at_; isNamePart(peek());)
        ++at_;
    if ((peek() == '-' || peek() == '+') && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E') && !startsWithHex())
      for (++at_; isNamePart(peek());)
        ++at_;
    return TokenKind::Literal;
  }
  bool startsWithHex() const {
    size_t begin = at_;
    while (begin > 0 && isNamePart(text_[begin - 1]))
      --begin;
    return text_.substr(begin).starts_with("0x");
  }

  TokenKind punctuation() {
    static constexpr std::array<std::string_view, 20> kLong = {"...", "..=", "=>", "->", "::", "..", "&&", "||", "==", "!=",
                                                               "<=",  ">=",  "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|="};
    for (const std::string_view one : kLong)
      if (startsWith(one)) {
        at_ += one.size();
        return TokenKind::Punctuation;
      }
    ++at_;
    return TokenKind::Punctuation;
  }

  std::string_view text_;
  size_t at_ = 0;
};

} // namespace

Tokens::Tokens(std::string_view text) : text_(text) { read(); }

void Tokens::read() {
  Scanner scanner(text_);
  std::vector<uint32_t> open;
  for (Token token; scanner.next(token);) {
    tokens_.push_back(token);
    if (token.kind == TokenKind::Open)
      open.push_back(size() - 1);
    else if (token.kind == TokenKind::Close)
      sound_ &= pair(open);
  }
  sound_ &= open.empty() && scanner.sound;
}

bool Tokens::pair(std::vector<uint32_t> &open) {
  if (open.empty())
    return false;
  const uint32_t first = open.back(), last = size() - 1;
  open.pop_back();
  tokens_[first].partner = last;
  tokens_[last].partner = first;
  const char begin = text_[tokens_[first].begin], end = text_[tokens_[last].begin];
  return (begin == '(' && end == ')') || (begin == '[' && end == ']') || (begin == '{' && end == '}');
}

size_t lengthOfTree(std::string_view text) {
  Scanner scanner(text);
  size_t depth = 0;
  for (Token token; scanner.next(token);) {
    depth += token.kind == TokenKind::Open;
    depth -= token.kind == TokenKind::Close && depth > 0;
    if (depth == 0)
      return token.end;
  }
  return text.npos;
}

} // namespace clearway::frontend::rust
