#include "runtime/RecordFile.h"
#include "runtime/json/RecordParser.h"

#include <gmock/gmock.h>

using namespace clearway::runtime;
using testing::HasSubstr;

namespace {

std::string mistakeIn(const std::string &line) {
  auto record = parseRecord(line);
  return record ? "" : record.error();
}

std::string stallLine(int id, const char *state, int duration, int begin = 5) {
  return R"({"clearway_probe":1,"type":"stall","pid":7,"id":)" + std::to_string(id) + R"(,"state":")" + state +
         R"(","loop":"main","loop_id":1,"begin_ns":)" + std::to_string(begin) + R"(,"duration_ns":)" +
         std::to_string(duration) + R"(,"cause":"lock","detail":null,"frames":[]})";
}

} // namespace

TEST(RecordParser, ReadsAStall) {
  auto record = parseRecord(
      R"({"clearway_probe":1,"type":"stall","pid":7,"id":3,"state":"ended","loop":"main","loop_id":2,"thread_id":9,)"
      R"("operation":null,"poll":4,"begin_ns":10,"begin_unix_ns":20,"duration_ns":30,"threshold_ns":5,"cause":"syscall",)"
      R"("detail":"write","samples":5,"agreeing":4,"cause_samples":{"syscall":4,"on-cpu":1},"watchdog_late":true,)"
      R"("estimated":false,"truncated":false,"stack_note":null,"stack_samples":4,"stack_hash":"0x1","suppressed":2,)"
      R"("frames":[{"kind":"extra","language":"python","symbol":"f","file":"a.py","line":3},)"
      R"({"kind":"native","module":"/bin/x","build_id":"ab","offset":"0x1f40","symbol":null,"symbol_offset":0,"address":"0x2"}],)"
      R"("a_field_of_later":[1]})");
  ASSERT_TRUE(record) << record.error();
  const Stall &stall = std::get<Stall>(*record);
  EXPECT_EQ(stall.durationNs, 30u);
  EXPECT_EQ(stall.detail, "write");
  EXPECT_EQ(stall.operation, "");
  EXPECT_TRUE(stall.watchdogLate);
  EXPECT_EQ(stall.causeSamples.at("on-cpu"), 1u);
  ASSERT_EQ(stall.frames.size(), 2u);
  EXPECT_FALSE(stall.frames[0].native);
  EXPECT_EQ(stall.frames[0].line, 3u);
  EXPECT_EQ(stall.frames[1].offset, 0x1f40u);
  EXPECT_EQ(stall.frames[1].symbol, "");
}

TEST(RecordParser, SaysWhatIsWrong) {
  EXPECT_THAT(mistakeIn("[1]"), HasSubstr("no JSON object"));
  EXPECT_THAT(mistakeIn("{"), HasSubstr("no valid JSON"));
  EXPECT_THAT(mistakeIn("{}"), HasSubstr("no field clearway_probe"));
  EXPECT_THAT(mistakeIn(R"({"clearway_probe":2,"type":"stall"})"), HasSubstr("version 2 of the records"));
  EXPECT_THAT(mistakeIn(R"({"clearway_probe":"1","type":"stall"})"), HasSubstr("is no version"));
  EXPECT_THAT(mistakeIn(R"({"clearway_probe":1})"), HasSubstr("type is missing"));
  EXPECT_THAT(mistakeIn(R"({"clearway_probe":1,"type":"stall"})"), HasSubstr("has no field id"));
  EXPECT_THAT(mistakeIn(R"({"clearway_probe":1,"type":"stall","id":1,"begin_ns":1,"duration_ns":-4})"),
              HasSubstr("duration_ns is not a whole number"));
  EXPECT_THAT(mistakeIn(R"({"clearway_probe":1,"type":"stall","id":1,"begin_ns":1,"duration_ns":1,"frames":[{"offset":"0xzz"}]})"),
              HasSubstr("frames[0].offset is not a hexadecimal number"));
  EXPECT_THAT(mistakeIn(R"({"clearway_probe":1,"type":"loop","buckets":[[5,1],[4,1]]})"), HasSubstr("buckets[1]"));
}

TEST(RecordParser, SkipsTypesOfLaterVersions) {
  auto record = parseRecord(R"({"clearway_probe":1,"type":"comet"})");
  ASSERT_TRUE(record);
  EXPECT_TRUE(std::holds_alternative<UnknownRecord>(*record));
}

TEST(RecordReader, KeepsWhatWasSaidLastOfAStall) {
  RecordReader reader;
  reader.readLine("a", 1, stallLine(1, "ongoing", 10));
  reader.readLine("a", 2, stallLine(1, "ended", 40));
  reader.readLine("b", 1, stallLine(1, "ongoing", 10)); // the same records again
  reader.readLine("a", 3, stallLine(2, "ongoing", 10));
  Records records = reader.take();
  ASSERT_EQ(records.stalls.size(), 2u);
  EXPECT_EQ(records.stalls[0].durationNs, 40u);
  EXPECT_FALSE(records.stalls[0].ongoing);
  EXPECT_TRUE(records.stalls[1].ongoing);
  EXPECT_EQ(records.processes.size(), 1u);
}

TEST(RecordReader, TellsRunsOfOneProcessNumberApart) {
  RecordReader reader;
  const std::string start = R"({"clearway_probe":1,"type":"start","pid":7,"unix_ns":2,"time_ns":)";
  const std::string loop = R"({"clearway_probe":1,"type":"loop","pid":7,"loop":"main","loop_id":1,"time_ns":3,"polls":)";
  for (const std::string &line : {start + "1}", loop + "1}", loop + "2}", start + "4}", loop + "5}", stallLine(1, "ended", 1, 5), stallLine(1, "ended", 1, 6)})
    reader.readLine("a", 1, line);
  Records records = reader.take();
  EXPECT_EQ(records.processes.size(), 2u);
  ASSERT_EQ(records.loops.size(), 2u);
  EXPECT_EQ(records.loops[0].polls, 2u);
  EXPECT_EQ(records.loops[1].polls, 5u);
  EXPECT_EQ(records.stalls.size(), 2u);
}

TEST(RecordReader, CountsComplaintsBeyondTheFirstHundred) {
  RecordReader reader;
  for (int i = 1; i <= 250; ++i)
    reader.readLine("a", static_cast<uint64_t>(i), "no record");
  reader.readLine("a", 251, stallLine(1, "ended", 10));
  EXPECT_EQ(reader.complaints().size(), 100u);
  EXPECT_EQ(reader.furtherComplaints(), 150u);
  EXPECT_EQ(reader.take().stalls.size(), 1u);
}
