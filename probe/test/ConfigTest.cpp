// What each option changes, in what is measured and reported.
#include "InChild.h"
#include "RecordingProbe.h"
#include "RunningCapture.h"
#include "ThisThread.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sched.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

static clearway_config threshold_of(uint64_t ns) {
  clearway_config config{};
  config.threshold_ns = ns;
  return config;
}

static clearway_config disabling(uint32_t bits) {
  clearway_config config = threshold_of(10 * ms);
  config.disable = bits;
  return config;
}

static clearway_installation installation() {
  clearway_installation state{};
  state.struct_size = sizeof state;
  clearway_probe_installed(&state);
  return state;
}

// Other processes had the core.
static bool disturbed(const KeptReport &running) {
  return running.report.cause == CLEARWAY_CAUSE_STARVED || running.stack_note.find("did not run") != std::string::npos ||
         running.stack_note.find("the poll was over") != std::string::npos;
}

static std::vector<KeptReport> blocked_and_running_once(const clearway_config &config) {
  RecordingProbe probe(config);
  AttachedLoop loop;
  loop.poll([] { sleep_ms(40); });
  loop.poll([] { spin_ms(40); });
  std::vector<KeptReport> reports = probe.reports();
  EXPECT_EQ(reports.size(), 2u);
  reports.resize(2);
  return reports;
}

// Reports of one blocked and one running stall.
static std::vector<KeptReport> blocked_and_running(const clearway_config &config) {
  std::vector<KeptReport> reports = blocked_and_running_once(config);
  for (int i = 0; i < 5 && disturbed(reports[1]); ++i) {
    reports = blocked_and_running_once(config);
  }
  return reports;
}

// ---- disable ----

TEST(Disable, NothingIsTheReference) {
  auto reports = blocked_and_running(disabling(0));
  EXPECT_TRUE(reports[0].names("sleep_ms")) << reports[0].text();
  EXPECT_TRUE(reports[1].names("spin_ms")) << reports[1].text();
}

TEST(Disable, SignalLeavesStacksOfBlockedThreads) {
  auto reports = blocked_and_running(disabling(CLEARWAY_DISABLE_SIGNAL));
  EXPECT_TRUE(reports[0].names("sleep_ms")) << reports[0].text();
  EXPECT_EQ(reports[1].report.cause, CLEARWAY_CAUSE_ON_CPU);
  EXPECT_TRUE(reports[1].frames.empty()) << reports[1].text();
  EXPECT_EQ(reports[1].stack_note, "signals are disabled");
}

TEST(Disable, StacksLeavesCauses) {
  auto reports = blocked_and_running(disabling(CLEARWAY_DISABLE_STACKS));
  EXPECT_EQ(reports[0].report.cause, CLEARWAY_CAUSE_SYSCALL);
  EXPECT_EQ(reports[0].detail, "clock_nanosleep");
  EXPECT_EQ(reports[1].report.cause, CLEARWAY_CAUSE_ON_CPU);
  for (const KeptReport &kept : reports) {
    EXPECT_TRUE(kept.frames.empty()) << kept.text();
    EXPECT_EQ(kept.stack_note, "stacks are disabled");
    EXPECT_TRUE(kept.report.flags & CLEARWAY_REPORT_NO_STACK);
  }
}

TEST(Disable, SymbolsLeavesModulesAndOffsets) {
  for (const KeptReport &kept : blocked_and_running(disabling(CLEARWAY_DISABLE_SYMBOLS))) {
    ASSERT_FALSE(kept.frames.empty()) << kept.stack_note;
    for (const KeptFrame &frame : kept.frames) {
      EXPECT_TRUE(frame.symbol.empty()) << kept.text();
    }
    EXPECT_TRUE(std::any_of(kept.frames.begin(), kept.frames.end(), [](const KeptFrame &frame) {
      return frame.module.find("ConfigTest") != std::string::npos && frame.offset != 0;
    })) << kept.text();
  }
}

TEST(Disable, ProcLeavesDurations) {
  auto reports = blocked_and_running(disabling(CLEARWAY_DISABLE_PROC));
  EXPECT_EQ(reports[0].report.cause, CLEARWAY_CAUSE_UNKNOWN);
  EXPECT_GE(reports[0].report.duration_ns, 40 * ms);
  EXPECT_EQ(reports[1].report.cause, CLEARWAY_CAUSE_ON_CPU) << "the CPU clock needs no /proc";
  for (const KeptReport &kept : reports) {
    EXPECT_TRUE(kept.frames.empty()) << kept.text();
    EXPECT_EQ(kept.stack_note, "/proc/self/task is not readable");
  }
}

