#include "catalog/Conditions.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace clearway::catalog {
namespace {

constexpr std::string_view kForms =
    "write `ARGUMENT == VALUE`, `ARGUMENT != VALUE`, `ARGUMENT present`, `ARGUMENT absent`, `ARGUMENT contains FLAG`, "
    "`ARGUMENT is TYPE`, `count == N`, `runtime is NAME` or `would-block handled`, with `created with`, `called METHOD with` or `asked METHOD with` before it if need be";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

/// Cuts the first word off.
std::string_view takeWord(std::string_view &text) {
  text = trimmed(text);
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

bool takePhrase(std::string_view &text, std::string_view phrase) {
  if (!text.starts_with(phrase))
    return false;
  text = trimmed(text.substr(phrase.size()));
  return true;
}

bool isNumber(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), ::isdigit); }

/// "2", "2|3"
bool isNumbers(std::string_view text) {
  for (size_t bar = text.find('|'); bar != text.npos; bar = text.find('|')) {
    if (!isNumber(text.substr(0, bar)))
      return false;
    text.remove_prefix(bar + 1);
  }
  return isNumber(text);
}

bool isKeyword(std::string_view text) {
  return !text.empty() && !std::isdigit(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

struct Operator {
  std::string_view word;
  ConditionKind kind;
  bool takesValue;
};

constexpr Operator kOperators[] = {
    {"==", ConditionKind::ArgumentEquals, true},         {"!=", ConditionKind::ArgumentDiffers, true},
    {"present", ConditionKind::ArgumentPresent, false},  {"absent", ConditionKind::ArgumentAbsent, false},
    {"contains", ConditionKind::ArgumentContains, true}, {"is", ConditionKind::ArgumentTypeIs, true},
};

using Result = tl::expected<Condition, std::string>;

/// What follows the subject: "count == 0", "runtime is x", "1/timeout present".
Result readTest(std::string_view text, Condition condition) {
  const std::string_view subject = takeWord(text);
  const std::string_view word = takeWord(text);
  const auto *op = std::find_if(std::begin(kOperators), std::end(kOperators), [&](auto &o) { return o.word == word; });
  if (op == std::end(kOperators))
    return tl::unexpected("the condition has no operator it could mean; " + std::string(kForms));
  if (op->takesValue == text.empty())
    return tl::unexpected("`" + std::string(word) + (text.empty() ? "` needs a value; " : "` takes no value; ") +
                          std::string(kForms));
  condition.kind = op->kind;
  condition.value = Name(text);
  if (subject == "count" && op->kind == ConditionKind::ArgumentEquals) {
    condition.kind = ConditionKind::ArgumentCount;
    return isNumbers(text) ? Result(condition) : tl::unexpected(std::string("`count` is compared with a number, or several: 2|3"));
  }
  if (subject == "runtime" && op->kind == ConditionKind::ArgumentTypeIs) {
    condition.kind = ConditionKind::RuntimeIs;
    return condition;
  }
  auto argument = readArgument(subject);
  if (!argument)
    return tl::unexpected(argument.error());
  condition.argument = *argument;
  return condition;
}

} // namespace

tl::expected<ArgumentRef, std::string> readArgument(std::string_view text) {
  ArgumentRef argument;
  text = trimmed(text);
  argument.receiver = text == "receiver";
  argument.all = text == "all";
  if (argument.receiver || argument.all)
    return argument;
  const size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  if (isNumber(first))
    std::from_chars(first.data(), first.data() + first.size(), argument.position);
  const std::string_view keyword = slash == std::string_view::npos ? first : text.substr(slash + 1);
  if (isKeyword(keyword))
    argument.keyword = Name(keyword);
  const bool valid = slash == std::string_view::npos ? isNumber(first) || isKeyword(first) : isNumber(first) && isKeyword(keyword);
  if (!valid || argument.position > 99)
    return tl::unexpected("`" + std::string(text) +
                          "` is no argument; write a position (`0`), a keyword (`timeout`), both (`1/timeout`), `receiver` or `all`");
  return argument;
}

tl::expected<Condition, std::string> readCondition(std::string_view text, ConditionRole role) {
  Condition condition;
  condition.role = role;
  text = trimmed(text);
  if (text == "would-block handled") {
    condition.kind = ConditionKind::WouldBlockHandled;
    return condition;
  }
  if (takePhrase(text, "created with ")) {
    condition.subject = ConditionSubject::Construction;
  } else if (const bool called = takePhrase(text, "called "); called || takePhrase(text, "asked ")) {
    condition.subject = called ? ConditionSubject::Configuration : ConditionSubject::Question;
    condition.method = Name(takeWord(text));
    if (takeWord(text) != "with")
      return tl::unexpected("`called METHOD` and `asked METHOD` go on with `with`; " + std::string(kForms));
  }
  return readTest(text, condition);
}

} // namespace clearway::catalog
