#pragma once

#include <span>
#include <string_view>

namespace clearway {

/// A file of the project that is part of the program, so that an installed clearway needs none beside it.
struct EmbeddedFile {
  std::string_view path; ///< Relative to the project's root, with slashes: "docs/checks/blocking-io.md".
  std::string_view text; ///< The whole file, as it was when the program was built.
};

/// What the files of checks/catalog/<language> say, as catalog/Snapshot.h writes it; empty for a language without any.
std::string_view embeddedCatalog(std::string_view language);

/// Every page of docs/checks, sorted by path; "docs/checks/<name>.md" documents the check <name>.
std::span<const EmbeddedFile> embeddedCheckPages();

} // namespace clearway
