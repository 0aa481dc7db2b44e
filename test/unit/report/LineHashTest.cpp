#include "report/LineHash.h"

#include <gtest/gtest.h>

using clearway::report::lineHashes;

// The expected values are those of the rolling hash as published with GitHub's code scanning action's own
// tests.
TEST(LineHash, AsTheUploadActionComputesIt) {
  EXPECT_EQ(lineHashes(" a\nb\n  \t\tc\n d"),
            (std::vector<std::string>{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1",
                                      "a23a3dc5e078b07b:1"}));
  EXPECT_EQ(lineHashes(""), (std::vector<std::string>{"c129715d7a2bc9a3:1"}));
}

TEST(LineHash, EqualLinesAreNumbered) {
  std::string filler(200, 'x');
  auto hashes = lineHashes(filler + "\n" + filler + "\n" + filler);
  ASSERT_EQ(hashes.size(), 3u);
  EXPECT_EQ(hashes[0].substr(0, hashes[0].find(':')), hashes[1].substr(0, hashes[1].find(':')));
  EXPECT_TRUE(hashes[1].ends_with(":2"));
}

TEST(LineHash, LineEndingsAndIndentationDoNotMatter) {
  EXPECT_EQ(lineHashes("a\r\n  b\r\n"), lineHashes("a\nb\n"));
  EXPECT_EQ(lineHashes("a\rb"), lineHashes("a\nb"));
}
