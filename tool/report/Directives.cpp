#include "report/Directives.h"

namespace clearway::report {

namespace {

std::string_view trimmed(std::string_view text, std::string_view around = " \t\r\n") {
  size_t begin = text.find_first_not_of(around);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(around) - begin + 1);
}

/// What follows `word` in the comment; empty if the word is not there.
std::optional<std::string_view> after(std::string_view comment, std::string_view word) {
  size_t at = comment.find(word);
  if (at == std::string_view::npos)
    return std::nullopt;
  return comment.substr(at + word.size());
}

std::string reasonIn(std::string_view text) {
  text = trimmed(text);
  if (text.ends_with("*/"))
    text = trimmed(text.substr(0, text.size() - 2));
  return std::string(trimmed(text, " \t:-–—"));
}

std::vector<std::string> listed(std::string_view names) {
  std::vector<std::string> found;
  while (!names.empty()) {
    size_t comma = names.find(',');
    std::string_view name = trimmed(names.substr(0, comma));
    if (name.starts_with("clearway-"))
      name.remove_prefix(9);
    if (!name.empty())
      found.emplace_back(name);
    names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
  }
  return found;
}

ParsedDirective malformed(std::string what) {
  return {DirectiveKind::Malformed, {}, std::move(what)};
}

ParsedDirective allowance(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with("allow"))
    return malformed("says something that clearway does not know; write `clearway: allow(check) reason`");
  text = trimmed(text.substr(5));
  size_t close = text.find(')');
  if (!text.starts_with('(') || close == std::string_view::npos)
    return malformed("names no check; write `clearway: allow(check) reason`");
  ParsedDirective directive{DirectiveKind::Allow, listed(text.substr(1, close - 1)),
                            reasonIn(text.substr(close + 1))};
  return directive.checks.empty() ? malformed("names no check; write `clearway: allow(check) reason`")
                                  : directive;
}

/// Prose may mention the tool: what is said to it begins the comment, or is an allowance.
std::optional<ParsedDirective> addressed(std::string_view comment, std::string_view text) {
  std::string_view said = trimmed(text);
  if (said.starts_with("allow"))
    return allowance(said);
  bool begins = trimmed(comment, " \t#/*!").starts_with("clearway:");
  bool isAnnotation = said.starts_with("blocking") ||
                      said.starts_with("nonblocking"); // of a function: the front end's business
  return begins && !isAnnotation ? std::optional(allowance(said)) : std::nullopt;
}

/// NOLINT and its relatives; a list that names only checks of other tools says nothing to this one.
ParsedDirective noLint(DirectiveKind kind, std::string_view rest) {
  ParsedDirective directive{kind, {}, {}};
  if (rest.starts_with('(')) {
    size_t close = rest.find(')');
    directive.checks = listed(rest.substr(1, close == std::string_view::npos ? close : close - 1));
    rest = close == std::string_view::npos ? std::string_view() : rest.substr(close + 1);
  }
  directive.reason = reasonIn(rest);
  return directive;
}

struct NoLintWord {
  std::string_view word;
  DirectiveKind kind;
};

constexpr NoLintWord kNoLintWords[] = {{"NOLINTNEXTLINE", DirectiveKind::NoLintNext},
                                       {"NOLINTBEGIN", DirectiveKind::NoLintBegin},
                                       {"NOLINTEND", DirectiveKind::NoLintEnd},
                                       {"NOLINT", DirectiveKind::NoLint}};

} // namespace

std::optional<ParsedDirective> parseDirective(std::string_view comment) {
  if (auto text = after(comment, "clearway:"))
    return addressed(comment, *text);
  if (auto text = after(comment, "SYNC CONTEXT:"))
    return ParsedDirective{DirectiveKind::SyncContext, {}, reasonIn(*text)};
  for (const auto &[word, kind] : kNoLintWords)
    if (auto rest = after(comment, word))
      return noLint(kind, *rest);
  return std::nullopt;
}

} // namespace clearway::report
