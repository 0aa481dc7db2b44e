// Classes that hold one object or none, and with a guard in it a lock.
#pragma once

#include <algorithm>
#include <string_view>

namespace clearway::frontend::cpp {

/// By qualified name without template arguments; the first of these is what is held.
inline bool isHolder(std::string_view type) {
  constexpr std::string_view kHolders[] = {"std::optional",     "std::unique_ptr",  "std::shared_ptr", "boost::optional",
                                           "boost::shared_ptr", "boost::scoped_ptr", "absl::optional",  "folly::Optional"};
  return std::find(std::begin(kHolders), std::end(kHolders), type) != std::end(kHolders);
}

/// `std::make_unique<T>(…)`: the holder that it makes; empty for other functions.
inline std::string_view holderMadeBy(std::string_view function) {
  if (function.ends_with("make_unique"))
    return "std::unique_ptr";
  if (function.ends_with("make_shared"))
    return "std::shared_ptr";
  return function.ends_with("make_optional") ? "std::optional" : "";
}

/// What a holder that is given this is left with: nothing.
inline bool isNothing(std::string_view value) { return value == "nullptr" || value.ends_with("nullopt") || value == "boost::none"; }

} // namespace clearway::frontend::cpp
