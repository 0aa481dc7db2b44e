// A mark of bindings that one language needs.
#pragma once

#include <cstdint>

namespace clearway::facts::BindingFlag {

inline constexpr uint8_t Indirect = 64; // C++: a field that is a pointer or a reference to what its annotation says

} // namespace clearway::facts::BindingFlag
