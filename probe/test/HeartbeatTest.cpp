// Loops that only beat, and what the watchdog says when it could not look itself.
#include "InChild.h"
#include "RecordingProbe.h"

#include <clearway/probe_inline.h>

#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

struct Heartbeat : testing::Test {
  static clearway_config config() {
    clearway_config wanted{};
    wanted.threshold_ns = 30 * ms;
    return wanted;
  }
  // Returns how often the machine itself held up a beat for about the threshold.
  size_t beat(int times, int pause_ms) {
    size_t held_up = 0;
    for (int i = 0; i < times; ++i) {
      uint64_t before = clearway_clock_ns();
      EXPECT_EQ(clearway_loop_heartbeat(loop.get()), CLEARWAY_OK);
      sleep_ms(pause_ms);
      held_up += clearway_clock_ns() - before >= 25 * ms;
    }
    return held_up;
  }
  RecordingProbe probe{config()};
  AttachedLoop loop{"beats"};
};

TEST_F(Heartbeat, RegularBeatsAreNoStall) {
  size_t held_up = beat(30, 5);
  EXPECT_LE(probe.reports().size(), held_up);
  EXPECT_EQ(loop.snapshot().heartbeats, 30u);
}

TEST_F(Heartbeat, SilenceIsAStallWithAnEstimatedDuration) {
  beat(5, 5);
  sleep_ms(90);
  beat(3, 5);
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].report.cause, CLEARWAY_CAUSE_SYSCALL) << reports[0].text();
  EXPECT_TRUE(reports[0].report.flags & CLEARWAY_REPORT_ESTIMATED);
  EXPECT_GE(reports[0].report.duration_ns, 75 * ms);
  EXPECT_LE(reports[0].report.duration_ns, 150 * ms);
  EXPECT_EQ(loop.snapshot().stalls, 1u);
}

TEST_F(Heartbeat, WaitingAfterIdleIsNoStall) {
  beat(3, 5);
  clearway_loop_idle(loop.get());
  sleep_ms(90);
  beat(3, 5);
  EXPECT_TRUE(probe.all_reports().empty());
}

TEST_F(Heartbeat, ALoopThatNeverBeatIsNotThere) {
  sleep_ms(90);
  EXPECT_TRUE(probe.all_reports().empty());
  EXPECT_EQ(clearway_loop_installed(loop.get()), CLEARWAY_E_NEVER_POLLED);
}

// Until two readings of the clock are as far apart as only a stop makes them; a busy machine may take its time to send it.
static void spin_until_stopped() {
  uint64_t begin = clearway_clock_ns();
  uint64_t before = begin;
  for (uint64_t now = begin; now - before < 80 * ms && now - begin < 10'000 * ms; now = clearway_clock_ns()) {
    before = now;
  }
}

// The whole process is stopped, as when a machine is suspended or a virtual one is moved.
TEST(Watchdog, SaysThatItWasLateItself) {
  int stopped[2];
  ASSERT_EQ(pipe(stopped), 0);
  pid_t parent = getpid();
  pid_t stopper = fork();
  if (stopper == 0) {
    pid_t child = 0;
    bool told = read(stopped[0], &child, sizeof child) == ssize_t(sizeof child) && kill(child, SIGSTOP) == 0;
    sleep_ms(120);
    _exit(told && kill(child, SIGCONT) == 0 ? 0 : 1);
  }
  ChildResult result = in_child([&](std::ostream &out) {
    clearway_config config{};
    config.threshold_ns = 20 * ms;
    RecordingProbe probe(config);
    AttachedLoop loop;
    loop.poll([&] {
      pid_t self = getpid();
      EXPECT_NE(self, parent);
      sleep_ms(5);
      ssize_t written = write(stopped[1], &self, sizeof self);
      (void)written;
      spin_until_stopped();
    });
    sleep_ms(20); // the watchdog is punctual again
    loop.poll([] { sleep_ms(60); });
    for (const KeptReport &kept : probe.reports()) {
      out << ((kept.report.flags & CLEARWAY_REPORT_WATCHDOG_LATE) != 0 ? "late " : "punctual ");
    }
  });
  int stopper_status = 0;
  EXPECT_EQ(waitpid(stopper, &stopper_status, 0), stopper);
  EXPECT_EQ(stopper_status, 0);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "late punctual ");
  close(stopped[0]);
  close(stopped[1]);
}
