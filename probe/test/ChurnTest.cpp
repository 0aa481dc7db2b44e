// Captures one after the other, as fast as they can be taken, of threads that throw, load and unload code, use the heap, and
// come and go. What runs in a signal handler or walks foreign stacks crashes here, if ever.
#include "InChild.h"
#include "RecordingProbe.h"
#include "Sampler.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <dlfcn.h>
#include <memory>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/socket.h>
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

// Looks at one thread over and over, with what the watchdog looks with.
class Captures {
public:
  Captures() {
    raise_priority(observer_priority);
    EXPECT_EQ(sampler_.configure({}), "");
  }

  // How many samples of `count` had a stack.
  int of(clearway_loop *loop, int count) {
    ProcThread proc(loop->current_attachment().thread_id);
    SampleTarget target;
    target.loop = loop;
    target.proc = &proc;
    target.attachment = loop->current_attachment();
    target.before = sampler_.times(proc);
    int stacks = 0;
    for (int i = 0; i < count; ++i) {
      Sample sample = sampler_.take(target, true);
      stacks += !sample.stack.addresses.empty();
      frames_ += sample.stack.addresses.size();
    }
    while (target.pending != nullptr && !collect(target)) {
      sleep_ms(1);
    }
    return stacks;
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
  std::thread([] {
    AttachedLoop loop;
    loop.poll([] { heap(); });
  }).join();
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
  Churn neighbour(exceptions); // the dynamic linker's lock and the heap are shared
  int count = test_size(4'000, 250'000), stacks = captures.of(churn.loop(), count);
  churn.finish();
  neighbour.finish();
  std::printf("%d captures, %d stacks, %.1f frames each\n", count, stacks,
              double(captures.frames()) / double(std::max(stacks, 1)));
  EXPECT_GT(stacks, count / 4) << "a thread without a core for long has none";
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
    EXPECT_EQ(captures.of(loop, 1), 0);
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

struct Blocked : testing::TestWithParam<Call> {};

// Computes a little before each call, so that it begins to block while it is looked at and thought to run.
TEST_P(Blocked, CallsAreNotInterrupted) {
  SKIP_WITHOUT_OWN_SIGNALS();
  static std::atomic<int> calls, interruptions;
  calls = interruptions = 0;
  static Call call;
  call = GetParam();
  Captures captures;
  Churn churn([] {
    static thread_local unsigned computes = 0;
    for (volatile unsigned i = 0; i < computes % 5000;) {
      i = i + 1;
    }
    computes += 37;
    interruptions += call.run();
    calls++;
  });
  int count = 0;
  while (count < test_size(3'000, 100'000) || calls < test_size(100, 2'000)) {
    captures.of(churn.loop(), 100);
    count += 100;
  }
  churn.finish();
  std::printf("%d captures in %d calls\n", count, calls.load());
  EXPECT_EQ(interruptions, 0) << "of " << calls;
}

INSTANTIATE_TEST_SUITE_P(In, Blocked,
                         testing::Values(Call{"nanosleep", in_nanosleep}, Call{"poll", in_poll},
                                         Call{"epoll_wait", in_epoll_wait},
                                         Call{"recv_with_timeout", in_recv_with_timeout},
                                         Call{"sem_timedwait", in_sem_timedwait}, Call{"select", in_select}),
                         [](const auto &info) { return info.param.name; });
