// Style and script of the page.
#pragma once

#include <string>
#include <string_view>

namespace clearway::runtime::html {

extern const std::string_view kStyle;
extern const std::string_view kScript;

/// "sha256-…" of a text, as a content security policy names what may run.
std::string policyHash(std::string_view text);

} // namespace clearway::runtime::html
