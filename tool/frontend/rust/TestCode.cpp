#include "frontend/rust/TestCode.h"

#include "frontend/rust/Cfg.h"

#include <algorithm>
#include <array>
#include <vector>

namespace clearway::frontend::rust {
namespace {

template <size_t N> bool contains(const std::array<std::string_view, N> &words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string_view> wordsOf(std::string_view name) {
  std::vector<std::string_view> words;
  for (;;) {
    const size_t end = name.find_first_of("-_");
    words.push_back(name.substr(0, end));
    if (end == name.npos)
      return words;
    name.remove_prefix(end + 1);
  }
}

constexpr std::array<std::string_view, 3> kTest{"test", "tests", "testing"};

bool isTestFeature(std::string_view feature) {
  const std::vector<std::string_view> words = wordsOf(feature);
  return contains(kTest, words.front()) || (words.size() > 1 && (words.back() == "tests" || words.back() == "testing"));
}

bool isTestPredicate(const CfgPredicate &predicate) {
  if (predicate.key == "test")
    return true;
  if (predicate.key == "feature")
    return isTestFeature(predicate.value);
  const auto isTest = [](const CfgPredicate &part) { return isTestPredicate(part); };
  if (predicate.key == "all")
    return std::any_of(predicate.parts.begin(), predicate.parts.end(), isTest);
  // `any(test, feature = "x")`: what names tests first is written for them.
  return predicate.key == "any" && !predicate.parts.empty() &&
         (predicate.parts.front().key == "test" || std::all_of(predicate.parts.begin(), predicate.parts.end(), isTest));
}

} // namespace

bool isTestHelperName(std::string_view function) {
  if (function.find("for_test") == function.npos)
    return false;
  const std::vector<std::string_view> words = wordsOf(function);
  for (size_t i = 0; i + 1 < words.size(); ++i)
    if (words[i] == "for" && contains(kTest, words[i + 1]))
      return true;
  return false;
}

bool isTestSupportCrate(std::string_view package) {
  constexpr std::array<std::string_view, 13> kSupport{"util",     "utils",   "utilities", "support", "helper", "helpers", "harness",
                                                      "fixtures", "fixture", "framework", "suite",   "kit",    "common"};
  const std::vector<std::string_view> words = wordsOf(package);
  if (std::any_of(words.begin(), words.end(), [](std::string_view word) { return word == "fuzz" || word == "fuzzing"; }))
    return true;
  if (words.size() > 1 && (words.back() == "tests" || words.back() == "testing"))
    return true;
  for (size_t i = 0; i + 1 < words.size(); ++i)
    if (contains(kTest, words[i]) && contains(kSupport, words[i + 1]))
      return true;
  return false;
}

bool isForTests(std::string_view attribute) {
  const auto predicate = cfgPredicate(attribute);
  return predicate && isTestPredicate(*predicate);
}

bool isTestAttribute(std::string_view attribute) {
  return attribute.starts_with("#[test]") || attribute.find("::test") != attribute.npos || attribute.starts_with("#[bench]") ||
         attribute.starts_with("#[rstest") || attribute.starts_with("#[test_log") || attribute.starts_with("#[fixture") ||
         isForTests(attribute);
}

} // namespace clearway::frontend::rust
