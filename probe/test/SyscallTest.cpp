// System calls by name, and those that wait for locks.
#include "Classify.h"
#include "RecordingProbe.h"
#include "SyscallNames.h"

#include <cerrno>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace clearway::probe;

TEST(SyscallNames, AreThoseOfTheHeaders) {
  EXPECT_STREQ(syscall_name(SYS_read), "read");
  EXPECT_STREQ(syscall_name(SYS_epoll_pwait), "epoll_pwait");
  EXPECT_STREQ(syscall_name(SYS_faccessat2), "faccessat2") << "the last of 5.9";
#if defined(SYS_epoll_pwait2)
  EXPECT_STREQ(syscall_name(SYS_epoll_pwait2), "epoll_pwait2");
#endif
#if defined(SYS_futex_waitv)
  EXPECT_STREQ(syscall_name(SYS_futex_waitv), "futex_waitv");
#endif
#if defined(SYS_futex_wait)
  EXPECT_STREQ(syscall_name(SYS_futex_wait), "futex_wait");
#endif
}

TEST(SyscallNames, NoneIsMissingFromTheFirstToTheLastKnown) {
  for (int64_t number = 424; number <= 469; ++number) { // 335 to 423 were never given
    EXPECT_NE(syscall_name(number), nullptr) << number;
  }
  EXPECT_EQ(syscall_name(-1), nullptr);
  EXPECT_EQ(syscall_name(100'000), nullptr);
}

TEST(SyscallNames, FutexesOfEveryKindAreLocks) {
  constexpr int64_t futex_waitv = 449, futex_wake = 454, futex_wait = 455;
  for (int64_t number : {int64_t(SYS_futex), futex_waitv, futex_wait}) {
    EXPECT_EQ(classify_blocked(number, false), CLEARWAY_CAUSE_LOCK) << number;
  }
  for (int64_t number : {int64_t(SYS_read), int64_t(SYS_epoll_pwait), futex_wake}) {
    EXPECT_EQ(classify_blocked(number, false), CLEARWAY_CAUSE_SYSCALL) << number;
  }
}

namespace {
struct Waited { // futex_waitv's
  uint64_t value, address;
  uint32_t flags, reserved;
};
constexpr uint32_t four_bytes_private = 2 | 128;

struct NewFutex : testing::TestWithParam<const char *> {
  static timespec in_40_ms() {
    timespec at{};
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += 40'000'000;
    at.tv_sec += at.tv_nsec / 1'000'000'000;
    at.tv_nsec %= 1'000'000'000;
    return at;
  }
  // Returns errno.
  static int wait(bool several) {
    uint32_t word = 0;
    timespec until = in_40_ms();
    Waited waited{0, uint64_t(&word), four_bytes_private, 0};
    long result = several ? syscall(449, &waited, 1L, 0L, &until, long(CLOCK_MONOTONIC))
                          : syscall(455, &word, 0L, 0xffffffffL, long(four_bytes_private), &until, long(CLOCK_MONOTONIC));
    return result == 0 ? 0 : errno;
  }
};
} // namespace

TEST_P(NewFutex, IsALock) {
  clearway_config config{};
  config.threshold_ns = 10 * ms;
  RecordingProbe probe(config);
  AttachedLoop loop;
  int error = 0;
  loop.poll([&] { error = wait(std::string(GetParam()) == "futex_waitv"); });
  if (error == ENOSYS) {
    GTEST_SKIP() << "this kernel has no " << GetParam();
  }
  ASSERT_EQ(error, ETIMEDOUT);
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].report.cause, CLEARWAY_CAUSE_LOCK) << reports[0].text();
}

INSTANTIATE_TEST_SUITE_P(Of, NewFutex, testing::Values("futex_waitv", "futex_wait"),
                         [](const auto &info) { return std::string(info.param); });
