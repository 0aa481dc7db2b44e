// Names of Rust functions as records and symbol tables have them.
#pragma once

#include <string>

namespace clearway::runtime {

/// The name as a Rust programmer writes it, without hash: of a symbol in either mangling ("_RNvC6server4main", "_ZN6server4main17h…E")
/// and of one that a demangler for C++ left half encoded ("server::main::_$u7b$$u7b$closure$u7d$$u7d$::h…"). Any other text as it is.
std::string readableRustName(const std::string &symbol);

} // namespace clearway::runtime
