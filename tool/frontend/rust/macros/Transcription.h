// What takes the place of a macro call, as text, and where each part of it comes from.
#pragma once

#include "frontend/rust/macros/Matching.h"

#include <string>

namespace clearway::frontend::rust {

/// A stretch of an expansion.
struct ExpansionPiece {
  static constexpr uint32_t kFromRules = UINT32_MAX;
  uint32_t begin = 0;           // in the expansion; it goes to where the next one begins
  uint32_t source = kFromRules; // where it stands in the arguments' text, unless the rules wrote it
};

struct Expansion {
  std::string text;
  std::vector<ExpansionPiece> pieces;
};

struct Transcribing {
  const MacroRules &macro;
  const Tokens &arguments;
  const Matches &matches;
  std::string_view crate; // what `$crate` stands for
  size_t limit;           // bytes
};

/// Nothing if it would be longer than the limit, or if variables do not repeat as the body wants.
std::optional<Expansion> transcribe(const std::vector<RulePart> &body, const Transcribing &what);

} // namespace clearway::frontend::rust
