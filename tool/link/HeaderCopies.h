// Functions of headers are extracted once for each translation unit that includes them; the program keeps
// one.
#pragma once

#include "facts/Facts.h"

#include <unordered_set>
#include <vector>

namespace clearway::link {

class HeaderCopies {
public:
  /// For each function of `file` whether an earlier file had the same one; empty when none is a repetition.
  /// What is inside a repeated function (lambdas, local classes' methods) is repeated, too.
  std::vector<bool> repeated(const facts::FileFacts &file);

private:
  struct Place {
    Name qualifiedName, disambiguator, file;
    uint32_t line = 0, column = 0;
    friend bool operator==(const Place &, const Place &) = default;
  };
  struct PlaceHash {
    size_t operator()(const Place &place) const;
  };
  std::unordered_set<Place, PlaceHash> seen_;
};

} // namespace clearway::link
