// Reads the small language of arguments and conditions: "1/timeout == 0", "created with 0/maxsize present".
#pragma once

#include "catalog/Catalog.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace clearway::catalog {

/// `0`, `timeout`, `1/timeout`, `receiver` or `all`. The error says what is wrong.
tl::expected<ArgumentRef, std::string> readArgument(std::string_view text);

/// One condition, as docs/catalog.md describes them. The error says what is wrong and what to write.
tl::expected<Condition, std::string> readCondition(std::string_view text, ConditionRole role);

} // namespace clearway::catalog
