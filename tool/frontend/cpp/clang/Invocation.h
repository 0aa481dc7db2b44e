// From a recorded compiler command to one that clang's parser takes, whatever compiler it was written for.
#pragma once

#include "frontend/cpp/CppModule.h"

namespace clearway::frontend::cpp {

/// Drops launchers such as ccache and what does not concern parsing (outputs, dependency files, code generation, flags of
/// other compilers), finds this module's resource directory, and keeps the compiler's own target and headers.
std::vector<std::string> parsingCommand(const Unit &unit, const ExtractOptions &options);

/// The same with those flags alone that decide how the text is read: macros, include paths, language. For commands with
/// something in them that clang refuses.
std::vector<std::string> plainParsingCommand(const Unit &unit, const ExtractOptions &options);

} // namespace clearway::frontend::cpp
