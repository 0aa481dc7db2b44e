// `#[cfg(…)]`: which items and statements no server is built with.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace clearway::frontend::rust {

/// `any(test, feature = "x")`: a key with parts, or with a value (without its quotes), or alone. Views of the source.
struct CfgPredicate {
  std::string_view key, value;
  std::vector<CfgPredicate> parts;
};

/// What an attribute, as written, asks for; nothing if it is no `#[cfg(…)]`.
std::optional<CfgPredicate> cfgPredicate(std::string_view attribute);

/// Whether an attribute, as written, keeps its item out of every program that this tool judges: those built for
/// WebAssembly, whose one thread no pool can relieve, and for model checkers and the documentation alone
/// (`loom`, `miri`, `kani`, `doc`). What a feature, an operating system or another processor decides may be built.
bool isNeverBuilt(std::string_view attribute);

} // namespace clearway::frontend::rust
