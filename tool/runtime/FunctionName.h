// Names of functions as symbol tables and debug information have them.
#pragma once

#include <string>
#include <string_view>

namespace clearway::runtime {

/// The qualified name alone of a demangled C++ or Rust function: without return type, parameters, template arguments,
/// hash and clone. Lambdas and closures are "{lambda}" and "{closure}". "void app::run<int>(int) [clone .actor]" is
/// "app::run", "<app::Reply as core::future::Future>::poll" is "app::Reply::poll".
std::string plainName(std::string_view demangled);

/// The function somebody wrote: a plain name without the lambdas, closures and call operators at its end.
std::string writtenName(std::string_view demangled);

} // namespace clearway::runtime
