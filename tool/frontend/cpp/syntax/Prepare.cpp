#include "frontend/cpp/syntax/Prepare.h"

#include <algorithm>
#include <cctype>

namespace clearway::frontend::cpp::syntax {
namespace {

bool isWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

size_t afterBlanks(std::string_view source, size_t at) {
  while (at < source.size() && std::isspace(static_cast<unsigned char>(source[at])))
    ++at;
  return at;
}

/// Whether the bracket that closes at `end` holds captures: a subscript has something to its left.
bool closesCaptures(std::string_view source, size_t end) {
  size_t depth = 1, at = end;
  while (at > 0 && depth > 0 && end - at < 400)
    if (const char c = source[--at]; c == ']')
      ++depth;
    else if (c == '[')
      --depth;
  while (at > 0 && std::isspace(static_cast<unsigned char>(source[at - 1])))
    --at;
  return depth == 0 && at > 0 && !isWordCharacter(source[at - 1]) && source[at - 1] != ']' && source[at - 1] != ')';
}

/// Where the body of a lambda begins whose captures end before `at`; npos if no result type, or none without parameters, stands there.
size_t bodyAfter(std::string_view source, size_t at) {
  constexpr std::string_view kMutable = "mutable";
  at = afterBlanks(source, at);
  if (source.substr(at).starts_with(kMutable))
    at = afterBlanks(source, at + kMutable.size());
  if (!source.substr(at).starts_with("->"))
    return source.npos;
  for (at += 2; at < source.size(); ++at) {
    const char c = source[at];
    if (c == '{')
      return at;
    if (!isWordCharacter(c) && !std::isspace(static_cast<unsigned char>(c)) && std::string_view(":<>,&*").find(c) == std::string_view::npos)
      return source.npos;
  }
  return source.npos;
}

/// `SIGNAL(clicked())`: from the bracket that opens at `open` to the one that closes it; npos if that is not on the same line.
size_t closing(std::string_view source, size_t open) {
  size_t depth = 0;
  for (size_t at = open; at < source.size() && source[at] != '\n' && source[at] != '"'; ++at)
    if (source[at] == '(')
      ++depth;
    else if (source[at] == ')' && --depth == 0)
      return at;
  return source.npos;
}

/// Qt's macros, whose arguments are types, as the text that they make of them: `SLOT(save(int))` is `"1save(int)"`.
void spellMacro(std::string_view source, std::string_view macro, char code, std::string &made) {
  for (size_t at = source.find(macro); at != source.npos; at = source.find(macro, at + 1)) {
    const size_t open = at + macro.size() - 1, close = closing(source, open);
    if (close == source.npos || (at > 0 && isWordCharacter(source[at - 1])) || source.substr(0, at).ends_with("define "))
      continue;
    if (made.empty())
      made = source;
    for (size_t i = at; i + 1 < open; ++i)
      made[i] = ' ';
    made[open - 1] = '"';
    made[open] = code;
    made[close] = '"';
  }
}

size_t afterWord(std::string_view source, size_t at) {
  while (at < source.size() && isWordCharacter(source[at]))
    ++at;
  return at;
}

/// `CORE_EXPORT`, `CoreExport`: not what a class is called, and nothing that says more than where its symbols go.
bool isExportMacro(std::string_view word) {
  const bool capitals = word.size() > 2 && std::none_of(word.begin(), word.end(), [](char c) { return std::islower(static_cast<unsigned char>(c)); });
  const bool exports = word.ends_with("Export") || word.ends_with("Api") || word.ends_with("API");
  const bool tells = word.find("CAPABILITY") != word.npos || word.find("LOCKABLE") != word.npos;
  return (capitals || exports) && !tells && !std::isdigit(static_cast<unsigned char>(word.front()));
}

/// Whether a class's name and its head follow: a name, then its bases or its body.
bool beginsClass(std::string_view source, size_t at) {
  const size_t end = afterWord(source, at);
  size_t next = afterBlanks(source, end);
  if (end == at)
    return false;
  if (source.substr(next).starts_with("final"))
    next = afterBlanks(source, next + 5);
  return next < source.size() && (source[next] == '{' || (source[next] == ':' && !source.substr(next).starts_with("::")));
}

/// `class CORE_EXPORT Server : public Base {`: the macro becomes blanks. The grammar would take the class for a function.
void takeExportMacros(std::string_view source, std::string_view keyword, std::string &made) {
  for (size_t at = source.find(keyword); at != source.npos; at = source.find(keyword, at + 1)) {
    const size_t first = afterBlanks(source, at + keyword.size());
    const size_t end = afterWord(source, first);
    if ((at > 0 && isWordCharacter(source[at - 1])) || end == first || !isExportMacro(source.substr(first, end - first)))
      continue;
    size_t after = end;
    if (after < source.size() && source[after] == '(')
      if (const size_t close = closing(source, after); close != source.npos)
        after = close + 1;
    if (!beginsClass(source, afterBlanks(source, after)))
      continue;
    if (made.empty())
      made = source;
    for (size_t i = first; i < after; ++i)
      made[i] = ' ';
  }
}

void takeLambdas(std::string_view source, std::string &made) {
  for (size_t at = source.find(']'); at != source.npos; at = source.find(']', at + 1)) {
    const size_t body = bodyAfter(source, at + 1);
    if (body == source.npos || !closesCaptures(source, at))
      continue;
    if (made.empty())
      made = source;
    for (size_t i = at + 1; i < body; ++i)
      if (!std::isspace(static_cast<unsigned char>(made[i])))
        made[i] = ' ';
  }
}

} // namespace

std::string prepared(std::string_view source) {
  std::string made;
  takeLambdas(source, made);
  takeExportMacros(source, "class ", made);
  takeExportMacros(source, "struct ", made);
  spellMacro(source, "SIGNAL(", '2', made);
  spellMacro(source, "SLOT(", '1', made);
  return made;
}

} // namespace clearway::frontend::cpp::syntax
