#include "Samples.h"

#include "facts/Shard.h"

namespace clearway::facts {
namespace {

using testing::HasSubstr;

std::string errorOf(std::string_view bytes) {
  const auto facts = readShard(bytes);
  return facts ? "no error" : facts.error();
}

TEST(FactsShard, WhatIsWrittenIsReadAgain) {
  const auto facts = readShard(writeShard(parsed(kSample)));
  ASSERT_TRUE(facts) << facts.error();
  EXPECT_EQ(dump(*facts), kSample);
}

TEST(FactsShard, TheSameFactsAreTheSameBytes) {
  const std::string once = writeShard(parsed(kSample));
  Name("a name that shifts the handles of those made after it");
  EXPECT_EQ(writeShard(parsed(kSample)), once);
  EXPECT_EQ(writeShard(*readShard(once)), once);
}

TEST(FactsShard, OtherFilesAreRefused) {
  EXPECT_THAT(errorOf(""), HasSubstr("no facts"));
  EXPECT_THAT(errorOf("#include <vector>\nint main() { return 0; }\n"), HasSubstr("no facts"));
}

TEST(FactsShard, OtherVersionsAreRefused) {
  std::string bytes = writeShard(parsed(kSample));
  bytes[8] = 7;
  EXPECT_THAT(errorOf(bytes), HasSubstr("version 7"));
}

TEST(FactsShard, EveryTruncationIsNoticed) {
  const std::string bytes = writeShard(parsed(kSample));
  for (size_t size = 0; size < bytes.size(); ++size)
    ASSERT_NE(errorOf(std::string_view(bytes).substr(0, size)), "no error") << size;
}

TEST(FactsShard, EveryChangedByteIsNoticed) {
  const std::string bytes = writeShard(parsed(kSample));
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    ASSERT_NE(errorOf(changed), "no error") << at;
  }
}

} // namespace
} // namespace clearway::facts
