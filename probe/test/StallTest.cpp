// What a detector of stalls must and must not say, and what happens when it is used wrongly.
#include "RecordingProbe.h"

#include <clearway/probe_inline.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <set>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <vector>
#include <unistd.h>

static clearway_config threshold_of(uint64_t ns) {
  clearway_config config{};
  config.threshold_ns = ns;
  return config;
}

// Every core computes all the while, and the loop has polls of three quarters of the threshold among short ones. A report
// is false if no poll was that long by the test's own clock.
TEST(Reports, NoneFromALoopThatNeverStalls) {
  RecordingProbe probe(threshold_of(20 * ms));
  std::atomic<bool> stop{false};
  std::vector<std::thread> load;
  for (unsigned i = 0; i <= std::thread::hardware_concurrency(); ++i) {
    load.emplace_back([&] {
      OrdinaryPriority ordinary;
      setpriority(PRIO_PROCESS, 0, 19); // takes what is idle: an hour of it is not to stop the machine's other users
      while (!stop) {
      }
    });
  }
  AttachedLoop loop;
  auto now_ns = clearway_clock_ns;
  uint64_t polls = 0, long_polls = 0, end = now_ns() + uint64_t(test_size(3, 3600)) * 1000 * ms;
  while (now_ns() < end) {
    uint64_t begin = now_ns();
    loop.poll([&] { spin_ms(++polls % 30 == 0 ? 15 : 1); });
    long_polls += now_ns() - begin >= 20 * ms; // the machine itself was stopped
    sleep_ms(2);
  }
  stop = true;
  for (std::thread &thread : load) {
    thread.join();
  }
  std::set<uint64_t> reported; // of one that lasts for more than a second there are two reports
  for (const KeptReport &kept : probe.all_reports()) {
    reported.insert(kept.report.id);
  }
  std::printf("measured: %lu polls that do not stall, all cores computing: %zu reported; others stopped %lu of them\n",
              loop.snapshot().polls, reported.size(), long_polls);
  EXPECT_EQ(loop.snapshot().polls, polls) << "every poll was measured";
  EXPECT_GT(polls, 100u);
  EXPECT_LE(reported.size(), long_polls);
  EXPECT_LE(loop.snapshot().stalls, long_polls);
}

TEST(Reports, NoneFromALoopThatWaits) {
  RecordingProbe probe(threshold_of(10 * ms));
  AttachedLoop loop;
  loop.poll([] {});
  sleep_ms(100);
  EXPECT_TRUE(probe.all_reports().empty());
}

TEST(Reports, EveryStallOnce) {
  RecordingProbe probe(threshold_of(10 * ms));
  AttachedLoop loop;
  for (int i = 0; i < 10; ++i) {
    loop.poll([] { sleep_ms(30); });
  }
  EXPECT_EQ(probe.reports().size(), 10u);
  EXPECT_EQ(loop.snapshot().stalls, 10u);
}

TEST(Reports, TheLastStallOfALoopThatIsDestroyed) {
  RecordingProbe probe(threshold_of(10 * ms));
  {
    AttachedLoop loop("short-lived");
    loop.poll([] { sleep_ms(60); });
  }
  ASSERT_EQ(probe.reports().size(), 1u);
  EXPECT_TRUE(probe.reports()[0].names("sleep_ms")) << probe.reports()[0].text();
}

TEST(Reports, LoopsThatComeAndGoTakeNothingFromOthers) {
  RecordingProbe probe(threshold_of(10 * ms));
  AttachedLoop bystander("bystander");
  std::thread busy([] {
    AttachedLoop loop("stalls");
    loop.poll([] { sleep_ms(150); });
  });
  for (int i = 0; i < 140; ++i) {
    clearway_loop *passing = nullptr;
    clearway_loop_create(nullptr, &passing);
    sleep_ms(1);
    clearway_loop_destroy(passing);
  }
  busy.join();
  ASSERT_EQ(probe.reports().size(), 1u);
  EXPECT_GE(probe.reports()[0].report.samples, 5u) << probe.reports()[0].text();
}

