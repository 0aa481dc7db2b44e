#include <clearway/probe.h>
#include <clearway/probe_inline.h>

#include "RecordingProbe.h"


#include <thread>

static clearway_loop *make_loop(const char *name = "test") {
  clearway_loop_config config{};
  config.struct_size = sizeof config;
  config.name = name;
  clearway_loop *loop = nullptr;
  EXPECT_EQ(clearway_loop_create(&config, &loop), CLEARWAY_OK);
  return loop;
}

static clearway_snapshot snapshot(const clearway_loop *loop) {
  clearway_snapshot result{};
  result.struct_size = sizeof result;
  EXPECT_EQ(clearway_loop_snapshot(loop, &result), CLEARWAY_OK);
  return result;
}



struct HotPath : testing::Test {
  clearway_loop *loop = make_loop();
  void SetUp() override { ASSERT_EQ(clearway_loop_attach(loop), CLEARWAY_OK); }
  void TearDown() override { clearway_loop_destroy(loop); }
};

TEST_F(HotPath, EveryPollIsCounted) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(clearway_loop_begin(loop, 0), CLEARWAY_OK);
    EXPECT_EQ(clearway_loop_end(loop), CLEARWAY_OK);
  }
  EXPECT_EQ(snapshot(loop).polls, 1000u);
}

TEST_F(HotPath, ChainedPollsCountTheOneThatEnds) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(clearway_loop_poll(loop, 0), CLEARWAY_OK);
  }
  EXPECT_EQ(snapshot(loop).polls, 9u);
  EXPECT_EQ(clearway_loop_idle(loop), CLEARWAY_OK);
  EXPECT_EQ(snapshot(loop).polls, 10u);
}

TEST_F(HotPath, IdleTimeIsNotMeasured) {
  clearway_loop_poll(loop, 0);
  clearway_loop_idle(loop);
  sleep_ms(20);
  clearway_loop_poll(loop, 0);
  clearway_loop_idle(loop);
  EXPECT_LT(snapshot(loop).raw.max_ns, 10'000'000u);
}

TEST_F(HotPath, DurationsAreNanoseconds) {
  clearway_loop_begin(loop, 0);
  sleep_ms(20);
  clearway_loop_end(loop);
  clearway_snapshot result = snapshot(loop);
  EXPECT_GE(result.raw.max_ns, 20'000'000u);
  EXPECT_LT(result.raw.max_ns, 200'000'000u);
}

TEST_F(HotPath, StallsAreCountedWithoutAWatchdog) {
  ASSERT_EQ(clearway_loop_set_threshold(loop, 5'000'000), CLEARWAY_OK);
  for (int ms : {1, 10, 1, 10, 10}) {
    clearway_loop_begin(loop, 0);
    sleep_ms(ms);
    clearway_loop_end(loop);
  }
  EXPECT_GE(snapshot(loop).stalls, 3u);
  EXPECT_GE(snapshot(loop).stall_ns, 30'000'000u);
}

TEST_F(HotPath, InlineAndLibraryCountAlike) {
  ASSERT_TRUE(clearway_inline_usable());
  clearway_inline_begin(loop, 0);
  clearway_loop_end(loop);
  clearway_loop_begin(loop, 0);
  clearway_inline_end(loop);
  clearway_inline_poll(loop, 0);
  clearway_inline_poll(loop, 0);
  EXPECT_EQ(clearway_inline_heartbeat(loop), CLEARWAY_OK);
  EXPECT_EQ(snapshot(loop).polls, 3u);
  EXPECT_EQ(snapshot(loop).heartbeats, 1u);
}

TEST_F(HotPath, ThreadKnowsItsLoop) {
  EXPECT_EQ(clearway_thread_loop(), loop);
  std::thread([] { EXPECT_EQ(clearway_thread_loop(), nullptr); }).join();
}

TEST_F(HotPath, HistogramIsReadable) {
  clearway_loop_begin(loop, 0);
  clearway_loop_end(loop);
  uint64_t counts[CLEARWAY_HISTOGRAM_BUCKETS], sum = 0;
  ASSERT_EQ(clearway_loop_histogram(loop, CLEARWAY_HISTOGRAM_RAW, counts), CLEARWAY_OK);
  for (uint64_t count : counts) {
    sum += count;
  }
  EXPECT_EQ(sum, 1u);
}
