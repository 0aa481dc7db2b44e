// A flag of bindings that few need to know of.
#pragma once

#include "facts/Facts.h"

namespace clearway::facts::BindingFlag {

inline constexpr uint8_t Unused = 32; // Rust: a local that nothing names but to drop it

} // namespace clearway::facts::BindingFlag
