// Whether the arguments of a macro fit a pattern, and what its variables stand for then.
#pragma once

#include "frontend/rust/macros/Rules.h"

#include <map>
#include <optional>

namespace clearway::frontend::rust {

/// What a variable stands for: tokens, or in a repetition one such for each time.
struct Match {
  bool repeats = false;
  Fragment fragment = Fragment::Tree;
  TokenRange tokens;
  std::vector<Match> each;
};

using Matches = std::map<std::string_view, Match>;

/// Nothing if they do not fit, or if that takes too long to find out.
std::optional<Matches> matchPattern(const MacroRules &macro, const std::vector<RulePart> &pattern, const Tokens &arguments);

} // namespace clearway::frontend::rust
