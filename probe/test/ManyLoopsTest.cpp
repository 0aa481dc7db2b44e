// Ten thousand loops, with and without as many threads.
#include "RecordingProbe.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <pthread.h>
#include <thread>
#include <unistd.h>
#include <vector>

TEST(Threads, ExitDetaches) {
  clearway_loop *loop = nullptr;
  ASSERT_EQ(clearway_loop_create(nullptr, &loop), CLEARWAY_OK);
  std::thread([&] { EXPECT_EQ(clearway_loop_attach(loop), CLEARWAY_OK); }).join();
  EXPECT_EQ(clearway_loop_installed(loop), CLEARWAY_E_NOT_ATTACHED);
  EXPECT_EQ(clearway_loop_attach(loop), CLEARWAY_OK) << "free for another thread";
  clearway_loop_destroy(loop);
}

static constexpr int ten_thousand = 10'000;

static size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  size_t pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * size_t(sysconf(_SC_PAGESIZE));
}

static std::vector<clearway_loop *> make_loops(int count, uint64_t threshold_ns) {
  clearway_loop_config config{};
  config.struct_size = sizeof config;
  config.threshold_ns = threshold_ns;
  std::vector<clearway_loop *> loops(static_cast<size_t>(count));
  for (clearway_loop *&loop : loops) {
    EXPECT_EQ(clearway_loop_create(&config, &loop), CLEARWAY_OK);
  }
  return loops;
}

static clearway_snapshot counts_of(const clearway_loop *loop) {
  clearway_snapshot counts{};
  counts.struct_size = sizeof counts;
  EXPECT_EQ(clearway_loop_snapshot(loop, &counts), CLEARWAY_OK);
  return counts;
}

TEST(TenThousandLoops, DoNotHideTheOneThatStalls) {
  RecordingProbe probe;
  std::vector<clearway_loop *> loops = make_loops(ten_thousand, 0);
  AttachedLoop loop("the one that stalls", 10 * ms);
  sleep_ms(60); // the watchdog may sleep as the default threshold has it
  loop.poll([] { sleep_ms(60); });
  EXPECT_EQ(probe.reports().size(), 1u);
  for (clearway_loop *each : loops) {
    clearway_loop_destroy(each);
  }
}

// One thread attaches to each of them in turn, as pools of workers do.
TEST(TenThousandLoops, AreAllCountedInBoundedMemory) {
  clearway_config config{};
  config.reports_per_second = config.reports_burst = 10;
  RecordingProbe probe(config);
  size_t before = resident_bytes();
  std::vector<clearway_loop *> loops = make_loops(ten_thousand, 20'000);
  for (clearway_loop *loop : loops) {
    ASSERT_EQ(clearway_loop_attach(loop), CLEARWAY_OK);
    clearway_loop_begin(loop, 0);
    clearway_loop_end(loop);
    clearway_loop_begin(loop, 0);
    for (uint64_t begin = std::chrono::steady_clock::now().time_since_epoch().count();
         std::chrono::steady_clock::now().time_since_epoch().count() - begin < 25'000;) {
    }
    clearway_loop_end(loop);
    ASSERT_EQ(clearway_loop_detach(loop), CLEARWAY_OK);
  }
  EXPECT_EQ(clearway_probe_flush(), CLEARWAY_OK);
  size_t bytes_each = (resident_bytes() - before) / ten_thousand;
  std::printf("%zu bytes for each loop\n", bytes_each);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(bytes_each, 16'384u);
#endif
  uint64_t stalls = 0, polls = 0, told = 0;
  for (const clearway_loop *loop : loops) {
    clearway_snapshot counts = counts_of(loop);
    stalls += counts.stalls;
    polls += counts.polls;
    told += counts.reports + counts.suppressed;
    EXPECT_GE(counts.stalls, 1u);
  }
  EXPECT_EQ(polls, 2u * ten_thousand);
  EXPECT_EQ(told, stalls) << "each is reported or counted as withheld";
  for (clearway_loop *loop : loops) {
    clearway_loop_destroy(loop);
  }
}

namespace {
struct Shared {
  std::atomic<int> next{0}, attached{0};
  std::atomic<bool> done{false};
  std::vector<clearway_loop *> loops;
};
} // namespace

// Attaches, polls once, and exits with the loop attached once all are there.
static void *one_thread_of_many(void *argument) {
  auto &shared = *static_cast<Shared *>(argument);
  clearway_loop *loop = shared.loops[size_t(shared.next++)];
  if (clearway_loop_attach(loop) == CLEARWAY_OK) {
    clearway_loop_begin(loop, 0);
    clearway_loop_end(loop);
    ++shared.attached;
  }
  while (!shared.done) {
    sleep_ms(20);
  }
  return nullptr;
}

static std::vector<pthread_t> start_threads(int count, Shared &shared) {
  std::vector<pthread_t> threads;
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 * 1024);
  pthread_t thread;
  while (int(threads.size()) < count && pthread_create(&thread, &small, one_thread_of_many, &shared) == 0) {
    threads.push_back(thread);
  }
  pthread_attr_destroy(&small);
  return threads;
}

TEST(TenThousandLoops, MayEachHaveAThread) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  int wanted = 500; // sanitizers take much memory for each thread
#else
  int wanted = test_size(2000, ten_thousand);
#endif
  RecordingProbe probe;
  Shared shared;
  shared.loops = make_loops(wanted, 0);
  std::vector<pthread_t> threads = start_threads(wanted, shared);
  int started = int(threads.size());
  while (shared.attached < started) {
    sleep_ms(5);
  }
  clearway_installation state{};
  state.struct_size = sizeof state;
  EXPECT_EQ(clearway_probe_installed(&state), CLEARWAY_OK);
  EXPECT_EQ(state.attached, uint32_t(started));
  EXPECT_EQ(state.polled, uint32_t(started));
  AttachedLoop loop("the one that stalls", 10 * ms);
  clearway_probe_flush();
  loop.poll([] { sleep_ms(100); });
  auto reports = probe.reports();
  EXPECT_EQ(std::count_if(reports.begin(), reports.end(), [](const KeptReport &kept) { return kept.loop == "the one that stalls"; }), 1);
  shared.done = true;
  for (pthread_t thread : threads) {
    pthread_join(thread, nullptr);
  }
  clearway_probe_installed(&state);
  EXPECT_EQ(state.attached, 1u) << "threads that exit are detached";
  for (clearway_loop *each : shared.loops) {
    clearway_loop_destroy(each);
  }
  std::printf("%d threads\n", started);
  EXPECT_GE(started, std::min(wanted, 500)) << "the system allows so few";
}
