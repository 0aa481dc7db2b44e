#include "report/CheckPage.h"

#include <algorithm>
#include <charconv>

namespace clearway::report {

namespace {

std::string_view trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// A paragraph's lines as one.
std::string joined(std::string_view paragraph) {
  std::string text(trimmed(paragraph));
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string_view firstParagraph(std::string_view text) {
  text = trimmed(text);
  return text.substr(0, std::min(text.find("\n\n"), text.find("\n#")));
}

std::string_view section(std::string_view markdown, std::string_view heading) {
  size_t at = markdown.find(heading);
  if (at == std::string_view::npos)
    return {};
  std::string_view rest = markdown.substr(at + heading.size());
  return trimmed(rest.substr(0, rest.find("\n## ")));
}

std::vector<unsigned> weaknesses(std::string_view markdown) {
  std::vector<unsigned> found;
  for (size_t at = 0; (at = markdown.find("CWE-", at)) != std::string_view::npos; ++at) {
    unsigned number = 0;
    std::from_chars(markdown.data() + at + 4, markdown.data() + markdown.size(), number);
    if (number != 0 && std::find(found.begin(), found.end(), number) == found.end())
      found.push_back(number);
  }
  return found;
}

} // namespace

CheckPage parseCheckPage(std::string_view markdown) {
  std::string_view afterTitle = markdown;
  if (markdown.starts_with("# "))
    afterTitle.remove_prefix(std::min(markdown.find('\n'), markdown.size()));
  return {joined(firstParagraph(afterTitle)), std::string(section(markdown, "\n## Why")),
          std::string(markdown), weaknesses(markdown)};
}

} // namespace clearway::report