TEST(Reports, TheRateLimitSaysWhatItWithheld) {
  clearway_config config = threshold_of(4 * ms);
  config.reports_per_second = 1;
  config.reports_burst = 2;
  RecordingProbe probe(config);
  AttachedLoop loop;
  for (int i = 0; i < 20; ++i) {
    loop.poll([] { sleep_ms(12); });
  }
  size_t reported = probe.reports().size();
  EXPECT_GE(reported, 2u);
  EXPECT_LT(reported, 20u);
  clearway_snapshot counts = loop.snapshot();
  EXPECT_EQ(counts.stalls, 20u) << "what is not reported is counted";
  EXPECT_EQ(counts.reports + counts.suppressed, 20u);
}

TEST(Reports, TheNextReportSaysHowManyWereWithheld) {
  clearway_config config = threshold_of(4 * ms);
  config.reports_per_second = 2;
  config.reports_burst = 1;
  RecordingProbe probe(config);
  AttachedLoop loop;
  for (int i = 0; i < 6; ++i) {
    loop.poll([] { sleep_ms(8); });
  }
  sleep_ms(600);
  loop.poll([] { sleep_ms(8); });
  auto reports = probe.reports();
  ASSERT_GE(reports.size(), 2u);
  uint64_t told = 0;
  for (const KeptReport &kept : reports) {
    told += kept.report.suppressed;
  }
  EXPECT_GE(told, 1u);
  EXPECT_EQ(told + reports.size(), 7u);
}

// A signal would make these return early: they are not restarted whatever the handler's flags.
TEST(Blocked, CallsAreNeverInterrupted) {
  RecordingProbe probe(threshold_of(2 * ms));
  AttachedLoop loop;
  int epoll = epoll_create1(0);
  for (int i = 0; i < test_size(10, 1000); ++i) {
    loop.poll([&] {
      epoll_event event;
      EXPECT_EQ(epoll_wait(epoll, &event, 1, 15), 0);
      timespec time{0, 15'000'000};
      EXPECT_EQ(nanosleep(&time, nullptr), 0);
    });
  }
  close(epoll);
  EXPECT_EQ(loop.snapshot().stalls, uint64_t(test_size(10, 1000)));
}

__attribute__((noinline)) static void throw_and_catch(int depth) {
  if (depth == 0) {
    throw depth;
  }
  throw_and_catch(depth - 1);
  asm volatile("");
}

// Unwinders that run in a signal handler crash here within half a second.
TEST(Running, CapturesWhileExceptionsFly) {
  RecordingProbe probe(threshold_of(1 * ms));
  AttachedLoop loop;
  int caught = 0;
  for (int i = 0; i < test_size(50, 5000); ++i) {
    loop.poll([&] {
      for (int k = 0; k < 4000; ++k) {
        try {
          throw_and_catch(3);
        } catch (int) {
          ++caught;
        }
      }
    });
  }
  EXPECT_EQ(caught, 4000 * test_size(50, 5000));
  EXPECT_GT(loop.snapshot().stacks, 0u);
}

// ---- Names ----

static size_t only_sleeps(const char *symbol, char *buffer, size_t size) {
  bool own = std::string(symbol).find("sleep_ms") != std::string::npos;
  return own ? size_t(snprintf(buffer, size, "crate::slumber")) : 0;
}

static size_t far_too_long(const char *, char *buffer, size_t size) {
  std::fill_n(buffer, size - 1, 'x');
  return 1'000'000;
}

TEST(Names, AreThoseOfTheDemanglerThatIsSet) {
  RecordingProbe probe(threshold_of(10 * ms));
  AttachedLoop loop;
  for (clearway_demangle_fn demangler : {&only_sleeps, &far_too_long, clearway_demangle_fn{}}) {
    clearway_set_demangler(demangler);
    loop.poll([] { sleep_ms(40); });
    clearway_probe_flush();
  }
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_TRUE(reports[0].names("crate::slumber")) << reports[0].text();
  EXPECT_TRUE(reports[0].names("Names_AreThose")) << "others are left to the one for C++: " << reports[0].text();
  EXPECT_TRUE(reports[1].names(std::string(4000, 'x')));
  EXPECT_TRUE(reports[2].names("sleep_ms(int)")) << reports[2].text();
}

// ---- Is it installed at all? ----

