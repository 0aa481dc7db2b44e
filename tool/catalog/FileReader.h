// Reads one catalogue file; docs/catalog.md describes what may stand in it.
#pragma once

#include "catalog/Catalog.h"

#include <optional>
#include <string_view>
#include <vector>

namespace clearway::catalog {

struct CatalogFile {
  struct Removal {
    facts::Language language = facts::Language::Python;
    Name name;
  };
  std::vector<Entry> entries; // in the order of the file
  std::vector<Removal> removals;
  std::vector<Error> errors; // if there are any, the rest is not to be used
};

/// `language` is what the file is for when it does not say so itself.
CatalogFile readCatalogFile(std::string_view file, std::string_view yaml, std::optional<facts::Language> language);

} // namespace clearway::catalog
