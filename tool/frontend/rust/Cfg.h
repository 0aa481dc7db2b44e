// `#[cfg(…)]`: which items and statements no server is built with.
#pragma once

#include <string_view>

namespace clearway::frontend::rust {

/// Whether an attribute, as written, keeps its item out of every program that this tool judges: those built for
/// WebAssembly, whose one thread no pool can relieve, and for model checkers and the documentation alone
/// (`loom`, `miri`, `kani`, `doc`). What a feature, an operating system or another processor decides may be built.
bool isNeverBuilt(std::string_view attribute);

} // namespace clearway::frontend::rust
