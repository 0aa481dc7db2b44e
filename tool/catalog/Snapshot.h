// Entries as bytes, so that the program need not parse its own catalogue at every start: reading them back is some twenty
// times as fast as reading the YAML. A snapshot is written when the program is built and read by that same program only.
#pragma once

#include "catalog/Catalog.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clearway::catalog {

std::string writeSnapshot(std::span<const Entry> entries);

/// Entries in the order they were written. `snapshot` must come from writeSnapshot().
std::vector<Entry> readSnapshot(std::string_view snapshot);

} // namespace clearway::catalog
