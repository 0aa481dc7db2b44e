// Rust that tree-sitter's grammar does not know, or misreads.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace clearway::frontend::rust {

/// The source in a form that the grammar knows, of the same length and with everything where it was; empty if it has no such
/// places. It is parsed in place of a source with errors, while names and positions come from the source itself. What is lost:
/// attributes of fields in patterns and of parameters, `unsafe` of extern blocks, lifetimes bound by `for`.
std::string knownForm(std::string_view source);

/// Writes over those places of a source without comments whose known form is right in any source: references to variables
/// named `raw`, and `unsafe extern`. Most files with such places have no others, and need not be parsed twice.
void fillCertainGaps(std::span<char> source);

} // namespace clearway::frontend::rust
