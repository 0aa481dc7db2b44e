// What the enumerators of Facts.h are called in text.
#pragma once

#include "facts/Facts.h"

#include <optional>
#include <span>
#include <string_view>

namespace clearway::facts {

template <class E> std::span<const std::string_view> wordsOf();

template <class E> std::string_view word(E value) {
  const auto words = wordsOf<E>();
  const auto index = static_cast<size_t>(value);
  return index < words.size() ? words[index] : "?";
}

template <class E> std::optional<E> fromWord(std::string_view text) {
  const auto words = wordsOf<E>();
  for (size_t i = 0; i < words.size(); ++i)
    if (words[i] == text)
      return static_cast<E>(i);
  return std::nullopt;
}

/// Names of the bits of a set of flags, lowest bit first.
struct FlagWords {
  std::span<const std::string_view> words;
};
FlagWords bindingFlagWords();
FlagWords importFlagWords();
FlagWords functionFlagWords();
FlagWords callFlagWords();

} // namespace clearway::facts
