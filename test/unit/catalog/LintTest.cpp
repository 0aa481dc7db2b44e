#include "catalog/Lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clearway::catalog {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Error> doubtsOf(std::string_view yaml) {
  const LintResult result = lintFile("own.yaml", yaml);
  EXPECT_THAT(result.mistakes, IsEmpty());
  return result.doubts;
}

TEST(Lint, AGoodFileRaisesNoDoubt) {
  const LintResult result = lintFile("own.yaml", R"(
language: python
source: https://example.org
calls: {mylib.fetch: {effect: http, returns: requests.Response, bounded_if: timeout present}}
types: {mylib.Client: {bases: requests.Session}}
remove: print
)");
  EXPECT_THAT(result.mistakes, IsEmpty());
  EXPECT_THAT(result.doubts, IsEmpty());
  EXPECT_EQ(result.entryCount, 2u);
}

struct Case {
  const char *name;
  const char *yaml;
  const char *message;
};

class LintDoubts : public testing::TestWithParam<Case> {};

TEST_P(LintDoubts, AreRaised) {
  const auto doubts = doubtsOf(GetParam().yaml);
  ASSERT_THAT(doubts, SizeIs(1));
  EXPECT_EQ(doubts[0].file, "own.yaml");
  EXPECT_THAT(doubts[0].message, HasSubstr(GetParam().message));
}

constexpr Case kCases[] = {
    {"NoSource", "{language: python, calls: {\"m.{f,g}\": http}}", "`m.f` has no `source`"},
    {"UnknownBase", "{language: python, source: u, types: {m.T: {bases: requests.Sesion}}}", "the base `requests.Sesion`"},
    {"BaseThatIsNoType", "{language: python, source: u, types: {m.T: {bases: requests.get}}}", "no entry under `types`"},
    {"OwnBase", "{language: python, source: u, types: {m.T: {bases: m.T}}}", "its own base"},
    {"UnknownResult", "{language: python, source: u, calls: {m.f: {returns: m.Nothing}}}", "returns `m.Nothing`"},
    {"ConditionsOfNothing", "{language: python, source: u, calls: {m.f: {only_if: 0 present}}}", "has conditions, but no effect"},
    {"SuspendsAndBlocks", "{language: python, source: u, calls: {m.f: {suspends: true, effect: http}}}", "both suspends and blocks"},
    {"TriesAndBlocks", "{language: python, source: u, calls: {m.f: {try: true, lock: thread, effect: lock}}}", "drop its effect"},
    {"RemovesNothing", "{language: python, remove: requests.gett}", "`requests.gett`, which nothing describes"},
};
INSTANTIATE_TEST_SUITE_P(Each, LintDoubts, testing::ValuesIn(kCases),
                         [](const auto &test) { return std::string(test.param.name); });

TEST(Lint, MistakesComeBeforeDoubts) {
  const LintResult result = lintFile("own.yaml", "{language: python, calls: {m.f: htp}}");
  EXPECT_THAT(result.mistakes, SizeIs(1));
  EXPECT_THAT(result.doubts, IsEmpty());
}

class LintOfTheBuiltIn : public testing::TestWithParam<facts::Language> {};

TEST_P(LintOfTheBuiltIn, FindsNothing) {
  for (const Error &doubt : lintEmbedded(GetParam()).doubts)
    ADD_FAILURE() << doubt.file << ":" << doubt.line << ": " << doubt.message;
}

INSTANTIATE_TEST_SUITE_P(Each, LintOfTheBuiltIn, testing::Values(facts::Language::Cpp, facts::Language::Rust, facts::Language::Python),
                         [](const auto &test) { return "Language" + std::to_string(static_cast<int>(test.param)); });

TEST(Lint, KnowsWhatNeverMatched) {
  Catalog catalog;
  ASSERT_THAT(catalog.add("a.yaml", "{language: python, calls: {a.b: http, a.c: http}}"), IsEmpty());
  const Entry *matched[] = {&catalog.entries()[0], &catalog.entries()[0]};
  const auto unmatched = unmatchedEntries(catalog, matched);
  ASSERT_THAT(unmatched, SizeIs(1));
  EXPECT_EQ(unmatched[0]->name.view(), "a.c");
}

} // namespace
} // namespace clearway::catalog
