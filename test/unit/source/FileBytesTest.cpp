#include "source/FileBytes.h"

#include <gtest/gtest.h>

using namespace clearway::source;

TEST(FileBytes, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(readFile("/nonexistent/file").error().id, "vanished");
  EXPECT_EQ(readFile("/tmp").error().id, "unreadable");
}

TEST(FileBytes, RefusesWhatIsTooLarge) {
  auto text = readFile("/proc/self/exe", 1000);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().id, "too-large");
}

TEST(FileBytes, FindsTheFirstByteThatIsNoUtf8) {
  auto npos = std::string_view::npos;
  EXPECT_EQ(firstInvalidUtf8("plain text, longer than a word"), npos);
  EXPECT_EQ(firstInvalidUtf8("gr\xC3\xBC\xC3\x9F dich \xF0\x9F\x98\x80"), npos);
  EXPECT_EQ(firstInvalidUtf8("01234567 gr\xFC\xDF"), 11u);
  EXPECT_EQ(firstInvalidUtf8("cut \xE2\x82"), 4u);
  EXPECT_EQ(firstInvalidUtf8("overlong \xC0\xAF"), 9u);
  EXPECT_EQ(firstInvalidUtf8("surrogate \xED\xA0\x80"), 10u);
}

TEST(FileBytes, TellsBinaryFromText) {
  EXPECT_TRUE(looksBinary(std::string_view("\x7f"
                                           "ELF\0\0",
                                           6)));
  EXPECT_FALSE(looksBinary("text"));
  EXPECT_FALSE(looksBinary(""));
}
