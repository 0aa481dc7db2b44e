// The words of catalogue files for the values of Catalog.h's enumerations.
#pragma once

#include "catalog/Catalog.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clearway::catalog {

std::span<const std::string_view> effectWords();  // by EffectKind
std::span<const std::string_view> weightWords();  // by Weight
std::span<const std::string_view> contextWords(); // by ExecutionContext
std::span<const std::string_view> languageWords(); // by facts::Language

/// The enumerator a word stands for.
template <typename Enum> std::optional<Enum> enumerator(std::span<const std::string_view> words, std::string_view word) {
  for (size_t i = 0; i < words.size(); ++i)
    if (words[i] == word)
      return static_cast<Enum>(i);
  return std::nullopt;
}

/// The word of `known` that `word` is most likely a slip of, if one is near enough to name it.
std::optional<std::string_view> nearest(std::span<const std::string_view> known, std::string_view word);

/// "`a`, `b` or `c`".
std::string listOf(std::span<const std::string_view> words);

/// What a message about an unknown word goes on with: "; did you mean `x`?", or "; use `a`, `b` or `c`".
std::string advice(std::span<const std::string_view> known, std::string_view word);

} // namespace clearway::catalog
