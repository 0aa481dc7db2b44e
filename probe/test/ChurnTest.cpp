// Captures one after the other, as fast as they can be taken, of threads that throw, load and unload code, use the heap, and
// come and go. What runs in a signal handler or walks foreign stacks crashes here, if ever.
#include "InChild.h"
#include "RecordingProbe.h"
#include "Sampler.h"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <dlfcn.h>
#include <memory>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

using namespace clearway::probe;

namespace {
// A thread that does the same over and over, as a loop that is always overdue.
class Churn {
public:
  template <class Body> explicit Churn(Body body) : thread_([this, body] {
    raise_priority(loop_priority); // a thread without a core has no stack to be captured
    AttachedLoop loop;
    loop_ = loop.get();
    while (!stop_) {
      body();
      rounds_++;
    }
    while (loop_ != nullptr) {
      sleep_ms(1); // until nobody looks at it
    }
  }) {
    while (loop_ == nullptr) {
      sleep_ms(1);
    }
  }

  // Waits for a few rounds: on a busy machine the thread may hardly have run. Then ends it.
  void finish() {
    while (rounds_ < 3) {
      sleep_ms(1);
    }
    stop_ = true;
    loop_ = nullptr;
    thread_.join();
  }
  clearway_loop *loop() const { return loop_; }

private:
  std::atomic<clearway_loop *> loop_{nullptr};
  std::atomic<bool> stop_{false};
  std::atomic<int> rounds_{0};
  std::thread thread_; // last: uses the others
};

// What looks at a thread came to.
struct Counts {
  int looks = 0;
  int blocked = 0; // stacks of the thread while it was blocked
  int running = 0; // stacks that it copied itself: a signal reached it
  int stacks() const { return blocked + running; }
  void operator+=(const Counts &more) {
    looks += more.looks;
    blocked += more.blocked;
    running += more.running;
  }
};

// Looks at one thread over and over, with what the watchdog looks with.
class Captures {
public:
  Captures() {
    raise_priority(observer_priority);
    EXPECT_EQ(sampler_.configure({}), "");
  }

  Counts of(clearway_loop *loop, int count) {
    ProcThread proc(loop->current_attachment().thread_id);
    SampleTarget target;
    target.loop = loop;
    target.proc = &proc;
    target.attachment = loop->current_attachment();
    target.before = sampler_.times(proc);
    Counts counts;
    for (int i = 0; i < count; ++i) {
      Sample sample = sampler_.take(target, true);
      counts.looks++;
      (sample.blocked ? counts.blocked : counts.running) += !sample.stack.addresses.empty();
      frames_ += sample.stack.addresses.size();
    }
    while (target.pending != nullptr && !collect(target)) {
      sleep_ms(1);
    }
    return counts;
  }
  uint64_t frames() const { return frames_; }

private:
  bool collect(SampleTarget &target) {
    Sample last;
    return sampler_.collect(target, last);
  }

  Sampler sampler_;
  uint64_t frames_ = 0;
};
} // namespace

__attribute__((noinline)) static int throws(int depth) {
  if (depth == 0) {
    throw std::to_string(depth);
  }
  int result = throws(depth - 1);
  asm volatile("");
  return result;
}

static void exceptions() {
  for (int i = 0; i < 100; ++i) {
    try {
      throws(i % 20);
    } catch (const std::string &) {
    }
  }
}

static void heap() {
  static thread_local std::array<std::unique_ptr<char[]>, 64> blocks;
  for (int i = 0; i < 1000; ++i) {
    blocks[size_t(i) % 64].reset(new char[size_t(1) << (i % 18)]);
  }
}

