#include "facts/TextLine.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace clearway::facts {
namespace {

bool isSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Reads a quoted string from the start of `rest`; false if it does not end.
bool readQuoted(std::string_view &rest, std::string &out) {
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() != '\\') {
      out += rest.front();
      rest.remove_prefix(1);
    } else if (rest.size() >= 4 && rest[1] == 'x' && hexDigit(rest[2]) >= 0 && hexDigit(rest[3]) >= 0) {
      out += static_cast<char>(hexDigit(rest[2]) * 16 + hexDigit(rest[3]));
      rest.remove_prefix(4);
    } else if (rest.size() >= 2) {
      out += rest[1];
      rest.remove_prefix(2);
    } else {
      return false;
    }
  }
  if (rest.empty())
    return false;
  rest.remove_prefix(1);
  return true;
}

} // namespace

char operandPrefix(ValueKind kind) {
  constexpr char kPrefix[] = {0,   0,   's', 'n', 'f', 'c', 'c', 'v', 'v', 'k', 'v',
                              'v', 'v', 0,   0,   'f', 'v', 0,   'v', 0,   'v'};
  return kPrefix[static_cast<size_t>(kind)];
}

TextLine::TextLine(std::string_view line) {
  tokenize(line);
}

void TextLine::fail(std::string message) {
  if (error_.empty())
    error_ = std::move(message);
}

void TextLine::tokenize(std::string_view rest) {
  while (error_.empty()) {
    while (!rest.empty() && isSpace(rest.front()))
      rest.remove_prefix(1);
    if (rest.empty() || rest.front() == '#')
      return;
    Token token;
    while (!rest.empty() && !isSpace(rest.front())) {
      if (rest.front() == '"') {
        token.quoted = true;
        const bool inList = !token.value.empty(); // kept quoted, to be taken apart later
        std::string text;
        const std::string_view before = rest;
        if (!readQuoted(rest, text))
          return fail("a quoted text does not end");
        token.value += inList ? std::string(before.substr(0, before.size() - rest.size())) : text;
      } else if (rest.front() == '=' && token.key.empty() && !token.quoted) {
        token.key = std::exchange(token.value, {});
        rest.remove_prefix(1);
      } else {
        token.value += rest.front();
        rest.remove_prefix(1);
      }
    }
    tokens_.push_back(std::move(token));
  }
}

void TextLine::finish() {
  for (const Token &token : tokens_)
    if (!token.used)
      fail("'" + (token.key.empty() ? token.value : token.key) + "' has no meaning there");
}

TextLine::Token *TextLine::next() {
  for (Token &token : tokens_)
    if (!token.used && token.key.empty())
      return &token;
  return nullptr;
}

std::string_view TextLine::word() {
  Token *token = next();
  if (!token)
    return {};
  token->used = true;
  return token->value;
}

std::string_view TextLine::requiredWord() {
  if (!next())
    fail("something is missing");
  return word();
}

std::string TextLine::text() {
  return std::string(requiredWord());
}

uint32_t TextLine::parseNumber(std::string_view text) {
  uint32_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size())
    fail("'" + std::string(text) + "' is no number");
  return number;
}

uint32_t TextLine::parseId(std::string_view text, char prefix) {
  if (text.size() < 2 || text.front() != prefix) {
    fail(std::string("'") + std::string(text) + "' is no id of the form " + prefix + "0");
    return 0;
  }
  return parseNumber(text.substr(1));
}

void TextLine::newId(char prefix, size_t expected) {
  if (requiredId(prefix) != expected && error_.empty())
    fail(std::string("ids are counted from 0: expected ") + prefix + std::to_string(expected));
}

uint32_t TextLine::optionalId(char prefix) {
  const Token *token = next();
  const bool matches = token && !token->quoted && token->value.size() > 1 && token->value.front() == prefix &&
                       token->value.find_first_not_of("0123456789", 1) == std::string::npos;
  return matches ? parseId(word(), prefix) : kNone;
}

uint64_t TextLine::hexWord() {
  const std::string_view text = requiredWord();
  uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (problem != std::errc() || end != text.data() + text.size())
    fail("'" + std::string(text) + "' is no hexadecimal number");
  return number;
}

std::optional<Event> TextLine::event() {
  const Token *token = next();
  if (!token)
    return std::nullopt;
  const std::string_view text = word();
  Event event;
  if (text.starts_with("+o") || text.starts_with("-o")) {
    event.kind = text.front() == '+' ? EventKind::Birth : EventKind::Death;
    event.index = parseId(text.substr(1), 'o');
  } else if (text.starts_with(">o")) {
    const size_t colon = text.find(':');
    event.kind = EventKind::Move;
    event.index = parseId(text.substr(1, colon == std::string_view::npos ? colon : colon - 1), 'o');
    if (colon != std::string_view::npos)
      event.other = parseId(text.substr(colon + 1), 'o');
  } else if (text.starts_with("!o")) {
    event.kind = EventKind::Refused;
    event.other = parseId(text.substr(1), 'o');
  } else if (text.starts_with("!k")) {
    event.kind = EventKind::Refused;
    event.index = parseId(text.substr(1), 'k');
  } else {
    event.kind = text.starts_with('p') ? EventKind::Suspend : EventKind::Call;
    event.index = parseId(text, event.kind == EventKind::Call ? 'k' : 'p');
  }
  return event;
}

