#include "catalog/Catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clearway::catalog {
namespace {

using testing::AllOf;
using testing::Field;
using testing::HasSubstr;
using testing::SizeIs;

auto errorAt(uint32_t line, uint32_t column, std::string text) {
  return AllOf(Field(&Error::file, "own.yaml"), Field(&Error::line, line), Field(&Error::column, column),
               Field(&Error::message, HasSubstr(text)));
}

std::vector<Error> errorsOf(std::string_view yaml) { return Catalog().add("own.yaml", yaml); }

struct Case {
  const char *name;
  const char *yaml;
  uint32_t line, column;
  const char *message;
};

class CatalogErrors : public testing::TestWithParam<Case> {};

TEST_P(CatalogErrors, SayWhereAndWhat) {
  const Case &c = GetParam();
  const auto errors = errorsOf(c.yaml);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_THAT(errors[0], errorAt(c.line, c.column, c.message));
}

constexpr Case kCases[] = {
    {"UnknownKey", "language: python\ncalls:\n  a.b: {efect: http}\n", 3, 9, "unknown key `efect`; did you mean `effect`?"},
    {"UnknownTopKey", "language: python\ncall:\n  a.b: http\n", 2, 1, "did you mean `calls`?"},
    {"UnknownEffect", "language: python\ncalls:\n  a.b: sleeep\n", 3, 8, "did you mean `sleep`?"},
    {"FarFromAnyEffect", "language: python\ncalls:\n  a.b: gargantuan\n", 3, 8, "use `lock`, `wait`"},
    {"UnknownWeight", "language: python\ncalls:\n  a.b: {weight: heavy}\n", 3, 17, "use `low`, `middle` or `high`"},
    {"UnknownContext", "language: python\ncalls:\n  a.b: {runs: {0: new_thread}}\n", 3, 19, "did you mean `new-thread`?"},
    {"ContextMissing", "language: python\ncalls:\n  a.b: {runs: {0: {runtime: x}}}\n", 3, 19, "says no `context`"},
    {"RunsIsNoMap", "language: python\ncalls:\n  a.b: {runs: worker}\n", 3, 15, "expected a map from arguments"},
    {"NotABool", "language: python\ncalls:\n  a.b: {lazy: yes}\n", 3, 15, "expected `true` or `false`"},
    {"KeyTwice", "language: python\ncalls:\n  a.b: {lazy: true, lazy: true}\n", 3, 21, "given twice"},
    {"NameTwice", "language: python\ncalls:\n  a.b: http\n  a.{b,c}: http\n", 4, 3, "`a.b` is given twice, first on line 3"},
    {"BadBraces", "language: python\ncalls:\n  a.{b,c: http\n", 3, 3, "the braces in `a.{b,c` do not match"},
    {"StrayBrace", "language: python\ncalls:\n  a.b}: http\n", 3, 3, "do not match"},
    {"StarInside", "language: python\ncalls:\n  a.*.b: http\n", 3, 3, "may only stand at the end"},
    {"WrongSeparator", "language: python\ncalls:\n  a::b: http\n", 3, 3, "separated by `.`"},
    {"WrongSeparatorInRust", "language: rust\ncalls:\n  a.b: http\n", 3, 3, "separated by `::`"},
    {"NoLanguage", "calls:\n  a.b: http\n", 1, 1, "does not say its `language`"},
    {"UnknownLanguage", "language: pyton\ncalls:\n  a.b: http\n", 1, 11, "did you mean `python`?"},
    {"NotAMap", "- a\n", 1, 1, "expected a map"},
    {"CallsIsNoMap", "language: python\ncalls: [a.b]\n", 2, 8, "expected a map from names"},
    {"MembersOnACall", "language: python\ncalls:\n  a.b: {members: {c: http}}\n", 3, 9, "unknown key `members`"},
    {"BadCondition", "language: python\ncalls:\n  a.b: {effect: wait, only_if: timeout}\n", 3, 32, "has no operator"},
    {"BadArgument", "language: python\ncalls:\n  a.b: {effect: wait, only_if: x y == 0}\n", 3, 32, "has no operator"},
    {"BadPosition", "language: python\ncalls:\n  a.b: {effect: wait, only_if: 1-x == 0}\n", 3, 32, "`1-x` is no argument"},
    {"LockKindMissing", "language: python\ncalls:\n  a.b: {acquires: true}\n", 3, 3, "add `lock: thread` or `lock: async`"},
    {"NoYaml", "language: python\ncalls: {a.b: http\n", 3, 1, "no valid YAML"},
};

INSTANTIATE_TEST_SUITE_P(Each, CatalogErrors, testing::ValuesIn(kCases),
                         [](const auto &test) { return std::string(test.param.name); });

TEST(CatalogErrorsOfAFile, AreAllReported) {
  const auto errors = errorsOf("language: python\ncalls:\n  a.b: htp\n  a.c: {lazi: true}\ntypes:\n  a.T: {members: {m: cpuu}}\n");
  ASSERT_THAT(errors, SizeIs(3));
  EXPECT_EQ(errors[0].line, 3u);
  EXPECT_EQ(errors[1].line, 4u);
  EXPECT_EQ(errors[2].line, 6u);
}

TEST(CatalogErrorsOfAFile, AnEmptyFileHasNone) {
  EXPECT_THAT(errorsOf(""), SizeIs(0));
  EXPECT_THAT(errorsOf("# nothing yet\n"), SizeIs(0));
}

} // namespace
} // namespace clearway::catalog
