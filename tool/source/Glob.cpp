#include "source/Glob.h"

namespace clearway::source {

namespace {

bool matchesAnyTail(std::string_view pattern, std::string_view text, bool crossFolders) {
  for (size_t skipped = 0;; ++skipped) {
    if (globMatches(pattern, text.substr(skipped)))
      return true;
    if (skipped == text.size() || (!crossFolders && text[skipped] == '/'))
      return false;
  }
}

bool matchesStar(std::string_view pattern, std::string_view text) {
  if (!pattern.starts_with("**"))
    return matchesAnyTail(pattern.substr(1), text, false);
  std::string_view rest = pattern.substr(2);
  if (rest.starts_with('/') && globMatches(rest.substr(1), text)) // `**/` also stands for no folder at all
    return true;
  return matchesAnyTail(rest, text, true);
}

} // namespace

bool globMatches(std::string_view pattern, std::string_view text) {
  while (!pattern.empty()) {
    if (pattern.front() == '*')
      return matchesStar(pattern, text);
    if (text.empty() || (pattern.front() == '?' ? text.front() == '/' : pattern.front() != text.front()))
      return false;
    pattern.remove_prefix(1);
    text.remove_prefix(1);
  }
  return text.empty();
}

bool globExcludes(std::string_view pattern, std::string_view path) {
  if (pattern.starts_with("./"))
    pattern.remove_prefix(2);
  while (pattern.ends_with('/'))
    pattern.remove_suffix(1);
  bool anchored = pattern.find('/') != std::string_view::npos;
  if (pattern.starts_with('/'))
    pattern.remove_prefix(1);
  for (size_t begin = 0, end = 0; end != std::string_view::npos; begin = end + 1) {
    end = path.find('/', begin);
    if (globMatches(pattern, anchored ? path.substr(0, end) : path.substr(begin, end - begin)))
      return true;
  }
  return false;
}

} // namespace clearway::source
