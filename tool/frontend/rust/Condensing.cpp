#include "frontend/rust/Condensing.h"

#include "frontend/rust/Directives.h"
#include "frontend/rust/GrammarGaps.h"
#include "frontend/rust/Lexemes.h"
#include "frontend/rust/TestCode.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace clearway::frontend::rust {
namespace {

using treesitter::CondensedText;

enum class Byte : unsigned char { Plain, Space, Slash, Quote, Tick, Hash, Bang, Brace, Name };

using ByteTable = std::array<Byte, 256>;

constexpr ByteTable bytes(bool looksForFunctions) {
  ByteTable table{};
  table[' '] = table['\t'] = table['\r'] = table['\n'] = Byte::Space;
  table['/'] = Byte::Slash;
  table['"'] = Byte::Quote;
  table['\''] = Byte::Tick;
  table['#'] = Byte::Hash;
  table['!'] = Byte::Bang;
  table['{'] = Byte::Brace;
  if (looksForFunctions)
    table['f'] = Byte::Name;
  return table;
}

constexpr ByteTable kBytes = bytes(false), kBytesOfTests = bytes(true);

/// What needs no space beside it.
bool separates(char c) {
  return c == '(' || c == ')' || c == '[' || c == ']' || c == '{' || c == '}' || c == ',' || c == ';' || c == '\n';
}

/// Finds what functions in test code are and do, ahead of whoever reads the text.
class TestFunctions {
public:
  TestFunctions(std::string_view source, TestBodies bodies)
      : source_(source), lexemes_(source), looks_(bodies == TestBodies::LeftOut), end_(bodies == TestBodies::AllLeftOut ? source.size() : 0) {}

  /// Whether all functions before this offset are test code.
  bool areAllBefore(size_t at) const { return at < end_; }
  /// To be told of each attribute.
  void attribute(size_t at) {
    if (!looks_ || source_.substr(at, 2) != "#[")
      return;
    const size_t end = lexemes_.behindTree(at + 1);
    if (end != source_.npos && isTestAttribute(source_.substr(at, end - at)))
      item(end);
  }
  /// To be told of each `fn` in test code, by what follows it.
  void function(size_t at) {
    at = lexemes_.behindGap(at);
    const std::string_view name = lexemes_.word(at);
    const size_t open = name.empty() ? source_.npos : bodyAfter(at + name.size());
    const size_t end = open == source_.npos ? open : lexemes_.behindTree(open);
    if (end != source_.npos)
      body_ = {open, end - 1};
  }
  /// The braces of the body found last.
  std::pair<size_t, size_t> body() const { return body_; }

private:
  /// The item that a test's attribute belongs to.
  void item(size_t at) {
    for (;;) {
      at = lexemes_.behindGap(at);
      if (at >= source_.size())
        return;
      if (source_.substr(at, 2) == "#[")
        at = lexemes_.behindTree(at + 1);
      else if (const std::string_view word = lexemes_.word(at); word == "fn")
        return function(at + 2);
      else if (word == "mod")
        return module(at + 3);
      else if (isModifier(word))
        at = behindArgument(at + word.size());
      else
        return;
    }
  }

  static bool isModifier(std::string_view word) {
    return word == "pub" || word == "async" || word == "const" || word == "unsafe" || word == "extern";
  }

  /// `pub(crate)`, `extern "C"`.
  size_t behindArgument(size_t at) const {
    at = lexemes_.behindGap(at);
    const char c = at < source_.size() ? source_[at] : '\0';
    return c == '(' ? lexemes_.behindTree(at) : c == '"' ? lexemes_.behindString(at) : at;
  }

  void module(size_t at) {
    at = lexemes_.behindGap(at);
    const size_t open = lexemes_.behindGap(at + lexemes_.word(at).size());
    if (open >= source_.size() || source_[open] != '{')
      return;
    if (const size_t end = lexemes_.behindTree(open); end != source_.npos)
      end_ = std::max(end_, end);
  }

  /// The brace that opens the body of a function whose name ends there; npos unless it is certain.
  size_t bodyAfter(size_t at) const {
    for (char last = 'a'; (at = lexemes_.behindGap(at)) < source_.size();) {
      const char c = source_[at];
      if (c == '{')
        return Lexemes::isWordByte(last) || last == ')' || last == ']' || last == '>' || last == '!' ? at : source_.npos;
      if (c == ';' || c == ')' || c == ']' || c == '}')
        return source_.npos;
      const bool isTree = c == '(' || c == '[';
      at = isTree ? lexemes_.behindTree(at) : lexemes_.behind(at);
      last = isTree ? ')' : c;
    }
    return source_.npos;
  }

  const std::string_view source_;
  const Lexemes lexemes_;
  const bool looks_;
  size_t end_;
  std::pair<size_t, size_t> body_{std::string_view::npos, 0};
};

class Condenser {
public:
  Condenser(std::string_view source, TestBodies bodies)
      : source_(source), lexemes_(source), tests_(source, bodies), hasDirectives_(mentionsDirective(source)), made_(source.size()) {}

