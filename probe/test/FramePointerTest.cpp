// Stacks of blocked threads in code with frame pointers, which a blocked thread does not show.
#include "RecordingProbe.h"

#include <ctime>

static clearway_config threshold_of(uint64_t ns) {
  clearway_config config{};
  config.threshold_ns = ns;
  return config;
}

extern "C" {
__attribute__((noinline)) void innermost_blocks() {
  [[maybe_unused]] volatile char room[2048]; // holds what earlier calls left there
  timespec time{0, 30'000'000};
  nanosleep(&time, nullptr);
  room[0] = 1;
}

__attribute__((noinline)) void middle_calls() {
  innermost_blocks();
  asm volatile("");
}

__attribute__((noinline)) void outer_calls() {
  middle_calls();
  asm volatile("");
}

__attribute__((noinline)) void outer_calls_through(void (*function)()) {
  void (*volatile unknown)() = function;
  unknown();
  asm volatile("");
}

// Frames of the functions above, where they will not be later.
__attribute__((noinline)) void leave_stale_frames(int depth) {
  [[maybe_unused]] volatile char room[64];
  room[0] = char(depth);
  if (depth > 0) {
    leave_stale_frames(depth - 1);
  } else {
    timespec time{0, 1000};
    nanosleep(&time, nullptr);
  }
  room[1] = 1;
}
}

static bool truncated(const KeptReport &kept) { return (kept.report.flags & CLEARWAY_REPORT_TRUNCATED) != 0; }

TEST(FramePointers, TheWholeStackOfABlockedThread) {
  RecordingProbe probe(threshold_of(8 * ms));
  AttachedLoop loop;
  for (int i = 0; i < test_size(10, 200); ++i) {
    loop.poll([i] {
      leave_stale_frames(i % 50);
      outer_calls();
    });
  }
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), size_t(test_size(10, 200)));
  for (const KeptReport &kept : reports) {
    EXPECT_FALSE(truncated(kept)) << kept.text();
    EXPECT_EQ(kept.stack_note, "");
    EXPECT_TRUE(kept.names("innermost_blocks") && kept.names("middle_calls") && kept.names("outer_calls") &&
                kept.names("TheWholeStackOfABlockedThread"))
        << kept.text();
  }
}

// Through a pointer: nothing confirms that the word on the stack is the return address.
TEST(FramePointers, AGuessIsMarkedAsOne) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizers' own nanosleep may save the frame pointer, so that none is guessed";
#endif
  RecordingProbe probe(threshold_of(8 * ms));
  AttachedLoop loop;
  loop.poll([] { outer_calls_through(innermost_blocks); });
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_TRUE(reports[0].names("innermost_blocks")) << "this one is certain: " << reports[0].text();
  EXPECT_TRUE(truncated(reports[0])) << reports[0].text();
  EXPECT_NE(reports[0].stack_note.find("are a guess"), std::string::npos) << reports[0].text();
}

TEST(FramePointers, ARunningThreadShowsThem) {
  RecordingProbe probe(threshold_of(8 * ms));
  AttachedLoop loop;
  loop.poll([] { outer_calls_through([] { spin_ms(30); }); });
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_FALSE(truncated(reports[0])) << reports[0].text();
  EXPECT_TRUE(reports[0].names("outer_calls_through")) << reports[0].text();
}
