// Every allocation may fail: no exception leaves the library, nothing of the host is changed, and with memory again all works.
#include "InChild.h"
#include "RecordingProbe.h"

#include <atomic>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <new>
#include <string>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

// Of the calling thread: how many allocations succeed before all others fail.
static thread_local int allocations_left __attribute__((tls_model("initial-exec"))) = INT_MAX;
static thread_local bool refused __attribute__((tls_model("initial-exec"))) = false;
static std::atomic<long> thread_without_memory{0};

static void *allocate(size_t size) {
  long starving = thread_without_memory.load();
  bool none_left = allocations_left != INT_MAX && allocations_left-- <= 0;
  if (none_left || (starving != 0 && starving == syscall(SYS_gettid))) {
    refused = true;
    return nullptr;
  }
  return std::malloc(size != 0 ? size : 1);
}

static void *allocate_or_throw(size_t size) {
  void *memory = allocate(size);
  return memory != nullptr ? memory : throw std::bad_alloc();
}

void *operator new(size_t size) { return allocate_or_throw(size); }
void *operator new[](size_t size) { return allocate_or_throw(size); }
void *operator new(size_t size, const std::nothrow_t &) noexcept { return allocate(size); }
void *operator new[](size_t size, const std::nothrow_t &) noexcept { return allocate(size); }
void *operator new(size_t size, std::align_val_t alignment) {
  void *memory = allocate(size);
  std::free(memory);
  return memory != nullptr ? std::aligned_alloc(size_t(alignment), (size + size_t(alignment) - 1) & ~(size_t(alignment) - 1))
                           : throw std::bad_alloc();
}
void operator delete(void *memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void *memory, size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete[](void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, size_t) noexcept { std::free(memory); }
void operator delete[](void *memory, size_t) noexcept { std::free(memory); }

namespace {
struct Attempt {
  bool threw = false;
  bool ran_out = false;
  int status = 0;
};

template <class Call> Attempt with_allocations(int allowed, Call call) {
  Attempt attempt;
  refused = false;
  allocations_left = allowed;
  try {
    attempt.status = call();
  } catch (...) {
    attempt.threw = true;
  }
  allocations_left = INT_MAX;
  attempt.ran_out = refused;
  return attempt;
}

// Gives the call one allocation more each time, until it has enough. Returns the last status.
template <class Call> int with_ever_more_memory(const char *name, Call call) {
  for (int allowed = 0; allowed < 500; ++allowed) {
    Attempt attempt = with_allocations(allowed, call);
    EXPECT_FALSE(attempt.threw) << name << " with " << allowed << " allocations";
    if (!attempt.ran_out || attempt.threw) {
      return attempt.status;
    }
  }
  ADD_FAILURE() << name << " never has enough";
  return 0;
}

struct Entry {
  const char *name;
  int (*call)();
};

constexpr clearway_operation some_operation = 1;

int set_limits() {
  clearway_span_limits limits{sizeof limits, 1, 1, 1};
  return clearway_operation_set_limits(some_operation, &limits);
}

int snapshot_of_operation() {
  clearway_operation_snapshot counts{};
  counts.struct_size = sizeof counts;
  return clearway_operation_snapshot_of(some_operation, &counts);
}

int span() {
  clearway_span_end(clearway_span_begin(some_operation));
  return 0;
}

int create_and_destroy() {
  clearway_loop *loop = nullptr;
  int status = clearway_loop_create(nullptr, &loop);
  clearway_loop_destroy(loop);
  return status;
}

int scope() {
  clearway_scope *opened = nullptr;
  int status = clearway_scope_begin(nullptr, 1'000'000, &opened);
  clearway_scope_end(opened, nullptr);
  return status;
}

// Functions that need nothing to be there before.
constexpr Entry first_calls[] = {
    {"clearway_operation_of", [] { return int(clearway_operation_of("name")); }},
    {"clearway_operation_set_limits", set_limits},
    {"clearway_operation_snapshot_of", snapshot_of_operation},
    {"clearway_span_begin", span},
    {"clearway_loop_create", create_and_destroy},
    {"clearway_scope_begin", scope},
    {"clearway_probe_start", [] { return clearway_probe_start(nullptr); }},
    {"clearway_probe_stop", clearway_probe_stop},
    {"clearway_probe_flush", clearway_probe_flush},
    {"clearway_probe_installed", [] { return clearway_probe_installed(nullptr); }},
    {"clearway_set_frame_source", [] { return clearway_set_frame_source("x", nullptr, nullptr); }},
    {"clearway_prometheus_text", [] { return int(clearway_prometheus_text(nullptr, 0)) * 0; }},
};

bool mask_is(const sigset_t &expected) {
  sigset_t now;
  pthread_sigmask(SIG_SETMASK, nullptr, &now);
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (sigismember(&now, signal) != sigismember(&expected, signal)) {
      return false;
    }
  }
  return true;
}
} // namespace

// A process that runs out of memory may come to the library for the first time.
TEST(OutOfMemory, NoExceptionLeavesTheFirstCall) {
  for (const Entry &entry : first_calls) {
    ChildResult result = in_child([&](std::ostream &out) {
      Attempt attempt = with_allocations(0, entry.call);
      out << (attempt.threw ? "threw" : "returned") << ", then " << with_ever_more_memory(entry.name, entry.call);
    });
    EXPECT_EQ(result.status, 0) << entry.name;
    EXPECT_EQ(result.output.rfind("returned, then ", 0), 0u) << entry.name << ": " << result.output;
  }
}

