// How far a fragment of a macro's arguments goes: an expression, a type, a pattern. Decided by what may stand after
// such a fragment, which the language restricts for this purpose.
#pragma once

#include "frontend/rust/macros/Rules.h"

#include <optional>

namespace clearway::frontend::rust {

/// Where the fragment that begins at `range.begin` ends; nothing if none begins there.
std::optional<uint32_t> endOfFragment(const Tokens &tokens, TokenRange range, Fragment fragment);

} // namespace clearway::frontend::rust
