#include "frontend/rust/Lexemes.h"

#include <algorithm>
#include <string>

namespace clearway::frontend::rust {

size_t Lexemes::behindComment(size_t from) const {
  if (at(from) != '/')
    return from;
  if (at(from + 1) == '/')
    return std::min(text_.find('\n', from), text_.size());
  return at(from + 1) == '*' ? behindBlockComment(from) : from;
}

size_t Lexemes::behindBlockComment(size_t begin) const { // they nest
  size_t from = begin, depth = 0;
  do {
    from = text_.find_first_of("/*", from);
    if (from >= text_.size() - 1)
      return begin;
    const bool opens = text_[from] == '/' && text_[from + 1] == '*', closes = text_[from] == '*' && text_[from + 1] == '/';
    depth += opens;
    depth -= closes;
    from += opens || closes ? 2 : 1;
  } while (depth > 0);
  return from;
}

/// Looks back for what makes a string raw: `r"`, `br#"`, `cr##"`.
size_t Lexemes::behindString(size_t quote) const {
  size_t before = quote;
  while (before > 0 && text_[before - 1] == '#')
    --before;
  const size_t hashes = quote - before;
  if (before > 0 && text_[before - 1] == 'r') {
    --before;
    if (before > 0 && (text_[before - 1] == 'b' || text_[before - 1] == 'c'))
      --before;
    if (before == 0 || !isWordByte(text_[before - 1]))
      return behindRawString(quote, hashes);
  }
  size_t end = quote + 1;
  while (end < text_.size() && text_[end] != '"')
    end += text_[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text_.size());
}

size_t Lexemes::behindRawString(size_t quote, size_t hashes) const {
  const std::string end = '"' + std::string(hashes, '#');
  const size_t found = text_.find(end, quote + 1);
  return found == text_.npos ? text_.size() : found + end.size();
}

size_t Lexemes::behindQuote(size_t quote) const {
  if (at(quote + 1) == '\\')
    return std::min(text_.find('\'', quote + 3), text_.size() - 1) + 1;
  size_t end = quote + 2; // behind the first byte of a character, of which there may be four
  while ((at(end) & 0xC0) == 0x80)
    ++end;
  return at(end) == '\'' ? end + 1 : quote + 1;
}

size_t Lexemes::behindGap(size_t from) const {
  for (;;) {
    while (from < text_.size() && isSpace(text_[from]))
      ++from;
    const size_t end = behindComment(from);
    if (end == from)
      return from;
    from = end;
  }
}

size_t Lexemes::behind(size_t from) const {
  const char c = at(from);
  if (c == '"')
    return behindString(from);
  if (c == '\'')
    return behindQuote(from);
  if (const size_t end = behindComment(from); end != from)
    return end;
  return from + std::max<size_t>(1, word(from).size());
}

size_t Lexemes::behindTree(size_t open) const {
  std::string expected; // the brackets that close those that are open
  for (size_t from = open; from < text_.size(); from = behind(from)) {
    const char c = text_[from];
    if (c == '(' || c == '[' || c == '{')
      expected.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
    else if (c == ')' || c == ']' || c == '}') {
      if (c != expected.back())
        return text_.npos;
      expected.pop_back();
      if (expected.empty())
        return from + 1;
    } else if (c == '/' && at(from + 1) == '*' && behindComment(from) == from)
      return text_.npos;
  }
  return text_.npos;
}

std::string_view Lexemes::word(size_t from) const {
  size_t end = from;
  while (end < text_.size() && isWordByte(text_[end]))
    ++end;
  return text_.substr(from, end - from);
}

} // namespace clearway::frontend::rust
