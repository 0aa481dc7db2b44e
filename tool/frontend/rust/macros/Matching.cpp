#include "frontend/rust/macros/Matching.h"

#include "frontend/rust/macros/Fragments.h"

namespace clearway::frontend::rust {
namespace {

constexpr unsigned kMostSteps = 200'000;

class Matcher {
public:
  Matcher(const MacroRules &macro, const Tokens &arguments) : macro_(macro), arguments_(arguments) {}

  /// Where the parts end if they fit the beginning of `range`.
  std::optional<uint32_t> sequence(const std::vector<RulePart> &parts, TokenRange range, Matches &matches) {
    for (const RulePart &part : parts) {
      const std::optional<uint32_t> end = one(part, range, matches);
      if (!end || ++steps_ > kMostSteps)
        return {};
      range.begin = *end;
    }
    return range.begin;
  }

private:
  std::optional<uint32_t> one(const RulePart &part, TokenRange range, Matches &matches) {
    switch (part.kind) {
    case RulePart::Kind::Token: return token(part.token, range);
    case RulePart::Kind::Group: return group(part, range, matches);
    case RulePart::Kind::Variable: return variable(part, range, matches);
    case RulePart::Kind::Repetition: return repetition(part, range, matches);
    case RulePart::Kind::Crate: return {};
    }
    return {};
  }

  std::optional<uint32_t> token(uint32_t token, TokenRange range) const {
    if (range.empty() || arguments_.text(range.begin) != macro_.tokens().text(token))
      return {};
    return range.begin + 1;
  }

  std::optional<uint32_t> group(const RulePart &part, TokenRange range, Matches &matches) {
    if (!token(part.token, range))
      return {};
    const uint32_t close = arguments_[range.begin].partner;
    const std::optional<uint32_t> end = sequence(part.parts, {range.begin + 1, close}, matches);
    if (!end || *end != close)
      return {};
    return close + 1;
  }

  std::optional<uint32_t> variable(const RulePart &part, TokenRange range, Matches &matches) const {
    const std::optional<uint32_t> end = endOfFragment(arguments_, range, part.fragment);
    if (end)
      matches[part.name] = {false, part.fragment, {range.begin, *end}, {}};
    return end;
  }

  /// As often as it fits. A separator after which it does not fit again belongs to what follows.
  std::optional<uint32_t> repetition(const RulePart &part, TokenRange range, Matches &matches) {
    declare(part.parts, matches);
    unsigned count = 0;
    while (part.repeat != '?' || count == 0) {
      TokenRange rest = range;
      if (count > 0 && part.separated) {
        const std::optional<uint32_t> after = token(part.token, rest);
        if (!after)
          break;
        rest.begin = *after;
      }
      Matches once;
      const std::optional<uint32_t> end = sequence(part.parts, rest, once);
      if (!end || *end == range.begin)
        break;
      append(once, matches);
      range.begin = *end;
      ++count;
    }
    if (part.repeat == '+' && count == 0)
      return {};
    return range.begin;
  }

  static void declare(const std::vector<RulePart> &parts, Matches &matches) {
    for (const RulePart &part : parts) {
      if (part.kind == RulePart::Kind::Variable)
        matches[part.name] = {true, part.fragment, {}, {}};
      else
        declare(part.parts, matches);
    }
  }

  static void append(const Matches &once, Matches &matches) {
    for (const auto &[name, match] : once)
      matches[name].each.push_back(match);
  }

  const MacroRules &macro_;
  const Tokens &arguments_;
  unsigned steps_ = 0;
};

} // namespace

std::optional<Matches> matchPattern(const MacroRules &macro, const std::vector<RulePart> &pattern, const Tokens &arguments) {
  Matches matches;
  const std::optional<uint32_t> end = Matcher(macro, arguments).sequence(pattern, arguments.all(), matches);
  if (!end || *end != arguments.size())
    return {};
  return matches;
}

} // namespace clearway::frontend::rust
