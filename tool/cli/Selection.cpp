#include "cli/Selection.h"

#include "config/Suggest.h"
#include "source/Glob.h"

#include <algorithm>

namespace clearway::cli {

namespace {

/// Whether the last glob that matches `check` adds it; `byDefault` if none does.
bool isSelected(const checks::Registration &check, const std::vector<std::string> &globs, bool strict) {
  bool common = !check.optIn && (strict || !check.strictOnly);
  bool selected = common;
  for (const std::string &glob : globs) {
    bool takesAway = glob.starts_with('-');
    std::string_view pattern = std::string_view(glob).substr(takesAway ? 1 : 0);
    if (source::globMatches(pattern, check.name))
      selected = !takesAway && (common || pattern != "*");
  }
  return selected;
}

bool matchesAny(std::string_view pattern) {
  auto all = checks::registry();
  return std::any_of(all.begin(), all.end(),
                     [&](const auto &check) { return source::globMatches(pattern, check.name); });
}

} // namespace

std::vector<std::string_view> checkNames() {
  std::vector<std::string_view> names;
  for (const checks::Registration &check : checks::registry())
    names.push_back(check.name);
  return names;
}

tl::expected<std::vector<checks::Registration>, std::string>
selectChecks(const std::vector<std::string> &globs, bool strict) {
  for (const std::string &glob : globs) {
    std::string_view pattern = std::string_view(glob).substr(glob.starts_with('-') ? 1 : 0);
    if (!matchesAny(pattern) && pattern != "*")
      return tl::unexpected("no check matches '" + std::string(pattern) + "'" +
                            config::didYouMean(pattern, checkNames()) + " 'clearway list-checks' lists them");
  }
  std::vector<checks::Registration> selected;
  for (const checks::Registration &check : checks::registry())
    if (isSelected(check, globs, strict))
      selected.push_back(check);
  if (selected.empty())
    return tl::unexpected(std::string("no check is left to run; 'clearway list-checks' lists them"));
  return selected;
}

} // namespace clearway::cli
