// "Did you mean …?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace clearway::config {

/// The candidate that `text` is most likely a misspelling of; empty if none is close.
std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates);

/// "; did you mean 'x'?", or nothing.
std::string didYouMean(std::string_view text, std::span<const std::string_view> candidates);

} // namespace clearway::config
