#include "runtime/FunctionName.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace clearway::runtime {

namespace {

constexpr size_t kDeepest = 100; // of names within names

bool isWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
}

char closing(char opening) {
  return opening == '(' ? ')' : opening == '<' ? '>' : opening == '[' ? ']' : '}';
}

class Plain {
public:
  Plain(std::string_view text, size_t depth) : text_(text), depth_(depth) {}

  std::string take() {
    while (at_ < text_.size())
      step();
    return std::move(plain_);
  }

private:
  bool startsWith(std::string_view word) const { return text_.substr(at_).starts_with(word); }

  void step() {
    constexpr std::string_view kAnonymous = "(anonymous namespace)";
    char c = text_[at_];
    if (startsWith(kAnonymous))
      copy(kAnonymous.size());
    else if (startsWith("operator") && beginsWord() && !isWord(peek(8)))
      callOperator();
    else if (c == '{')
      braces();
    else if (c == '<' && plain_.empty())
      selfType();
    else if (c == '(' || c == '[' || c == '<')
      skip(c);
    else if (c == ' ')
      space();
    else
      copy(1);
  }

  char peek(size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool beginsWord() const { return plain_.empty() || !isWord(plain_.back()); }

  void copy(size_t length) {
    if (text_.substr(at_).starts_with("::"))
      parameters_ = false;
    plain_ += text_.substr(at_, length);
    at_ += length;
  }

  /// operator(), operator<<, operator bool
  void callOperator() {
    copy(8);
    if (startsWith("()"))
      return copy(2);
    if (peek(0) == ' ') // a conversion
      while (at_ < text_.size() && text_[at_] != '(')
        copy(1);
    while (at_ < text_.size() && std::string_view("<>=!+-*/%^&|~[],").find(text_[at_]) != std::string_view::npos)
      copy(1);
    if (startsWith(" <")) // template arguments, apart from the operator
      ++at_;
  }

  /// {lambda(int)#1}, {{closure}}, {closure#0}
  void braces() {
    size_t end = endOfGroup();
    std::string_view inside = text_.substr(at_, end - at_);
    plain_ += inside.find("lambda") != std::string_view::npos    ? "{lambda}"
              : inside.find("closure") != std::string_view::npos ? "{closure}"
                                                                 : std::string(inside);
    at_ = end;
  }

  /// <Type as Trait>::method
  void selfType() {
    size_t end = endOfGroup();
    std::string_view inside = text_.substr(at_ + 1, end - at_ - 2);
    size_t depth = 0, cut = inside.size();
    for (size_t i = 0; i < inside.size() && cut == inside.size(); ++i) {
      depth += inside[i] == '<' ? 1 : 0;
      depth -= inside[i] == '>' && depth > 0 ? 1 : 0;
      if (depth == 0 && inside.substr(i).starts_with(" as "))
        cut = i;
    }
    if (depth_ < kDeepest)
      plain_ += Plain(inside.substr(0, cut), depth_ + 1).take();
    at_ = end;
  }

  /// Behind the matching bracket, or the end of the text. Angle brackets count only among themselves; the arrow of
  /// a Rust function type closes none.
  size_t endOfGroup() const {
    char open = text_[at_], close = closing(open);
    size_t depth = 0;
    for (size_t i = at_; i < text_.size(); ++i) {
      if (text_[i] == open)
        ++depth;
      else if (text_[i] == close && !(close == '>' && i > 0 && text_[i - 1] == '-') && --depth == 0)
        return i + 1;
    }
    return text_.size();
  }

  void skip(char opening) {
    parameters_ |= opening == '(';
    at_ = endOfGroup();
    if (opening == '<' && plain_.ends_with("::")) // Rust's push::<u8>, ptr::<impl T>::read
      plain_.resize(plain_.size() - 2);
  }

  /// Behind parameters come "const" and the like, else what was read so far was the return type.
  void space() {
    ++at_;
    if (!parameters_)
      return plain_.clear();
    while (at_ < text_.size() && (isWord(text_[at_]) || text_[at_] == '&'))
      ++at_;
  }

  std::string_view text_;
  size_t at_ = 0, depth_;
  std::string plain_;
  bool parameters_ = false; // of the last component were read
};

/// What compilers and Rust's older mangling append.
std::string_view withoutSuffix(std::string_view name) {
  name = name.substr(0, name.find(" [clone"));
  for (const char *mark : {".llvm.", ".cold", ".isra.", ".part.", ".constprop.", ".lto_priv."})
    if (size_t at = name.find(mark); at != std::string_view::npos && at > 0)
      name = name.substr(0, at);
  size_t hash = name.rfind("::h");
  bool isHash = hash != std::string_view::npos && name.size() - hash == 19 &&
                std::all_of(name.begin() + static_cast<std::ptrdiff_t>(hash) + 3, name.end(),
                            [](unsigned char c) { return std::isxdigit(c); });
  return isHash ? name.substr(0, hash) : name;
}

} // namespace

std::string plainName(std::string_view demangled) {
  return Plain(withoutSuffix(demangled), 0).take();
}

std::string writtenName(std::string_view demangled) {
  std::string name = plainName(demangled);
  for (bool cut = true; cut;) {
    cut = false;
    for (std::string_view end : {"::operator()", "::{lambda}", "::{closure}"})
      if (name.size() > end.size() && name.ends_with(end)) {
        name.resize(name.size() - end.size());
        cut = true;
      }
  }
  return name;
}

} // namespace clearway::runtime
