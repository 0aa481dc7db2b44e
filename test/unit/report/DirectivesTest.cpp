#include "report/Directives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace clearway::report;
using testing::ElementsAre;

TEST(Directives, AllowanceWithReason) {
  auto parsed = parseDirective("# clearway: allow(blocking-io, blocking-sleep) reads 20 bytes at start-up");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->kind, DirectiveKind::Allow);
  EXPECT_THAT(parsed->checks, ElementsAre("blocking-io", "blocking-sleep"));
  EXPECT_EQ(parsed->reason, "reads 20 bytes at start-up");
}

TEST(Directives, ReasonsMayBeSetOff) {
  EXPECT_EQ(parseDirective("// clearway:allow(x) - because")->reason, "because");
  EXPECT_EQ(parseDirective("/* clearway: allow(x): because */")->reason, "because");
  EXPECT_EQ(parseDirective("# clearway: allow(x)")->reason, "");
}

TEST(Directives, MistakesAreSaid) {
  EXPECT_EQ(parseDirective("# clearway: alow(x) y")->kind, DirectiveKind::Malformed);
  EXPECT_EQ(parseDirective("# clearway: allow x")->kind, DirectiveKind::Malformed);
  EXPECT_EQ(parseDirective("# clearway: allow()")->kind, DirectiveKind::Malformed);
  EXPECT_EQ(parseDirective("# clearway: allow(x")->kind, DirectiveKind::Malformed);
}

TEST(Directives, NoLintFamily) {
  EXPECT_EQ(parseDirective("// NOLINT")->kind, DirectiveKind::NoLint);
  EXPECT_TRUE(parseDirective("// NOLINT")->checks.empty());
  EXPECT_EQ(parseDirective("// NOLINTNEXTLINE(clearway-blocking-io)")->kind, DirectiveKind::NoLintNext);
  EXPECT_THAT(parseDirective("// NOLINTNEXTLINE(clearway-blocking-io)")->checks, ElementsAre("blocking-io"));
  EXPECT_EQ(parseDirective("// NOLINTBEGIN(*)")->kind, DirectiveKind::NoLintBegin);
  EXPECT_EQ(parseDirective("// NOLINTEND(*)")->kind, DirectiveKind::NoLintEnd);
}

TEST(Directives, OtherComments) {
  EXPECT_FALSE(parseDirective("# a clearway is a road"));
  EXPECT_FALSE(parseDirective("# as said by clearway: the loop stops"));
  EXPECT_FALSE(parseDirective("# clearway: nonblocking"));
  EXPECT_EQ(parseDirective("// SYNC CONTEXT: runs before the runtime")->reason, "runs before the runtime");
}
