#include "frontend/rust/GrammarGaps.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

namespace clearway::frontend::rust {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr size_t kNowhere = std::string_view::npos;

bool isWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/// Names of types that are names of functions, too, in parsers: `char::<_, Error>('#')`.
constexpr std::array<std::string_view, 12> kPrimitives = {"char", "u8",  "u16", "u32", "u64", "u128",
                                                          "i8",   "i16", "i32", "i64", "bool", "str"};

class Repair {
public:
  explicit Repair(std::string_view source) : source_(source) {}

  std::string run() {
    for (size_t at = 0; at < source_.size();)
      at = step(at);
    return std::move(known_);
  }

  bool isVariableNamedRaw(size_t reference) const {
    return wordAt(reference + 1) == "raw" && !isOneOf(wordAt(skipSpace(reference + 4)), "const", "mut");
  }
  bool isUnsafeForeignBlock(size_t word) const {
    const size_t next = skipSpace(word + 6);
    return wordAt(word) == "unsafe" && wordAt(next) == "extern" && source_[std::min(behindAbi(next + 6), source_.size() - 1)] == '{';
  }

private:
  /// Where to go on.
  size_t step(size_t at) {
    const char c = source_[at];
    if (isWordByte(c))
      return word(at);
    if (startsWith(at, "//"))
      return std::min(source_.find('\n', at), source_.size());
    if (kSpace.find(c) == kNowhere)
      before_ = c;
    if (c == '#')
      return attribute(at);
    // A reference to a variable named `raw` is taken for the operator `&raw const`.
    if (c == '&' && isVariableNamedRaw(at))
      write(at + 3, 'v');
    // The unit type before its bounds: `where (): Encoder<T>`.
    if (startsWith(at, "():") && !startsWith(at, "()::"))
      write(at, 'u'), write(at + 1, '8');
    return at + 1;
  }

  size_t word(size_t at) {
    const std::string_view name = wordAt(at);
    const size_t end = at + name.size(), next = skipSpace(end);
    if (isUnsafeForeignBlock(at))
      blank(at, end);
    else if (name == "safe" && isOneOf(wordAt(next), "fn", "static"))
      blank(at, end);
    else if (name == "for" && startsWith(end, "<") && before_ == '+') // `impl A + for<'a> B<'a>`
      blank(at, behindAngles(end));
    else if (name == "dyn" && startsWith(next, "'")) // `dyn 'static + Send`
      blankLifetimeBound(next);
    else if (startsWith(end, "::<") && std::find(kPrimitives.begin(), kPrimitives.end(), name) != kPrimitives.end())
      write(end - 1, '_');
    before_ = 'a';
    return end;
  }

  /// Those before what may be a field of a pattern or a parameter.
  size_t attribute(size_t at) {
    size_t end = at, next = at;
    while (startsWith(next, "#[")) {
      const size_t behind = behindBrackets(next + 1);
      if (behind == kNowhere)
        return at + 1;
      end = behind;
      next = skipSpace(end);
    }
    if (end == at)
      return at + 1;
    while (isOneOf(wordAt(next), "ref", "mut"))
      next = skipSpace(next + 3);
    const size_t name = wordAt(next).size();
    const size_t behind = skipSpace(next + name);
    const bool isField = name && (startsWith(behind, ",") || startsWith(behind, "}") ||
                                  (startsWith(behind, ":") && !startsWith(behind, "::")));
    if (isField || startsWith(next, ".."))
      blank(at, end);
    return end;
  }

  void blankLifetimeBound(size_t at) {
    const size_t plus = skipSpace(at + 1 + wordAt(at + 1).size());
    if (startsWith(plus, "+"))
      blank(at, plus + 1);
  }

  size_t behindAbi(size_t at) const {
    at = skipSpace(at);
    if (!startsWith(at, "\""))
      return at;
    const size_t close = source_.find('"', at + 1);
    return close == kNowhere ? source_.size() : skipSpace(close + 1);
  }

  /// Behind the bracket that closes the one at `at`.
  size_t behindBrackets(size_t at) const {
    size_t depth = 0;
    for (; at < source_.size(); ++at) {
      if (source_[at] == '"')
        at = endOfString(at);
      else if (source_[at] == '[')
        ++depth;
      else if (source_[at] == ']' && --depth == 0)
        return at + 1;
    }
    return kNowhere;
  }

  /// The closing quote.
  size_t endOfString(size_t at) const {
    for (++at; at < source_.size() && source_[at] != '"'; ++at)
      at += source_[at] == '\\';
    return at;
  }

  size_t behindAngles(size_t at) const {
    const size_t close = source_.find_first_of(">{;", at);
    return close != kNowhere && source_[close] == '>' ? close + 1 : at;
  }

  /// Behind white space and comments.
  size_t skipSpace(size_t at) const {
    for (;;) {
      at = std::min(source_.find_first_not_of(kSpace, at), source_.size());
      if (startsWith(at, "//"))
        at = std::min(source_.find('\n', at), source_.size());
      else
        return at;
    }
  }

  std::string_view wordAt(size_t at) const {
    size_t end = std::min(at, source_.size());
    const size_t begin = end;
    while (end < source_.size() && isWordByte(source_[end]))
      ++end;
    return source_.substr(begin, end - begin);
  }

  bool startsWith(size_t at, std::string_view text) const {
    return at < source_.size() && source_.substr(at).starts_with(text);
  }

  static bool isOneOf(std::string_view word, std::string_view one, std::string_view other) {
    return word == one || word == other;
  }

  void blank(size_t begin, size_t end) {
    for (size_t at = begin; at < end; ++at)
      if (source_[at] != '\n') // lines stay what they are
        write(at, ' ');
  }

  void write(size_t at, char c) {
    if (known_.empty())
      known_ = source_;
    known_[at] = c;
  }

  const std::string_view source_;
  std::string known_;
  char before_ = 0; // the last byte that is not white space, `a` for a word
};

/// memmem is several times as fast as string_view::find for text in which the first byte is frequent.
template <class Each> void forEach(std::string_view text, std::string_view what, Each each) {
  const char *const end = text.data() + text.size();
  const auto find = [&](const char *from) {
    return static_cast<const char *>(memmem(from, static_cast<size_t>(end - from), what.data(), what.size()));
  };
  for (const char *at = find(text.data()); at; at = find(at + what.size()))
    each(static_cast<size_t>(at - text.data()));
}

} // namespace

std::string knownForm(std::string_view source) {
  return Repair(source).run();
}

void fillCertainGaps(std::span<char> source) {
  const std::string_view text(source.data(), source.size());
  const Repair repair(text);
  forEach(text, "&raw", [&](size_t at) {
    if (repair.isVariableNamedRaw(at))
      source[at + 3] = 'v';
  });
  forEach(text, "unsafe extern", [&](size_t at) {
    if ((at == 0 || !isWordByte(text[at - 1])) && repair.isUnsafeForeignBlock(at))
      std::fill_n(source.data() + at, std::string_view("unsafe").size(), ' ');
  });
}

} // namespace clearway::frontend::rust
