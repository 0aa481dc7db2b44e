// Requests as their clients see them.
#include "Streams.h"
#include "WrittenFiles.h"

#include <string>
#include <thread>
#include <unistd.h>

TEST(Spans, FirstItemGapsAndDuration) {
  clearway_operation operation = clearway_operation_of("streamed");
  stream(operation, 20, 4, 10);
  clearway_operation_snapshot counts = counts_of(operation);
  EXPECT_EQ(counts.ended, 1u);
  EXPECT_EQ(counts.open, 0u);
  EXPECT_EQ(counts.gaps.count, 3u);
  EXPECT_GE(counts.first_item.max_ns, 20 * ms);
  EXPECT_GE(counts.gaps.p50_ns, 10 * ms);
  EXPECT_GE(counts.duration.max_ns, 50 * ms);
  EXPECT_EQ(counts.broken, 0u) << "no limits are set";
}

TEST(Spans, ABufferedStreamHasALateFirstItemAndNoGaps) {
  clearway_operation operation = clearway_operation_of("buffered");
  stream(operation, 40, 20, 0);
  clearway_operation_snapshot counts = counts_of(operation);
  EXPECT_GT(counts.first_item.max_ns, counts.duration.max_ns / 2);
  EXPECT_LT(counts.gaps.p50_ns, counts.first_item.max_ns / 20);
}

TEST(Spans, FollowARequestAcrossThreads) {
  clearway_operation operation = clearway_operation_of("across");
  clearway_span *span = clearway_span_begin(operation);
  EXPECT_EQ(counts_of(operation).open, 1u);
  std::thread([span] { clearway_span_item(span); }).join();
  std::thread([span] { clearway_span_end(span); }).join();
  EXPECT_EQ(counts_of(operation).open, 0u);
  EXPECT_EQ(counts_of(operation).first_item.count, 1u);
}

TEST(Spans, ACancelledOneBreaksNoLimit) {
  clearway_operation operation = operation_with("cancelled", 1 * ms, 1 * ms, 1 * ms);
  clearway_span *span = clearway_span_begin(operation);
  sleep_ms(5);
  clearway_span_cancel(span);
  EXPECT_EQ(counts_of(operation).cancelled, 1u);
  EXPECT_EQ(counts_of(operation).broken + counts_of(operation).ended, 0u);
}

TEST(Spans, NothingIsDoneToNone) {
  clearway_span_item(nullptr);
  clearway_span_end(nullptr);
  clearway_span_cancel(nullptr);
  EXPECT_EQ(clearway_span_begin(clearway_operation{65'000}), nullptr) << "no such operation";
}

TEST(Spans, ABrokenLimitIsARecordThatNamesIt) {
  std::string path = temporary_path("spans");
  clearway_config config{};
  config.jsonl_path = path.c_str();
  RecordingProbe probe(config);
  clearway_operation late = operation_with("late", 0, 10 * ms, 0), gappy = operation_with("gappy", 0, 0, 10 * ms),
                     slow = operation_with("slow", 10 * ms, 0, 0), fine = operation_with("fine", 5000 * ms, 5000 * ms, 5000 * ms);
  stream(late, 20, 2, 0);
  stream(gappy, 0, 2, 20);
  stream(slow, 20, 0, 0);
  stream(fine, 1, 2, 1);
  probe.stop();
  std::string records = text_of(path);
  for (const char *expected : {R"("operation":"late","broken_limit":"first-item")", R"("operation":"gappy","broken_limit":"gap")",
                               R"("operation":"slow","broken_limit":"duration")"}) {
    EXPECT_NE(records.find(expected), std::string::npos) << expected;
  }
  EXPECT_EQ(records.find(R"("operation":"fine")"), std::string::npos);
  EXPECT_EQ(counts_of(late).broken + counts_of(gappy).broken + counts_of(slow).broken, 3u);
  unlink(path.c_str());
}
