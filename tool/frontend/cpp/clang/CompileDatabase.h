// compile_commands.json, read leniently: one bad entry does not cost the others.
#pragma once

#include "frontend/cpp/CppModule.h"

namespace clearway::frontend::cpp {

/// The commands of a database with their response files in place, by file; each once. What cannot be used becomes a
/// diagnostic. Never throws.
Database readDatabase(const std::string &path);

} // namespace clearway::frontend::cpp
