// Which checks run.
#pragma once

#include "checks/Check.h"

#include <tl/expected.hpp>

#include <string>
#include <vector>

namespace clearway::cli {

/// The checks that `globs` leave of the default set, by name. Checks that are opt-in, or strict in the
/// default profile, run if a glob names them; a mere `*` does not. An error names the glob that matches no
/// check.
tl::expected<std::vector<checks::Registration>, std::string>
selectChecks(const std::vector<std::string> &globs, bool strict);

/// Names of all checks.
std::vector<std::string_view> checkNames();

} // namespace clearway::cli