TEST(OutOfMemory, NoExceptionLeavesACallOnALoop) {
  AttachedLoop loop;
  clearway_loop *handle = loop.get();
  uint64_t counts[CLEARWAY_HISTOGRAM_BUCKETS];
  with_ever_more_memory("clearway_loop_begin, nested", [&] {
    clearway_loop_begin(handle, 0);
    clearway_loop_begin(handle, 0);
    clearway_loop_end(handle);
    clearway_loop_end(handle);
    return clearway_loop_end(handle);
  });
  with_ever_more_memory("clearway_loop_set_threshold", [&] { return clearway_loop_set_threshold(handle, 1'000'000); });
  with_ever_more_memory("a stall", [&] {
    clearway_loop_begin(handle, 0);
    sleep_ms(2);
    return clearway_loop_end(handle);
  });
  with_ever_more_memory("clearway_loop_histogram",
                        [&] { return clearway_loop_histogram(handle, CLEARWAY_HISTOGRAM_CORRECTED, counts); });
  with_ever_more_memory("clearway_loop_attach", [&] {
    clearway_loop_detach(handle);
    return clearway_loop_attach(handle);
  });
  EXPECT_EQ(with_ever_more_memory("clearway_loop_attach, once more", [&] { return clearway_loop_attach(handle); }),
            CLEARWAY_E_ATTACHED);
}

TEST(OutOfMemory, AChildThatRestartsMaySayNoButDoesNotThrow) {
  clearway_config config{};
  config.after_fork = CLEARWAY_AFTER_FORK_RESTART;
  RecordingProbe probe(config);
  clearway_loop *loop = nullptr;
  ASSERT_EQ(clearway_loop_create(nullptr, &loop), CLEARWAY_OK);
  ChildResult result = in_child([&](std::ostream &out) {
    for (int allowed = 0; allowed < 40; ++allowed) {
      Attempt attempt = with_allocations(allowed, [&] { return clearway_loop_attach(loop); });
      out << (attempt.threw ? "threw " : "");
      clearway_loop_detach(loop);
    }
    out << clearway_loop_attach(loop) << ' ' << clearway_probe_installed(nullptr);
  });
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "0 " + std::to_string(CLEARWAY_E_NEVER_POLLED)) << "attached, and the watchdog runs";
  clearway_loop_destroy(loop);
}

TEST(OutOfMemory, AStartThatFailsLeavesTheSignalsAsTheyWere) {
  sigset_t before;
  sigemptyset(&before);
  sigaddset(&before, SIGUSR2);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  int status = CLEARWAY_E_MEMORY;
  for (int allowed = 0; allowed < 500 && status != CLEARWAY_OK; ++allowed) {
    Attempt attempt = with_allocations(allowed, [] { return clearway_probe_start(nullptr); });
    status = attempt.status;
    EXPECT_FALSE(attempt.threw) << allowed;
    EXPECT_TRUE(mask_is(before)) << "with " << allowed << " allocations";
    EXPECT_EQ(clearway_probe_installed(nullptr) != CLEARWAY_E_NOT_RUNNING, status == CLEARWAY_OK);
  }
  EXPECT_EQ(status, CLEARWAY_OK);
  clearway_probe_stop();
  sigemptyset(&before);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST(OutOfMemory, AScopeThatCannotTellItsResultIsClosed) {
  AttachedLoop loop("covered", 1000 * ms);
  loop.poll([] {});
  for (int allowed = 0; allowed < 30; ++allowed) {
    clearway_scope *opened = nullptr;
    ASSERT_EQ(clearway_scope_begin(loop.get(), 1 * ms, &opened), CLEARWAY_OK);
    with_allocations(allowed, [&] { return clearway_scope_end(opened, nullptr); });
    uint64_t before = loop.snapshot().stalls;
    loop.poll([] { sleep_ms(3); });
    EXPECT_EQ(loop.snapshot().stalls, before) << "the limit is gone; " << allowed << " allocations";
  }
}

static void remember_thread(const clearway_report *, void *thread) {
  *static_cast<std::atomic<long> *>(thread) = syscall(SYS_gettid);
}

TEST(OutOfMemory, AWatchdogWithoutMemoryGoesOnOnceThereIsSome) {
  std::atomic<long> watchdog{0}, ignored{0};
  clearway_config config{};
  config.struct_size = sizeof config;
  config.threshold_ns = 5 * ms;
  config.reports_per_second = config.reports_burst = 1000;
  config.on_report = remember_thread;
  config.on_report_user = &watchdog;
  ASSERT_EQ(clearway_probe_start(&config), CLEARWAY_OK);
  AttachedLoop loop;
  loop.poll([] { sleep_ms(20); });
  clearway_probe_flush();
  ASSERT_NE(watchdog, 0);
  thread_without_memory = watchdog.load();
  clearway_loop *others[20];
  for (clearway_loop *&other : others) {
    clearway_loop_create(nullptr, &other);
    loop.poll([] { sleep_ms(7); });
  }
  thread_without_memory = 0;
  EXPECT_EQ(clearway_probe_flush(), CLEARWAY_OK);
  clearway_snapshot before = loop.snapshot();
  EXPECT_EQ(before.stalls, 21u) << "counting needs no memory";
  loop.poll([] { sleep_ms(20); });
  clearway_probe_flush();
  EXPECT_EQ(loop.snapshot().reports, before.reports + 1);
  for (clearway_loop *other : others) {
    clearway_loop_destroy(other);
  }
  clearway_probe_stop();
}
