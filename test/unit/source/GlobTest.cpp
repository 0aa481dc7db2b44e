#include "source/Glob.h"

#include <gtest/gtest.h>

using namespace clearway::source;

TEST(Glob, StarStaysWithinAComponent) {
  EXPECT_TRUE(globMatches("test_*.py", "test_a.py"));
  EXPECT_FALSE(globMatches("test_*.py", "test_a/b.py"));
  EXPECT_FALSE(globMatches("*.py", "a.pyi"));
  EXPECT_TRUE(globMatches("?.py", "a.py"));
  EXPECT_FALSE(globMatches("?.py", "ab.py"));
}

TEST(Glob, DoubleStarCrossesComponents) {
  EXPECT_TRUE(globMatches("src/**/x.py", "src/x.py"));
  EXPECT_TRUE(globMatches("src/**/x.py", "src/a/b/x.py"));
  EXPECT_FALSE(globMatches("src/**/x.py", "lib/a/x.py"));
}

TEST(Glob, WithoutASlashMatchesAnyComponent) {
  EXPECT_TRUE(globExcludes("generated", "a/generated/b.py"));
  EXPECT_TRUE(globExcludes("generated/", "generated"));
  EXPECT_TRUE(globExcludes("*_pb2.py", "a/b/x_pb2.py"));
  EXPECT_FALSE(globExcludes("generated", "a/regenerated/b.py"));
}

TEST(Glob, WithASlashIsAnchoredAndCoversWhatIsBelow) {
  EXPECT_TRUE(globExcludes("a/b", "a/b/c.py"));
  EXPECT_TRUE(globExcludes("/a", "a/b/c.py"));
  EXPECT_FALSE(globExcludes("a/b", "x/a/b/c.py"));
  EXPECT_TRUE(globExcludes("**/b", "x/a/b/c.py"));
}
