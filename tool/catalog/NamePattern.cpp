#include "catalog/NamePattern.h"

#include <algorithm>

namespace clearway::catalog {
namespace {

/// Index of the brace that closes the one at `open`; npos if there is none.
size_t closingBrace(std::string_view text, size_t open) {
  int depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    depth += text[i] == '{';
    depth -= text[i] == '}';
    if (depth == 0)
      return i;
  }
  return std::string_view::npos;
}

/// The alternatives between two braces: splits at commas that no inner brace encloses.
std::vector<std::string_view> alternatives(std::string_view inside) {
  std::vector<std::string_view> parts;
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < inside.size(); ++i) {
    depth += inside[i] == '{';
    depth -= inside[i] == '}';
    if (inside[i] == ',' && depth == 0) {
      parts.push_back(inside.substr(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(inside.substr(start));
  return parts;
}

/// Appends every expansion of `text`, each after `prefix`; false if its braces do not match.
bool expandOne(const std::string &prefix, std::string_view text, std::vector<std::string> &out) {
  const size_t open = text.find('{');
  if (text.substr(0, open).find('}') != std::string_view::npos)
    return false;
  if (open == std::string_view::npos) {
    out.push_back(prefix + std::string(text));
    return true;
  }
  const size_t close = closingBrace(text, open);
  if (close == std::string_view::npos)
    return false;
  const std::string_view rest = text.substr(close + 1);
  for (const std::string_view alternative : alternatives(text.substr(open + 1, close - open - 1)))
    if (!expandOne(prefix + std::string(text.substr(0, open)), std::string(alternative) + std::string(rest), out))
      return false;
  return true;
}

} // namespace

std::string_view separator(facts::Language language) { return language == facts::Language::Python ? "." : "::"; }

tl::expected<std::vector<std::string>, std::string> expandNames(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n";
  std::vector<std::string> names;
  for (size_t start = text.find_first_not_of(kBlank); start != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(kBlank, start), text.size());
    const std::string_view word = text.substr(start, end - start);
    if (!expandOne("", word, names))
      return tl::unexpected("the braces in `" + std::string(word) + "` do not match");
    start = text.find_first_not_of(kBlank, end);
  }
  return names;
}

bool isPattern(std::string_view name, std::string_view &prefix) {
  for (const std::string_view end : {std::string_view("::*"), std::string_view(".*")})
    if (name.size() > end.size() && name.ends_with(end)) {
      prefix = name.substr(0, name.size() - end.size());
      return true;
    }
  return false;
}

std::string faultOf(std::string_view name, facts::Language language) {
  const std::string quoted = "`" + std::string(name) + "`";
  const std::string_view sep = separator(language);
  if (name.empty())
    return "an empty name";
  std::string_view prefix;
  const std::string_view plain = isPattern(name, prefix) ? prefix : name;
  if (plain.find('*') != std::string_view::npos && plain.find("operator") == std::string_view::npos)
    return quoted + ": `*` may only stand at the end, after `" + std::string(sep) + "`";
  if (plain.starts_with(sep) || plain.ends_with(sep))
    return quoted + " begins or ends with `" + std::string(sep) + "`";
  if (language == facts::Language::Python && plain.find(':') != std::string_view::npos)
    return quoted + ": Python names are separated by `.`";
  if (language != facts::Language::Python && plain.find('.') != std::string_view::npos)
    return quoted + ": names of this language are separated by `::`";
  return "";
}

} // namespace clearway::catalog
