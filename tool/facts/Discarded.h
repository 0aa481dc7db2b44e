// A flag of functions that few need to know of.
#pragma once

#include "facts/Facts.h"

namespace clearway::facts::FunctionFlag {

inline constexpr uint32_t Discarded = 1u << 21; // Rust: a closure or async block that is a statement of its own, or `let _`
static_assert(!(Discarded & (HandlesWouldBlock | ConsumesReceiver)));

} // namespace clearway::facts::FunctionFlag
