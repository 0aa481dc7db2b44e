// What may be wrong with a catalogue file although it can be read: the library side of `clearway catalog check`.
#pragma once

#include "catalog/Catalog.h"

#include <span>
#include <string_view>
#include <vector>

namespace clearway::catalog {

struct LintResult {
  std::vector<Error> mistakes; // the file is not loaded because of these
  std::vector<Error> doubts;   // it is, but somebody should look
  size_t entryCount = 0;
};

/// Checks a user's file as if it was added to the built-in catalogue.
LintResult lintFile(std::string_view file, std::string_view yaml);

/// Checks the built-in catalogue of one language.
LintResult lintEmbedded(facts::Language language);

/// The entries that no call, type or decorator of a run matched; `matched` in any order, repeated or not.
std::vector<const Entry *> unmatchedEntries(const Catalog &catalog, std::span<const Entry *const> matched);

} // namespace clearway::catalog
