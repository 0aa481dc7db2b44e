// What the parser is given of a file: less than was written, for the same tree.
#pragma once

#include "frontend/treesitter/FlatTree.h"

#include <string_view>

namespace clearway::frontend::rust {

/// What need not be parsed: the bodies of functions in test code.
enum class TestBodies : unsigned char { Kept, LeftOut, AllLeftOut };

/// The source without comments (but for clearway's directives), without white space that separates nothing and without the
/// arguments of attributes; in a form that the grammar knows, as far as that is certain. `LeftOut`: the functions marked as tests and those in modules marked as such
/// lose what is between their braces; `AllLeftOut`: every function does.
treesitter::CondensedText condense(std::string_view source, TestBodies bodies);

} // namespace clearway::frontend::rust
