#include "catalog/Catalog.h"
#include "catalog/EmbeddedFiles.h"
#include "catalog/Snapshot.h"
#include "catalog/Words.h"

namespace clearway::catalog {

Catalog Catalog::embedded(std::span<const facts::Language> languages) {
  Catalog catalog;
  for (const facts::Language language : languages)
    catalog.addEntries(readSnapshot(embeddedCatalog(languageWords()[static_cast<size_t>(language)])));
  return catalog;
}

} // namespace clearway::catalog
