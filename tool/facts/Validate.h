// Whether everything that facts refer to is there.
#pragma once

#include "facts/Facts.h"

#include <string>

namespace clearway::facts {

/// Empty if all ids and spans lie within their arenas; otherwise the first that does not, in words.
/// Facts that a front end made always pass; this is for facts that were read.
std::string validate(const FileFacts &facts);

} // namespace clearway::facts
