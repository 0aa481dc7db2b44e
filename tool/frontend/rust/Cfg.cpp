#include "frontend/rust/Cfg.h"

#include <array>

namespace clearway::frontend::rust {
namespace {

enum class Truth { No, Unknown, Yes };

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Truth evaluate(std::string_view predicate, unsigned depth);

/// `any` and `all`: `decisive` is the truth of one predicate that decides.
Truth combine(std::string_view list, Truth decisive, unsigned depth) {
  Truth result = decisive == Truth::Yes ? Truth::No : Truth::Yes;
  unsigned nesting = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '(')
      ++nesting;
    else if (i < list.size() && list[i] == ')')
      nesting -= nesting > 0;
    if (i < list.size() && (list[i] != ',' || nesting))
      continue;
    const std::string_view part = trimmed(list.substr(begin, i - begin));
    begin = i + 1;
    if (part.empty()) // behind the last comma
      continue;
    const Truth one = evaluate(part, depth);
    if (one == decisive)
      return decisive;
    if (one == Truth::Unknown)
      result = Truth::Unknown;
  }
  return result;
}

Truth evaluate(std::string_view predicate, unsigned depth) {
  constexpr unsigned kMaxDepth = 16;
  if (depth > kMaxDepth)
    return Truth::Unknown;
  const size_t open = predicate.find('('), close = predicate.rfind(')');
  if (open != predicate.npos && close != predicate.npos && close > open) {
    const std::string_view word = trimmed(predicate.substr(0, open)), inside = predicate.substr(open + 1, close - open - 1);
    if (word == "any")
      return combine(inside, Truth::Yes, depth + 1);
    if (word == "all")
      return combine(inside, Truth::No, depth + 1);
    if (word == "not") {
      const Truth one = evaluate(trimmed(inside), depth + 1);
      return one == Truth::Unknown ? one : one == Truth::Yes ? Truth::No : Truth::Yes;
    }
    return Truth::Unknown;
  }
  if (const size_t equals = predicate.find('='); equals != predicate.npos) {
    const std::string_view key = trimmed(predicate.substr(0, equals)), value = trimmed(predicate.substr(equals + 1));
    const bool wasm = (key == "target_arch" && value.starts_with("\"wasm")) || (key == "target_family" && value == "\"wasm\"");
    return wasm ? Truth::No : Truth::Unknown;
  }
  constexpr std::array<std::string_view, 4> kNever{"loom", "miri", "kani", "doc"};
  for (const std::string_view name : kNever)
    if (predicate == name)
      return Truth::No;
  return Truth::Unknown;
}

} // namespace

bool isNeverBuilt(std::string_view attribute) {
  constexpr std::string_view kBegin = "#[cfg(";
  const size_t end = attribute.rfind(")]");
  if (!attribute.starts_with(kBegin) || end == attribute.npos)
    return false;
  return evaluate(trimmed(attribute.substr(kBegin.size(), end - kBegin.size())), 0) == Truth::No;
}

} // namespace clearway::frontend::rust