  CondensedText run() && {
    size_t at = behindShebang();
    while (at < source_.size())
      at = step(at);
    copy(source_.size());
    return std::move(made_);
  }

private:
  size_t behindShebang() const {
    const bool isShebang = source_.starts_with("#!") && source_.substr(lexemes_.behindGap(2), 1) != "[";
    return isShebang ? std::min(source_.find('\n'), source_.size()) : 0;
  }

  /// Where to go on.
  size_t step(size_t at) {
    const ByteTable &table = tests_.areAllBefore(at) ? kBytesOfTests : kBytes;
    while (table[static_cast<unsigned char>(source_[at])] == Byte::Plain)
      if (++at == source_.size())
        return at;
    switch (table[static_cast<unsigned char>(source_[at])]) {
    case Byte::Space: return gap(at);
    case Byte::Slash: return lexemes_.behindComment(at) == at ? at + 1 : gap(at);
    case Byte::Quote: return lexemes_.behindString(at);
    case Byte::Tick: return lexemes_.behindQuote(at);
    case Byte::Hash: return attribute(at);
    case Byte::Bang: return macro(at);
    case Byte::Brace: return at == tests_.body().first ? leaveOut(at) : at + 1;
    case Byte::Name: return name(at);
    case Byte::Plain: break;
    }
    return at + 1;
  }

  size_t name(size_t at) {
    const bool isWhole = at == 0 || !Lexemes::isWordByte(source_[at - 1]);
    if (isWhole && at + 2 < source_.size() && source_[at + 1] == 'n' && Lexemes::isSpace(source_[at + 2]))
      tests_.function(at + 2);
    return at + 1;
  }

  size_t leaveOut(size_t brace) {
    copy(brace + 1);
    return from_ = tests_.body().second;
  }

  /// Nobody asks the tree for the arguments of attributes, except in a macro's, which are tokens among others.
  size_t attribute(size_t at) {
    tests_.attribute(at);
    if (at < macroEnd_)
      return at + 1;
    size_t open = at + 1 + source_.substr(at + 1).starts_with('!');
    if (open >= source_.size() || source_[open] != '[')
      return at + 1;
    for (++open; open < source_.size() && (Lexemes::isWordByte(source_[open]) || source_[open] == ':');)
      ++open;
    const size_t end = open < source_.size() && source_[open] == '(' ? lexemes_.behindTree(open) : source_.npos;
    if (end == source_.npos || source_.substr(end, 1) != "]")
      return open;
    copy(open + 1);
    return from_ = end - 1;
  }

  size_t macro(size_t at) {
    const bool isMacro = at > 0 && Lexemes::isWordByte(source_[at - 1]) && at >= macroEnd_;
    const size_t open = isMacro ? lexemes_.behindGap(at + 1) : source_.size();
    if (open < source_.size() && (source_[open] == '(' || source_[open] == '[' || source_[open] == '{'))
      macroEnd_ = lexemes_.behindTree(open);
    return at + 1;
  }

  /// White space and comments become a newline, or nothing beside what separates words itself.
  size_t gap(size_t at) {
    const size_t end = gapEnd(at);
    if (end == at + 1 && source_[at] != '/')
      return end;
    if (end == at)
      return keepDirective(at);
    copy(at);
    from_ = end;
    if (end == source_.size())
      made_.add('\n', static_cast<uint32_t>(end - 1));
    else if (at == 0)
      ;
    else if (!separates(source_[at - 1]) && !separates(source_[end]))
      made_.add('\n', static_cast<uint32_t>(at));
    return end;
  }

  /// Before the next directive, if there is one.
  size_t gapEnd(size_t at) const {
    if (!hasDirectives_)
      return lexemes_.behindGap(at);
    for (;;) {
      while (at < source_.size() && Lexemes::isSpace(source_[at]))
        ++at;
      const size_t end = lexemes_.behindComment(at);
      if (end == at || mentionsDirective(source_.substr(at, end - at)))
        return at;
      at = end;
    }
  }

  size_t keepDirective(size_t at) const {
    const size_t end = lexemes_.behindComment(at);
    return source_.substr(end, 1) == "\n" ? end + 1 : end; // without its newline it would go on
  }

  void copy(size_t end) {
    if (from_ < end)
      made_.add(source_.substr(from_, end - from_), static_cast<uint32_t>(from_));
    from_ = end;
  }

  const std::string_view source_;
  const Lexemes lexemes_;
  TestFunctions tests_;
  const bool hasDirectives_;
  CondensedText made_;
  size_t from_ = 0; // what is still to be copied
  size_t macroEnd_ = 0; // of the macro call that was met last; npos if it has none
};

} // namespace

CondensedText condense(std::string_view source, TestBodies bodies) {
  CondensedText made = Condenser(source, bodies).run();
  fillCertainGaps(made.bytes());
  return made;
}

} // namespace clearway::frontend::rust
