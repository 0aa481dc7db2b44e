// From a recorded compiler command to one that clang's parser takes, whatever compiler it was written for.
#pragma once

#include "frontend/cpp/CppModule.h"

namespace clearway::frontend::cpp {

/// Drops what does not concern parsing (outputs, dependency files, code generation and flags clang does not know), finds
/// this module's resource directory, and keeps the compiler's own name so that its system headers are found.
std::vector<std::string> parsingCommand(const Unit &unit, const ExtractOptions &options);

} // namespace clearway::frontend::cpp