TEST(Installed, SaysWhatIsMissingFirst) {
  EXPECT_EQ(clearway_probe_installed(nullptr), CLEARWAY_E_NOT_RUNNING);
  RecordingProbe probe;
  EXPECT_EQ(clearway_probe_installed(nullptr), CLEARWAY_E_NOT_ATTACHED);
  AttachedLoop loop;
  EXPECT_EQ(clearway_probe_installed(nullptr), CLEARWAY_E_NEVER_POLLED);
  loop.poll([] {});
  EXPECT_EQ(clearway_probe_installed(nullptr), CLEARWAY_OK);
}

static clearway_installation installation() {
  clearway_installation state{};
  state.struct_size = sizeof state;
  clearway_probe_installed(&state);
  return state;
}

TEST(Installed, TakesStacksInBothWays) {
  RecordingProbe probe;
  AttachedLoop loop;
  loop.poll([] {});
  EXPECT_EQ(installation().stacks, 1);
  EXPECT_EQ(installation().running_stacks, 1);
  std::thread([] { EXPECT_EQ(installation().stacks + installation().running_stacks, 2) << "on any thread"; }).join();
  sigset_t mine;
  sigemptyset(&mine);
  sigaddset(&mine, installation().signal);
  pthread_sigmask(SIG_BLOCK, &mine, nullptr);
  EXPECT_EQ(installation().stacks, 1);
  EXPECT_EQ(installation().running_stacks, 0) << "this thread blocks the signal";
  pthread_sigmask(SIG_UNBLOCK, &mine, nullptr);
  EXPECT_EQ(installation().running_stacks, 1);
}

TEST(Installed, ClaimsNoStacksThatAreNotTaken) {
  clearway_config config{};
  config.disable = CLEARWAY_DISABLE_STACKS;
  RecordingProbe probe(config);
  AttachedLoop loop;
  loop.poll([] {});
  EXPECT_EQ(installation().stacks, 0);
  EXPECT_EQ(installation().running_stacks, 0);
  EXPECT_EQ(installation().problem, nullptr) << "it is as the program wants it";
}

// Health checks may come while the watchdog takes stacks of other threads, which share buffers with the self-test.
TEST(Installed, MayBeAskedWhileStacksAreTaken) {
  RecordingProbe probe(threshold_of(1 * ms));
  std::atomic<bool> stop{false};
  std::thread busy([&] {
    AttachedLoop loop;
    while (!stop) {
      loop.poll([] { spin_ms(4); });
    }
  });
  int right = 0, asked = test_size(100, 5000);
  for (int i = 0; i < asked; ++i) {
    right += installation().running_stacks;
  }
  stop = true;
  busy.join();
  EXPECT_GE(right, asked * 9 / 10) << "the machine may be slow now and then";
}

// ---- Fork and files ----

TEST(Fork, TheChildMeasuresOnlyWhenAsked) {
  RecordingProbe probe;
  AttachedLoop loop;
  loop.poll([] {});
  pid_t child = fork();
  if (child == 0) {
    bool quiet = clearway_probe_installed(nullptr) == CLEARWAY_E_NOT_RUNNING;
#if !defined(__SANITIZE_THREAD__) // a child of a process with threads may start none
    quiet = quiet && clearway_probe_start(nullptr) == CLEARWAY_OK && clearway_probe_stop() == CLEARWAY_OK;
#endif
    _exit(quiet ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(clearway_probe_installed(nullptr), CLEARWAY_OK) << "the parent goes on";
}

TEST(Outputs, OneLineOfJsonForTheStall) {
  std::string path = testing::TempDir() + "clearway-records-" + std::to_string(getpid());
  clearway_config config = threshold_of(10 * ms);
  config.jsonl_path = path.c_str();
  {
    RecordingProbe probe(config);
    AttachedLoop loop("main");
    loop.poll([] { sleep_ms(50); });
    clearway_probe_flush();
  }
  std::ifstream file(path);
  int ended = 0;
  for (std::string line; std::getline(file, line);) {
    EXPECT_EQ(line.rfind("{\"clearway_probe\":1,\"type\":\"", 0), 0u) << line;
    ended += line.find("\"type\":\"stall\"") != std::string::npos && line.find("\"state\":\"ended\"") != std::string::npos &&
             line.find("\"detail\":\"clock_nanosleep\"") != std::string::npos;
  }
  EXPECT_EQ(ended, 1);
  unlink(path.c_str());
}
