// Literals of the source beside those that the catalogue's conditions name.
#pragma once

#include "facts/Facts.h"

#include <string_view>

namespace clearway::analysis {

/// The text to compare a literal by: zero constructors like `chrono::seconds(0)` count as their argument, a C++ value that is nothing
/// but zeros is "{0}". Empty if it is none.
std::string_view literalText(const facts::FileFacts &file, facts::ValueId id);

/// Whether a literal as written is the one that a condition wants: docs/catalog.md says what counts as the same.
bool sameLiteral(std::string_view written, std::string_view wanted);

} // namespace clearway::analysis
