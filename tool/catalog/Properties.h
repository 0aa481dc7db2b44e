// Reads the properties of one entry: the map after a name.
#pragma once

#include "catalog/Catalog.h"
#include "catalog/Mistakes.h"

namespace clearway::catalog {

enum class EntryKind : uint8_t { Call, Type, Member, Defaults };

/// Fills `entry`, which holds the document's defaults, from `node`: a map, one word (the effect) or nothing. A type's `members` are
/// left to the caller.
void readProperties(const YAML::Node &node, EntryKind kind, Entry &entry, Mistakes &mistakes);

} // namespace clearway::catalog
