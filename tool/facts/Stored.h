// A mark of bindings that one language needs.
#pragma once

#include <cstdint>

namespace clearway::facts::BindingFlag {

inline constexpr uint8_t Stored = 128; // C++: no name, but the place that the annotation says, a field mostly, is given the value

} // namespace clearway::facts::BindingFlag