static void loading() {
  void *library = dlopen(CLEARWAY_VISITOR, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  auto visit = reinterpret_cast<int (*)(int (*)(int), int)>(dlsym(library, "clearway_visit"));
  visit([](int i) { return exceptions(), i; }, 1);
  dlclose(library);
}

static void threads() {
  std::thread other([] {
    AttachedLoop loop;
    loop.poll([] { exceptions(); });
  });
  heap(); // runs, and so is signalled, while the other begins and ends
  other.join();
}

struct Kind {
  const char *name;
  void (*body)();
};

static void PrintTo(const Kind &kind, std::ostream *out) { *out << kind.name; }

struct UnderChurn : testing::TestWithParam<Kind> {};

TEST_P(UnderChurn, CapturesDoNotCrash) {
  Captures captures;
  Churn churn(GetParam().body);
  Churn neighbour([] { // the dynamic linker's lock and the heap are shared
    exceptions();
    sleep_ms(1); // at real-time priority nothing else would get its core
  });
  int count = test_size(4'000, 250'000);
  Counts counts = captures.of(churn.loop(), count);
  churn.finish();
  neighbour.finish();
  std::printf("measured: under %s %d looks, no crash: %d stacks of the running thread, %d of the blocked, %.1f frames each\n",
              GetParam().name, counts.looks, counts.running, counts.blocked,
              double(captures.frames()) / double(std::max(counts.stacks(), 1)));
  EXPECT_EQ(counts.looks, count);
  EXPECT_GT(counts.stacks(), count / 4) << "a thread without a core for long has none";
#if !defined(__SANITIZE_THREAD__) // delivers signals at calls of its own
  EXPECT_GT(counts.running, count / 40) << "few signals reached the thread: it was hardly captured while it churned";
#endif
}

INSTANTIATE_TEST_SUITE_P(Of, UnderChurn,
                         testing::Values(Kind{"exceptions", exceptions}, Kind{"heap", heap}, Kind{"loading", loading},
                                         Kind{"threads", threads}),
                         [](const auto &info) { return info.param.name; });

// The thread that is looked at has ended, or ends meanwhile; its number may be another thread's by now.
TEST(UnderChurn, ThreadsThatAreGone) {
  Captures captures;
  for (int i = 0; i < test_size(100, 5'000); ++i) {
    clearway_loop *loop = nullptr;
    ASSERT_EQ(clearway_loop_create(nullptr, &loop), CLEARWAY_OK);
    std::atomic<bool> attached{false};
    std::thread thread([&] {
      clearway_loop_attach(loop);
      attached = true;
    });
    while (!attached) {
      std::this_thread::yield();
    }
    captures.of(loop, 3);
    thread.join();
    EXPECT_EQ(captures.of(loop, 1).stacks(), 0);
    clearway_loop_destroy(loop);
  }
}

// ---- No EINTR ----
// None of these is restarted after a signal, whatever the handler's flags say.

static int interrupted(int result) { return result < 0 && errno == EINTR; }

struct Call {
  const char *name;
  int (*run)(); // blocks for a millisecond; 1: it was interrupted
};

static void PrintTo(const Call &call, std::ostream *out) { *out << call.name; }

static timespec one_ms_from_now() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += 1'000'000;
  time.tv_sec += time.tv_nsec / 1'000'000'000;
  time.tv_nsec %= 1'000'000'000;
  return time;
}

static int in_nanosleep() {
  timespec time{0, 1'000'000};
  return interrupted(nanosleep(&time, nullptr));
}

static int in_poll() { return interrupted(poll(nullptr, 0, 1)); }

static int in_epoll_wait() {
  static int epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event;
  return interrupted(epoll_wait(epoll, &event, 1, 1));
}

static int in_recv_with_timeout() {
  static const int socket = [] {
    int ends[2];
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
    timeval timeout{0, 1000};
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    return ends[0];
  }();
  char byte;
  return interrupted(int(recv(socket, &byte, 1, 0)));
}

static int in_sem_timedwait() {
  static sem_t *semaphore = [] {
    static sem_t made;
    sem_init(&made, 0, 0);
    return &made;
  }();
  timespec until = one_ms_from_now();
  return interrupted(sem_timedwait(semaphore, &until));
}

static int in_select() {
  timeval timeout{0, 1000};
  return interrupted(select(0, nullptr, nullptr, nullptr, &timeout));
}

// Runs a call that blocks over and over. Computes a little before each, so that it begins to block while it is looked at
// and thought to run.
class BlockedAgain {
public:
  explicit BlockedAgain(Call call) : churn_([this, call] { once(call); }) {}
  ~BlockedAgain() { churn_.finish(); }

  clearway_loop *loop() const { return churn_.loop(); }
  int calls() const { return calls_; }
  int interruptions() const { return interruptions_; }

private:
  void once(Call call) {
    computes_ += 37;
    for (volatile unsigned i = 0; i < computes_ % 5000;) {
      i = i + 1;
    }
    interruptions_ += call.run();
    calls_++;
  }

  unsigned computes_ = 0;
  std::atomic<int> calls_{0}, interruptions_{0};
  Churn churn_; // last: uses the others
};

struct Blocked : testing::TestWithParam<Call> {};

// Without looks of both kinds nothing would be known: those at the blocked thread must not disturb it, and those by signal
// must come before the call or not at all.
TEST_P(Blocked, CallsAreNotInterrupted) {
  SKIP_WITHOUT_OWN_SIGNALS();
  const int looks = test_size(3'000, 100'000), calls = test_size(100, 2'000), signals = test_size(10, 200);
  Captures captures;
  BlockedAgain thread(GetParam());
  Counts counts;
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds(test_size(60, 240));
  while ((counts.looks < looks || thread.calls() < calls || counts.running < signals) &&
         std::chrono::steady_clock::now() < until) {
    counts += captures.of(thread.loop(), 100);
  }
  std::printf("measured: %s: %d stacks of the blocked thread, %d by signal while it ran, %d calls, %d interrupted\n",
              GetParam().name, counts.blocked, counts.running, thread.calls(), thread.interruptions());
  EXPECT_EQ(thread.interruptions(), 0);
  EXPECT_GE(thread.calls(), calls);
  EXPECT_GE(counts.looks, looks);
  EXPECT_GE(counts.blocked, looks / 4) << "the thread was hardly captured while it was blocked";
  EXPECT_GE(counts.running, signals) << "hardly a signal reached the thread: nothing could have interrupted it";
}

// That the calls would be: any signal does, even one that asks for a restart.
TEST_P(Blocked, CallsWouldBeInterruptedByASignal) {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  action.sa_flags = SA_RESTART;
  ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
  BlockedAgain thread(GetParam());
  int32_t id = thread.loop()->current_attachment().thread_id;
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (thread.interruptions() == 0 && std::chrono::steady_clock::now() < until) {
    ASSERT_EQ(syscall(SYS_tgkill, getpid(), id, SIGUSR1), 0);
    std::this_thread::sleep_for(std::chrono::microseconds(700));
  }
  EXPECT_GT(thread.interruptions(), 0);
}

INSTANTIATE_TEST_SUITE_P(In, Blocked,
                         testing::Values(Call{"nanosleep", in_nanosleep}, Call{"poll", in_poll},
                                         Call{"epoll_wait", in_epoll_wait},
                                         Call{"recv_with_timeout", in_recv_with_timeout},
                                         Call{"sem_timedwait", in_sem_timedwait}, Call{"select", in_select}),
                         [](const auto &info) { return info.param.name; });
