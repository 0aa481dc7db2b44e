// How catalogue files write qualified names: several in one string, with braces for alternatives.
#pragma once

#include "facts/Facts.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace clearway::catalog {

/// What separates the parts of a qualified name: "." or "::".
std::string_view separator(facts::Language language);

/// "a.{b,c} d" → a.b, a.c, d. The error says which name is wrong and why.
tl::expected<std::vector<std::string>, std::string> expandNames(std::string_view text);

/// True for a name that covers everything below it ("a.*", "a::*"); `prefix` gets what precedes the separator.
bool isPattern(std::string_view name, std::string_view &prefix);

/// What is wrong with a name of this language, or nothing.
std::string faultOf(std::string_view name, facts::Language language);

} // namespace clearway::catalog
