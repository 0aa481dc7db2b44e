#include "frontend/rust/Cfg.h"

#include <algorithm>
#include <array>

namespace clearway::frontend::rust {
namespace {

enum class Truth { No, Unknown, Yes };

constexpr unsigned kMaxDepth = 16;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string_view unquoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2) : text;
}

CfgPredicate parsed(std::string_view text, unsigned depth);

std::vector<CfgPredicate> parsedList(std::string_view list, unsigned depth) {
  std::vector<CfgPredicate> parts;
  unsigned nesting = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '(')
      ++nesting;
    else if (i < list.size() && list[i] == ')')
      nesting -= nesting > 0;
    if (i < list.size() && (list[i] != ',' || nesting))
      continue;
    if (const std::string_view part = trimmed(list.substr(begin, i - begin)); !part.empty()) // not behind the last comma
      parts.push_back(parsed(part, depth + 1));
    begin = i + 1;
  }
  return parts;
}

CfgPredicate parsed(std::string_view text, unsigned depth) {
  if (depth > kMaxDepth)
    return {};
  const size_t open = text.find('('), close = text.rfind(')');
  if (open != text.npos && close != text.npos && close > open)
    return {trimmed(text.substr(0, open)), {}, parsedList(text.substr(open + 1, close - open - 1), depth)};
  const size_t equals = text.find('=');
  if (equals == text.npos)
    return {text, {}, {}};
  return {trimmed(text.substr(0, equals)), unquoted(trimmed(text.substr(equals + 1))), {}};
}

Truth evaluate(const CfgPredicate &predicate);

/// `any` and `all`: `decisive` is the truth of one predicate that decides.
Truth combine(const std::vector<CfgPredicate> &parts, Truth decisive) {
  Truth result = decisive == Truth::Yes ? Truth::No : Truth::Yes;
  for (const CfgPredicate &part : parts) {
    const Truth one = evaluate(part);
    if (one == decisive)
      return decisive;
    if (one == Truth::Unknown)
      result = Truth::Unknown;
  }
  return result;
}

Truth negated(Truth truth) { return truth == Truth::Unknown ? truth : truth == Truth::Yes ? Truth::No : Truth::Yes; }

Truth evaluate(const CfgPredicate &predicate) {
  const std::string_view key = predicate.key, value = predicate.value;
  if (key == "any")
    return combine(predicate.parts, Truth::Yes);
  if (key == "all")
    return combine(predicate.parts, Truth::No);
  if (key == "not")
    return predicate.parts.size() == 1 ? negated(evaluate(predicate.parts.front())) : Truth::Unknown;
  if (!predicate.parts.empty())
    return Truth::Unknown;
  if ((key == "target_arch" && value.starts_with("wasm")) || (key == "target_family" && value == "wasm"))
    return Truth::No;
  constexpr std::array<std::string_view, 4> kNever{"loom", "miri", "kani", "doc"};
  return value.empty() && std::find(kNever.begin(), kNever.end(), key) != kNever.end() ? Truth::No : Truth::Unknown;
}

} // namespace

std::optional<CfgPredicate> cfgPredicate(std::string_view attribute) {
  constexpr std::string_view kBegin = "#[cfg(";
  const size_t end = attribute.rfind(")]");
  if (!attribute.starts_with(kBegin) || end == attribute.npos || end < kBegin.size())
    return std::nullopt;
  return parsed(trimmed(attribute.substr(kBegin.size(), end - kBegin.size())), 0);
}

bool isNeverBuilt(std::string_view attribute) {
  const auto predicate = cfgPredicate(attribute);
  return predicate && evaluate(*predicate) == Truth::No;
}

} // namespace clearway::frontend::rust
