// Comments that speak to clearway.
#pragma once

#include "frontend/rust/Unit.h"

#include <string_view>

namespace clearway::frontend::rust {

/// Whether a text, in full or in a comment, may hold a directive.
bool mentionsDirective(std::string_view text);

/// Writes down the directives in the tree's comments.
void addDirectives(Unit &unit);

} // namespace clearway::frontend::rust
