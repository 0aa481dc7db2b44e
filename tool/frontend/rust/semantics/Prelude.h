// Names of the language itself: the prelude, primitive types, and where the standard library's facades lead.
#pragma once

#include <string>
#include <string_view>

namespace clearway::frontend::rust {

/// The full path of a name that every module sees; empty if there is none.
std::string_view preludeName(std::string_view name);
/// `core::…` and `alloc::…` as `std::…`; anything else as it is.
std::string canonicalExternal(std::string_view path);
/// Types that `.` sees through by dereferencing to their last type argument.
bool isSmartPointer(std::string_view type);
/// Whether an imported path is a trait (or a glob of traits) whose methods come with it; imports do not say.
bool looksLikeTrait(std::string_view path);
/// Methods of queries and of key-value stores whose names other types have, too: `load`, `first`; `get`, `keys`.
bool isQueryMethod(std::string_view method);
bool isStoreMethod(std::string_view method);
/// `conn`, `redis_client`, `get_connection`: what holds a connection is mostly called so.
bool mayNameConnection(std::string_view name);
/// Methods that call their closure before they return, on whatever type has them: map, for_each, and_then …
bool runsClosureAtOnce(std::string_view method);

} // namespace clearway::frontend::rust
