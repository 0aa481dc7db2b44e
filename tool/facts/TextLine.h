// One line of the text form, taken apart: words in order, then `key=value` in any order. The first mistake is
// kept; what is asked for after it gets a harmless answer.
#pragma once

#include "facts/Facts.h"
#include "facts/Words.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clearway::facts {

/// The prefix of the id that Value::a holds; 0 for kinds that do not use it.
char operandPrefix(ValueKind kind);

class TextLine {
public:
  explicit TextLine(std::string_view line);

  /// Empty while all is well.
  const std::string &error() const { return error_; }
  void fail(std::string message);
  /// Everything that was not asked for is a mistake.
  void finish();

  // ---- words, in order; empty or absent if there are no more
  std::string_view word();
  std::string text();
  template <class E> E oneOf() {
    const std::string_view text = requiredWord();
    return choose<E>(text);
  }
  void newId(char prefix, size_t expected);
  uint32_t requiredId(char prefix) { return parseId(requiredWord(), prefix); }
  /// kNone if the next word is not such an id.
  uint32_t optionalId(char prefix);
  uint64_t hexWord();
  std::optional<Event> event();

  // ---- keys
  template <class E> E oneOf(std::string_view key, E absent) {
    const std::string *found = take(key);
    return found ? choose<E>(*found) : absent;
  }
  Name name(std::string_view key);
  uint32_t number(std::string_view key, uint32_t absent = 0);
  uint64_t hex(std::string_view key);
  uint32_t id(std::string_view key, char prefix, uint32_t absent);
  std::vector<uint32_t> ids(std::string_view key, char prefix);
  uint32_t flags(FlagWords words);
  SourceRange range(std::string_view key);
  Span run(std::string_view key, char prefix);
  std::vector<Argument> arguments(std::string_view key);

private:
  struct Token {
    std::string key; // empty for a word
    std::string value;
    bool quoted = false;
    bool used = false;
  };

  template <class E> E choose(std::string_view text) {
    if (const std::optional<E> found = fromWord<E>(text))
      return *found;
    fail("'" + std::string(text) + "' is not one of the words that may stand there");
    return E{};
  }
  void tokenize(std::string_view line);
  Token *next();
  std::string_view requiredWord();
  const std::string *take(std::string_view key);
  uint32_t parseId(std::string_view text, char prefix);
  uint32_t parseNumber(std::string_view text);
  std::vector<std::string_view> items(std::string_view list);

  std::vector<Token> tokens_;
  std::string error_;
};

} // namespace clearway::facts
