// The one list of the languages this program knows.
#pragma once

#include "frontend/Frontend.h"
#include "link/Semantics.h"
#include "source/Discovery.h"

#include <memory>
#include <vector>

namespace clearway {

/// A front end per language, made on first use. Not thread-safe until `prepare` has been called.
class Frontends {
public:
  /// Makes the front ends that `files` need.
  void prepare(const std::vector<source::Candidate> &files);
  /// Null if this program has none for the language.
  const frontend::Frontend *of(facts::Language language) const;

private:
  std::vector<std::unique_ptr<frontend::Frontend>> made_;
};

/// What linking needs to know of the languages of `files`.
std::vector<std::unique_ptr<link::Semantics>> semanticsFor(const std::vector<facts::FileFacts> &files);

std::string_view toString(facts::Language language);

} // namespace clearway
