#include "catalog/Catalog.h"
#include "catalog/EmbeddedFiles.h"
#include "catalog/FileReader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clearway::catalog {
namespace {

TEST(EmbeddedCatalog, EveryFileIsWithoutMistakes) {
  ASSERT_FALSE(embeddedCatalog().empty());
  for (const EmbeddedFile &file : embeddedCatalog()) {
    const auto language = file.path.find("/cpp/") != std::string_view::npos    ? facts::Language::Cpp
                          : file.path.find("/rust/") != std::string_view::npos ? facts::Language::Rust
                                                                               : facts::Language::Python;
    for (const Error &error : readCatalogFile(file.path, file.text, language).errors)
      ADD_FAILURE() << error.file << ":" << error.line << ":" << error.column << ": " << error.message;
  }
}

} // namespace
} // namespace clearway::catalog
