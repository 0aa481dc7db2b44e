// Conditions of the catalogue on the type of an argument (`only_if: "0 is std::fs::File"`), decided where types are known best.
#pragma once

#include "catalog/Catalog.h"

#include <functional>
#include <vector>

namespace clearway::frontend::rust {

/// The names of an argument's type and of what it is a buffer or pointer around, outermost first.
using TypesOf = std::function<std::vector<Name>(uint32_t argument)>;

/// The entry without its conditions that an argument has a type, if the arguments are known to have them; otherwise the
/// entry as it is. Thread-safe; what it returns lives as long as the program.
const catalog::Entry *withTypesDecided(const catalog::Entry &entry, const TypesOf &typesOf);

} // namespace clearway::frontend::rust
