// What a thread in a futex waits for, by the functions on its stack.
#pragma once

#include <string>
#include <vector>

namespace clearway::probe {

// `symbols`: raw names, innermost first; NULL where unknown. "mutex", "condition-variable", "join", "gil",
// ...; empty if none is known.
std::string wait_kind(const std::vector<const char *> &symbols);

} // namespace clearway::probe
