#include "source/Git.h"

#include <gtest/gtest.h>

using namespace clearway::source;

TEST(Diff, TakesAddedAndChangedLinesOnly) {
  auto changed = parseDiff("diff --git a/x.py b/x.py\n"
                           "--- a/x.py\n"
                           "+++ b/x.py\n"
                           "@@ -1,4 +1,5 @@ def f():\n"
                           " a\n"
                           "-b\n"
                           "+B\n"
                           "+C\n"
                           " d\n"
                           " e\n"
                           "@@ -10 +11 @@\n"
                           "-old\n"
                           "+new\n",
                           "/r");
  const auto &spans = changed.at("/r/x.py");
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].first, 2u);
  EXPECT_EQ(spans[0].last, 3u);
  EXPECT_EQ(spans[1].first, 11u);
  EXPECT_EQ(spans[1].last, 11u);
}

TEST(Diff, ChangedLinesThatLookLikeHeaders) {
  auto changed = parseDiff("--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@\n--- a/y.py\n+++ b/y.py\n+z\n", "/r");
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed.at("/r/x.py").size(), 1u);
}

TEST(Diff, DeletedFilesAndDeletedLinesChangeNothing) {
  EXPECT_TRUE(parseDiff("--- a/x.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n", "/r").empty());
  EXPECT_TRUE(parseDiff("--- a/x.py\n+++ b/x.py\n@@ -3,2 +2,0 @@\n-a\n-b\n", "/r").at("/r/x.py").empty());
}
