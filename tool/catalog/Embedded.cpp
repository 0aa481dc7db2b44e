#include "catalog/Catalog.h"
#include "catalog/EmbeddedFiles.h"
#include "catalog/FileReader.h"
#include "catalog/Words.h"

#include <algorithm>

namespace clearway::catalog {
namespace {

/// The language of "checks/catalog/python/requests.yaml".
std::optional<facts::Language> languageOf(std::string_view path) {
  path.remove_prefix(std::string_view("checks/catalog/").size());
  return enumerator<facts::Language>(languageWords(), path.substr(0, path.find('/')));
}

} // namespace

Catalog Catalog::embedded(std::span<const facts::Language> languages) {
  Catalog catalog;
  for (const EmbeddedFile &file : embeddedCatalog()) {
    const auto language = languageOf(file.path);
    if (language && std::find(languages.begin(), languages.end(), *language) != languages.end())
      catalog.addEntries(readCatalogFile(file.path, file.text, language).entries);
  }
  return catalog;
}

} // namespace clearway::catalog
