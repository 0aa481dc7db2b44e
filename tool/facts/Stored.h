// A mark of bindings that two languages need.
#pragma once

#include <cstdint>

namespace clearway::facts::BindingFlag {

inline constexpr uint8_t Stored = 128; // no name, but the place that the annotation says is given the value: a field mostly (C++), `owner.name` or `owner[key]` (Python)

} // namespace clearway::facts::BindingFlag