const std::string *TextLine::take(std::string_view key) {
  for (Token &token : tokens_)
    if (!token.used && token.key == key) {
      token.used = true;
      return &token.value;
    }
  return nullptr;
}

Name TextLine::name(std::string_view key) {
  const std::string *found = take(key);
  return found ? Name(*found) : Name();
}

uint32_t TextLine::number(std::string_view key, uint32_t absent) {
  const std::string *found = take(key);
  return found ? parseNumber(*found) : absent;
}

uint64_t TextLine::hex(std::string_view key) {
  const std::string *found = take(key);
  if (!found)
    return 0;
  uint64_t number = 0;
  const char *const end = found->data() + found->size();
  if (const auto [stop, problem] = std::from_chars(found->data(), end, number, 16);
      problem != std::errc() || stop != end)
    fail("'" + *found + "' is no hexadecimal number");
  return number;
}

uint32_t TextLine::id(std::string_view key, char prefix, uint32_t absent) {
  const std::string *found = take(key);
  return found ? parseId(*found, prefix) : absent;
}

// "(a,b)" without its parentheses, at its commas.
std::vector<std::string_view> TextLine::items(std::string_view list) {
  std::vector<std::string_view> result;
  if (list.size() < 2 || list.front() != '(' || list.back() != ')') {
    fail("'" + std::string(list) + "' is no list in parentheses");
    return result;
  }
  list = list.substr(1, list.size() - 2);
  while (!list.empty()) {
    size_t end = 0;
    for (bool quoted = false; end < list.size() && (quoted || list[end] != ','); ++end) {
      if (list[end] == '\\')
        ++end;
      else if (list[end] == '"')
        quoted = !quoted;
    }
    end = std::min(end, list.size());
    result.push_back(list.substr(0, end));
    list.remove_prefix(std::min(list.size(), end + 1));
  }
  return result;
}

std::vector<uint32_t> TextLine::ids(std::string_view key, char prefix) {
  std::vector<uint32_t> result;
  if (const std::string *found = take(key))
    for (const std::string_view item : items(*found))
      result.push_back(parseId(item, prefix));
  return result;
}

uint32_t TextLine::flags(FlagWords words) {
  const std::string *found = take("flags");
  uint32_t set = 0;
  for (std::string_view rest = found ? *found : std::string_view(); !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    uint32_t bit = 0;
    while (bit < words.words.size() && words.words[bit] != one)
      ++bit;
    if (bit == words.words.size())
      fail("'" + std::string(one) + "' is no flag of this record");
    else
      set |= 1u << bit;
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  return set;
}

SourceRange TextLine::range(std::string_view key) {
  const std::string *found = take(key);
  if (!found)
    return {};
  uint32_t numbers[4] = {};
  std::string_view rest = *found;
  for (size_t i = 0; i < 4; ++i) {
    constexpr char kEnd[] = {':', '-', ':', 0};
    const size_t end = i == 3 ? rest.size() : rest.find(kEnd[i]);
    if (end == std::string_view::npos) {
      fail("'" + *found + "' is no range of the form 1:2-3:4");
      return {};
    }
    numbers[i] = parseNumber(rest.substr(0, end));
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

// b3+2: two from b3 on
Span TextLine::run(std::string_view key, char prefix) {
  const std::string *found = take(key);
  if (!found)
    return {};
  const size_t plus = found->find('+');
  if (plus == std::string::npos) {
    fail("'" + *found + "' does not say how many, as in b3+2");
    return {};
  }
  return {parseId(std::string_view(*found).substr(0, plus), prefix),
          parseNumber(std::string_view(*found).substr(plus + 1))};
}

std::vector<Argument> TextLine::arguments(std::string_view key) {
  std::vector<Argument> result;
  const std::string *found = take(key);
  if (!found)
    return result;
  for (std::string_view item : items(*found)) {
    Argument argument;
    for (; item.starts_with('*'); item.remove_prefix(1))
      ++argument.spread;
    if (item.starts_with('"')) {
      std::string keyword;
      if (!readQuoted(item, keyword) || !item.starts_with(':'))
        fail("a quoted keyword has to be followed by ':' and a value");
      argument.keyword = Name(keyword);
      item.remove_prefix(item.empty() ? 0 : 1);
    } else if (const size_t colon = item.rfind(':'); colon != std::string_view::npos) {
      argument.keyword = Name(item.substr(0, colon));
      item.remove_prefix(colon + 1);
    }
    argument.value = parseId(item, 'v');
    result.push_back(argument);
  }
  return result;
}

} // namespace clearway::facts
