// The line hashes by which GitHub's code scanning follows an alert when its line moves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clearway::report {

/// The hash of every line, "hash:occurrence", as GitHub's upload action computes it: a rolling hash over the
/// hundred UTF-16 units from the line's beginning, without spaces and tabs. Element 0 is line 1.
std::vector<std::string> lineHashes(std::string_view text);

} // namespace clearway::report
