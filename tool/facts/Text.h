// The text form of facts: one line per record, every field that says something, operands by id. What dump()
// writes parse() reads; docs/facts.md describes it.
#pragma once

#include "facts/Facts.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace clearway::facts {

/// The same facts always give the same text.
std::string dump(const FileFacts &facts);

struct TextError {
  uint32_t line = 0; // from 1
  std::string message;
};

/// Reads what dump() wrote, or what a person wrote in its manner. Ids have to be dense and in order;
/// everything that refers to something has to refer to something that is there.
tl::expected<FileFacts, TextError> parse(std::string_view text);

/// The source expression that a value stands for, as far as it can be told, in one line. For people, not for
/// tools.
std::string describe(const FileFacts &facts, ValueId value);

} // namespace clearway::facts