// ---- signal, stack_bytes, tick_ns, samples_per_stall ----

TEST(Options, TheSignalIsTheOneWishedFor) {
  ChildResult result = in_child([](std::ostream &out) {
    clearway_config config = threshold_of(10 * ms);
    config.signal = SIGRTMIN + 7;
    auto reports = blocked_and_running(config);
    struct sigaction handler {};
    sigaction(SIGRTMIN + 7, nullptr, &handler);
    out << (reports[1].names("spin_ms") ? "stack, " : "no stack, ") << (handler.sa_sigaction != nullptr ? "handler" : "none");
  });
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "stack, handler");
}

TEST(Options, ASignalThatIsNoneIsRefused) {
  for (int wrong : {-1, 0x10000}) {
    ChildResult result = in_child([&](std::ostream &out) {
      clearway_config config = threshold_of(10 * ms);
      config.signal = wrong;
      RecordingProbe probe(config);
      out << installation().signal << (probe.messages().empty() ? "not told" : probe.messages()[0]);
    });
    EXPECT_EQ(result.output.rfind("0signal " + std::to_string(wrong), 0), 0u) << result.output;
  }
}

// What lies above the copy is read when the thread may have gone on.
TEST(Options, AStackIsCopiedAsFarAsWished) {
  using namespace clearway::probe;
  constexpr uint32_t most = 64 * 1024;
  volatile char room[most];
  asm volatile("" : : "r"(room)); // so that the stack has that much
  for (uint32_t wanted : {4096u, 16'384u, 0u, 1u << 30}) {
    RunningCapture capture;
    ASSERT_EQ(capture.install(0, wanted), "");
    ThreadStack own = this_threads_stack();
    uint64_t no_poll = 0;
    CaptureBuffer *buffer = capture.request({this_thread_id(), own.low, own.high, &no_poll});
    ASSERT_NE(buffer, nullptr);
    EXPECT_TRUE(RunningCapture::wait(*buffer, 1000 * ms));
    EXPECT_EQ(buffer->copy_size, wanted == 0 || wanted > most ? most : wanted);
    RunningCapture::release(*buffer);
  }
}

static std::vector<KeptReport> one_stall(const clearway_config &config, int milliseconds) {
  RecordingProbe probe(config);
  AttachedLoop loop;
  clearway_probe_flush(); // the watchdog has just looked
  loop.poll([&] { sleep_ms(milliseconds); });
  return probe.reports();
}

TEST(Options, TheWatchdogLooksEveryTick) {
  clearway_config seldom = threshold_of(10 * ms), often = seldom;
  seldom.tick_ns = 2000 * ms;
  often.tick_ns = 2 * ms;
  auto unseen = one_stall(seldom, 50), seen = one_stall(often, 50);
  for (int i = 0; i < 5 && !seen.empty() && seen[0].report.samples < 3; ++i) {
    seen = one_stall(often, 50); // the watchdog may have to wait for a core itself
  }
  ASSERT_EQ(unseen.size(), 1u) << "it is counted and reported all the same";
  EXPECT_EQ(unseen[0].report.samples, 0u);
  EXPECT_EQ(unseen[0].report.cause, CLEARWAY_CAUSE_UNKNOWN);
  EXPECT_EQ(unseen[0].stack_note, "the poll was over before the watchdog looked");
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_GE(seen[0].report.samples, 3u);
}

// At the threshold and each eighth of it, then at 2, 4, 8 thresholds.
static uint32_t most_samples_of(const clearway_report &report, uint32_t wanted) {
  uint32_t later = 0;
  for (uint64_t at = 2 * report.threshold_ns; at <= report.duration_ns; at *= 2) {
    ++later;
  }
  return wanted + later;
}

TEST(Options, AStallIsSampledAsOftenAsWished) {
  for (uint32_t wanted : {1u, 3u, 8u}) {
    clearway_config config = threshold_of(20 * ms);
    config.samples_per_stall = wanted;
    uint32_t most_seen = 0;
    for (int i = 0; i < 5 && most_seen < wanted; ++i) { // the watchdog may have to wait for a core itself
      auto reports = one_stall(config, 100);
      ASSERT_EQ(reports.size(), 1u);
      EXPECT_LE(reports[0].report.samples, most_samples_of(reports[0].report, wanted));
      most_seen = std::max(most_seen, reports[0].report.samples);
    }
    EXPECT_GE(most_seen, wanted);
  }
}

// ---- cgroup_path ----

// A thread that waits for a core because of others, beside a control group that says it was throttled meanwhile.
TEST(Options, TheControlGroupIsTheOneWishedFor) {
  std::string folder = testing::TempDir() + "clearway-group-" + std::to_string(getpid());
  ASSERT_EQ(mkdir(folder.c_str(), 0755), 0);
  std::string stat = folder + "/cpu.stat";
  auto write_stat = [&](int throttled_ms) {
    std::ofstream(stat) << "nr_throttled 1\nthrottled_usec " << throttled_ms * 1000 << "\n";
  };
  write_stat(0);
  ChildResult result = in_child([&](std::ostream &out) {
    clearway_config config = threshold_of(20 * ms);
    config.cgroup_path = folder.c_str();
    RecordingProbe probe(config);
    AttachedLoop loop;
    OrdinaryPriority ordinary;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
    std::atomic<bool> stop{false};
    std::vector<std::thread> hogs;
    for (int i = 0; i < 8; ++i) {
      hogs.emplace_back([&] {
        while (!stop) {
        }
      });
    }
    loop.poll([&] {
      spin_ms(30);
      write_stat(100'000);
    });
    stop = true;
    for (std::thread &hog : hogs) {
      hog.join();
    }
    auto reports = probe.reports();
    out << (reports.empty() ? "no report" : clearway_cause_name(reports[0].report.cause));
  });
  EXPECT_EQ(result.output, "throttled");
  unlink(stat.c_str());
  rmdir(folder.c_str());
}

// ---- The environment ----

namespace {
class Variable {
public:
  Variable(const char *name, const std::string &value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable &) = delete;
  Variable &operator=(const Variable &) = delete;

private:
  const char *name_;
};
} // namespace

static std::string text_of(const std::string &path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Environment, SetsThresholdAndOutputs) {
  std::string base = testing::TempDir() + "clearway-env-" + std::to_string(getpid());
  Variable threshold("CLEARWAY_PROBE_THRESHOLD_MS", "7.5"), records("CLEARWAY_PROBE_JSONL", base + ".jsonl"),
      metrics("CLEARWAY_PROBE_PROMETHEUS", base + ".prom"), trace("CLEARWAY_PROBE_TRACE", base + ".trace");
  clearway_config config{};
  config.struct_size = sizeof config;
  ASSERT_EQ(clearway_config_from_env(&config), CLEARWAY_OK);
  EXPECT_EQ(config.threshold_ns, 7'500'000u);
  {
    RecordingProbe probe(config);
    AttachedLoop loop;
    loop.poll([] { sleep_ms(10); });
    EXPECT_EQ(loop.snapshot().stalls, 1u);
    probe.stop();
  }
  EXPECT_NE(text_of(base + ".jsonl").find("\"type\":\"stall\""), std::string::npos);
  EXPECT_NE(text_of(base + ".prom").find("clearway_stalls_total"), std::string::npos);
  EXPECT_NE(text_of(base + ".trace").find("\"cat\":\"stall\""), std::string::npos);
  for (const char *end : {".jsonl", ".prom", ".trace"}) {
    unlink((base + end).c_str());
  }
}

TEST(Environment, LeavesAloneWhatIsNotSet) {
  Variable empty("CLEARWAY_PROBE_JSONL", "");
  clearway_config config{};
  config.struct_size = sizeof config;
  config.threshold_ns = 1234567;
  config.jsonl_path = "mine.jsonl";
  config.tick_ns = 5;
  EXPECT_EQ(clearway_config_from_env(&config), CLEARWAY_OK);
  EXPECT_EQ(config.threshold_ns, 1234567u);
  EXPECT_STREQ(config.jsonl_path, "mine.jsonl");
  EXPECT_EQ(config.tick_ns, 5u);
  EXPECT_EQ(clearway_config_from_env(nullptr), CLEARWAY_E_INVALID);
}

TEST(Environment, SaysWhatIsWrongWithANumber) {
  for (const char *wrong : {"fast", "20ms", "0", "-3", "nan", "1e12", ""}) {
    ChildResult result = in_child([&](std::ostream &out) {
      Variable threshold("CLEARWAY_PROBE_THRESHOLD_MS", wrong);
      close(STDERR_FILENO);
      clearway_config config{};
      config.struct_size = sizeof config;
      out << clearway_config_from_env(&config) << ' ' << config.threshold_ns;
    });
    EXPECT_EQ(result.output, *wrong == '\0' ? "0 0" : std::to_string(CLEARWAY_E_INVALID) + " 0") << wrong;
  }
}
