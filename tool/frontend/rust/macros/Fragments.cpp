#include "frontend/rust/macros/Fragments.h"

#include <algorithm>
#include <array>

namespace clearway::frontend::rust {
namespace {

template <size_t N> bool isAny(std::string_view text, const std::array<std::string_view, N> &of) {
  return std::find(of.begin(), of.end(), text) != of.end();
}

class FragmentReader {
public:
  FragmentReader(const Tokens &tokens, TokenRange range) : tokens_(tokens), at_(range.begin), end_(range.end) {}

  std::optional<uint32_t> read(Fragment fragment) {
    if (fragment == Fragment::Visibility) {
      visibility();
      return at_;
    }
    if (at_ >= end_)
      return {};
    const uint32_t begin = at_;
    one(fragment);
    if (at_ == begin)
      return {};
    return std::min(at_, end_);
  }

private:
  bool is(std::string_view spelling) const { return at_ < end_ && tokens_.is(at_, spelling); }
  std::string_view text() const { return tokens_.text(at_); }
  TokenKind kind() const { return tokens_[at_].kind; }
  void tree() { at_ = tokens_.after(at_); }

  void one(Fragment fragment) {
    switch (fragment) {
    case Fragment::Block: at_ += is("{") ? tokens_.after(at_) - at_ : 0; break;
    case Fragment::Expression: expression(); break;
    case Fragment::Identifier: at_ += kind() == TokenKind::Identifier && text() != "_"; break;
    case Fragment::Item: item(); break;
    case Fragment::Lifetime: at_ += kind() == TokenKind::Lifetime; break;
    case Fragment::Literal: literal(); break;
    case Fragment::Meta: meta(); break;
    case Fragment::Path: path(); break;
    case Fragment::Type: type(); break;
    case Fragment::Pattern: pattern(); break;
    case Fragment::Statement: statement(); break;
    case Fragment::Tree:
    case Fragment::Visibility: tree(); break;
    }
  }

  // ---- expressions

  bool beginsExpression() const {
    static constexpr std::array<std::string_view, 14> kPunctuation = {"&", "&&", "*", "-", "!", "|", "||", "..", "..=", "#", "<", "::", "$", "'"};
    static constexpr std::array<std::string_view, 17> kOtherWords = {"as",  "else", "enum",   "extern", "fn",    "impl", "in",  "let",  "mod",
                                                                     "mut", "pub",  "struct", "trait",  "type",  "use",  "ref", "where"};
    if (kind() == TokenKind::Identifier)
      return !isAny(text(), kOtherWords);
    return kind() != TokenKind::Punctuation || isAny(text(), kPunctuation);
  }

  /// Whether the token before stands for the end of an operand, so that a `|` or `<` is an operator.
  bool followsOperand(uint32_t begin) const {
    static constexpr std::array<std::string_view, 9> kWords = {"move", "async", "return", "break", "in", "match", "if", "while", "static"};
    if (at_ == begin)
      return false;
    const TokenKind before = tokens_[at_ - 1].kind;
    if (before == TokenKind::Identifier)
      return !isAny(tokens_.text(at_ - 1), kWords);
    return before != TokenKind::Punctuation || tokens_.is(at_ - 1, "?");
  }

  void expression() {
    if (!beginsExpression())
      return;
    for (const uint32_t begin = at_; at_ < end_ && !is(",") && !is(";") && !is("=>");) {
      if (is("|") && !followsOperand(begin))
        skipTo("|");
      else if (is("<") && (!followsOperand(begin) || tokens_.is(at_ - 1, "::")))
        angles();
      else
        tree();
    }
  }

  void skipTo(std::string_view closing) { // from one to the next
    do
      tree();
    while (at_ < end_ && !is(closing));
    at_ += at_ < end_;
  }

  void angles() {
    unsigned depth = 0;
    do {
      depth += is("<");
      depth -= is(">");
      tree();
    } while (depth > 0 && at_ < end_);
  }

  void statement() {
    static constexpr std::array<std::string_view, 4> kDeclares = {"let", "const", "static", "use"};
    if (kind() == TokenKind::Identifier && isAny(text(), kDeclares)) {
      while (at_ < end_ && !is(";"))
        tree();
      return;
    }
    expression();
  }

  // ---- types, paths, patterns

  void type() {
    static constexpr std::array<std::string_view, 7> kAfter = {",", "=>", ":", "=", ">", ";", "|"};
    for (const uint32_t begin = at_; at_ < end_;) {
      const bool isFirst = at_ == begin;
      if (isAny(text(), kAfter) || is("as") || is("where") || is("{") || (is("[") && !isFirst && !is("&", at_ - 1)))
        return;
      if (is("<"))
        angles();
      else
        tree();
    }
  }
  bool is(std::string_view spelling, uint32_t index) const { return tokens_.is(index, spelling) || tokens_[index].kind == TokenKind::Lifetime; }

  void path() {
    if (!is("::") && !is("<") && kind() != TokenKind::Identifier)
      return;
    type();
  }

  void pattern() {
    static constexpr std::array<std::string_view, 5> kAfter = {"=>", ",", "=", "if", "in"};
    while (at_ < end_ && !isAny(text(), kAfter))
      tree();
  }

  // ---- small ones

  void visibility() {
    if (is("crate") && !tokens_.is(at_ + 1, "::"))
      ++at_;
    if (!is("pub"))
      return;
    ++at_;
    if (is("(") && (tokens_.is(at_ + 1, "crate") || tokens_.is(at_ + 1, "super") || tokens_.is(at_ + 1, "self") || tokens_.is(at_ + 1, "in")))
      tree();
  }

  void literal() {
    const uint32_t number = at_ + (is("-") && at_ + 1 < end_);
    if (tokens_[number].kind == TokenKind::Literal || is("true") || is("false"))
      at_ = number + 1;
  }

  void meta() {
    while (at_ < end_ && (kind() == TokenKind::Identifier || is("::")))
      ++at_;
    if (at_ < end_ && kind() == TokenKind::Open)
      tree();
    else if (is("="))
      while (at_ < end_ && !is(","))
        tree();
  }

  // ---- items

  void item() {
    while (is("#") && at_ + 1 < end_) { // attributes
      ++at_;
      tree();
    }
    // What ends in `;` although braces stand in it.
    static constexpr std::array<std::string_view, 5> kPlain = {"const", "static", "type", "use", "let"};
    visibility();
    const bool isPlain = at_ < end_ && isAny(text(), kPlain) && !tokens_.is(at_ + 1, "fn") && !tokens_.is(at_ + 1, "unsafe");
    while (at_ < end_ && !is(";") && (isPlain || !is("{")))
      tree();
    if (at_ < end_)
      tree();
  }

  const Tokens &tokens_;
  uint32_t at_;
  const uint32_t end_;
};

} // namespace

std::optional<uint32_t> endOfFragment(const Tokens &tokens, TokenRange range, Fragment fragment) {
  return FragmentReader(tokens, range).read(fragment);
}

} // namespace clearway::frontend::rust
