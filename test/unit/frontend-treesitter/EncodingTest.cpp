#include "frontend/treesitter/Encoding.h"

#include <gmock/gmock.h>

namespace clearway::treesitter {
namespace {

using namespace std::string_view_literals;

TEST(EncodingOfBytes, Utf8IsText) {
  for (const std::string_view text :
       {""sv, "plain"sv, "\xEF\xBB\xBFwith a mark"sv, "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"sv})
    EXPECT_EQ(detectEncoding(text).encoding, Encoding::Utf8) << text;
}

TEST(EncodingOfBytes, MalformedSequencesAreFoundWhereTheyAre) {
  // stray continuation, overlong, surrogate, beyond the last character, cut off
  for (const std::string_view bad :
       {"\x80"sv, "\xC0\xAF"sv, "\xE0\x80\x80"sv, "\xED\xA0\x80"sv, "\xF4\x90\x80\x80"sv, "\xE2\x82"sv}) {
    const EncodingFinding found = detectEncoding("0123456789abc" + std::string(bad));
    EXPECT_EQ(found.encoding, Encoding::Other);
    EXPECT_EQ(found.offset, 13u);
  }
}

TEST(EncodingOfBytes, OtherFiles) {
  EXPECT_EQ(detectEncoding("\xFF\xFE\x61\0"sv).encoding, Encoding::Utf16);
  EXPECT_EQ(detectEncoding("\xFE\xFF\0\x61"sv).encoding, Encoding::Utf16);
  EXPECT_EQ(detectEncoding("\x7F"
                           "ELF\0\1"sv)
                .encoding,
            Encoding::Binary);
}

} // namespace
} // namespace clearway::treesitter
