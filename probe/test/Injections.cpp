#include "Injections.h"

#include "QuotaGroup.h"
#include "RecordingProbe.h"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <fstream>
#include <linux/userfaultfd.h>
#include <memory>
#include <mutex>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using Mark = std::function<void()>;

static uint64_t clock_ns(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return uint64_t(time.tv_sec) * 1'000'000'000u + uint64_t(time.tv_nsec);
}

// What the kernel says a thread did between two moments.
struct Shares {
  double cpu = 0;     // of the time: it computed
  double waiting = 0; // it was ready, but had no core
  bool undisturbed() const { return waiting < 0.2; }
};

// Nanoseconds that this thread waited for a core so far; 0 where the kernel does not count them.
static uint64_t waited_for_core_ns() {
  std::ifstream file("/proc/thread-self/schedstat");
  uint64_t running = 0, waiting = 0;
  file >> running >> waiting;
  return waiting;
}

template <class Function> static Shares bracketed(const Mark &begin, const Mark &end, Function function) {
  uint64_t waited = waited_for_core_ns(), cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID), wall = clock_ns(CLOCK_MONOTONIC);
  begin();
  function();
  double passed = double(clock_ns(CLOCK_MONOTONIC) - wall);
  Shares shares;
  shares.cpu = double(clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu) / passed;
  end();
  shares.waiting = double(waited_for_core_ns() - waited) / passed;
  return shares;
}

static bool on_cpu_in_user(int milliseconds, Mark begin, Mark end) {
  return bracketed(begin, end, [&] { spin_ms(milliseconds); }).cpu > 0.7;
}

static bool on_cpu_in_kernel(int milliseconds, Mark begin, Mark end) {
  static std::vector<char> buffer(1 << 20);
  uint64_t until = clock_ns(CLOCK_MONOTONIC) + uint64_t(milliseconds) * ms;
  return bracketed(begin, end, [&] {
           while (clock_ns(CLOCK_MONOTONIC) < until) {
             ssize_t got = getrandom(buffer.data(), buffer.size(), 0);
             (void)got;
           }
         }).cpu > 0.7;
}

static bool mutex_held_elsewhere(int milliseconds, Mark begin, Mark end) {
  std::mutex mutex;
  std::atomic<bool> held{false};
  std::thread holder([&] {
    std::lock_guard lock(mutex);
    held = true;
    sleep_ms(milliseconds + 3);
  });
  while (!held) {
    sleep_ms(1);
  }
  Shares shares = bracketed(begin, end, [&] { std::lock_guard lock(mutex); });
  holder.join();
  return shares.undisturbed();
}

static bool condition_variable(int milliseconds, Mark begin, Mark end) {
  std::mutex mutex;
  std::condition_variable condition;
  std::unique_lock lock(mutex);
  Shares shares = bracketed(begin, end, [&] { condition.wait_for(lock, std::chrono::milliseconds(milliseconds)); });
  return shares.undisturbed();
}

static bool join(int milliseconds, Mark begin, Mark end) {
  std::thread worker([&] { sleep_ms(milliseconds); });
  Shares shares = bracketed(begin, end, [&] { worker.join(); });
  return shares.undisturbed();
}

static bool semaphore(int milliseconds, Mark begin, Mark end) {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  std::thread poster([&] {
    sleep_ms(milliseconds);
    sem_post(&semaphore);
  });
  Shares shares = bracketed(begin, end, [&] { sem_wait(&semaphore); });
  poster.join();
  return shares.undisturbed();
}

static bool sleeping(int milliseconds, Mark begin, Mark end) {
  Shares shares = bracketed(begin, end, [&] { sleep_ms(milliseconds); });
  return shares.undisturbed();
}

static bool read_of_pipe(int milliseconds, Mark begin, Mark end) {
  int ends[2];
  if (pipe(ends) != 0) {
    return false;
  }
  std::thread writer([&] {
    sleep_ms(milliseconds);
    ssize_t written = write(ends[1], "x", 1);
    (void)written;
  });
  Shares shares = bracketed(begin, end, [&] {
    char byte;
    ssize_t got = read(ends[0], &byte, 1);
    (void)got;
  });
  writer.join();
  close(ends[0]);
  close(ends[1]);
  return shares.undisturbed();
}

static bool polling(int milliseconds, Mark begin, Mark end) {
  Shares shares = bracketed(begin, end, [&] { poll(nullptr, 0, milliseconds); });
  return shares.undisturbed();
}

static bool file_lock(int milliseconds, Mark begin, Mark end) {
  char path[] = "/tmp/clearway-flock-XXXXXX";
  int mine = mkstemp(path), other = open(path, O_RDWR);
  flock(other, LOCK_EX);
  std::thread holder([&] {
    sleep_ms(milliseconds);
    flock(other, LOCK_UN);
  });
  Shares shares = bracketed(begin, end, [&] { flock(mine, LOCK_EX); });
  holder.join();
  close(mine);
  close(other);
  unlink(path);
  return shares.undisturbed();
}

static bool child_process(int milliseconds, Mark begin, Mark end) {
  pid_t child = fork();
  if (child == 0) {
    timespec time{0, milliseconds * 1'000'000L};
    nanosleep(&time, nullptr);
    _exit(0);
  }
  Shares shares = bracketed(begin, end, [&] { waitpid(child, nullptr, 0); });
  return shares.undisturbed();
}

// vfork suspends the parent in the kernel, uninterruptibly, until the child is gone.
static bool vfork_child(int milliseconds, Mark begin, Mark end) {
  pid_t child = 0;
  Shares shares = bracketed(begin, end, [&] {
    child = vfork();
    if (child == 0) {
      timespec time{0, milliseconds * 1'000'000L};
      syscall(SYS_nanosleep, &time, nullptr);
      _exit(0);
    }
  });
  waitpid(child, nullptr, 0);
  return shares.undisturbed();
}

static bool minor_faults(int milliseconds, Mark begin, Mark end) {
  constexpr size_t size = 4 << 20;
  uint64_t until = clock_ns(CLOCK_MONOTONIC) + uint64_t(milliseconds) * ms;
  return bracketed(begin, end, [&] {
           while (clock_ns(CLOCK_MONOTONIC) < until) {
             void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
             madvise(memory, size, MADV_NOHUGEPAGE);
             for (size_t at = 0; at < size; at += 4096) {
               static_cast<volatile char *>(memory)[at] = 1;
             }
             munmap(memory, size);
           }
         }).cpu > 0.7;
}

static int open_userfaultfd() { return int(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK)); }

static std::string why_no_missing_page() {
  int faults = open_userfaultfd();
  if (faults < 0) {
    return std::string("userfaultfd: ") + strerror(errno);
  }
  close(faults);
  return {};
}

// The access that faults is the program's own; another thread delays the page.
static bool missing_page(int milliseconds, Mark begin, Mark end) {
  int faults = open_userfaultfd();
  if (faults < 0) {
    return false;
  }
  uffdio_api api{};
  api.api = UFFD_API;
  ioctl(faults, UFFDIO_API, &api);
  void *memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  uffdio_register range{};
  range.range = {uint64_t(memory), 4096};
  range.mode = UFFDIO_REGISTER_MODE_MISSING;
  ioctl(faults, UFFDIO_REGISTER, &range);
  std::thread pager([&] {
    pollfd wait{faults, POLLIN, 0};
    poll(&wait, 1, -1);
    uffd_msg message;
    ssize_t got = read(faults, &message, sizeof message);
    (void)got;
    sleep_ms(milliseconds);
    uffdio_zeropage zero{};
    zero.range = {uint64_t(memory), 4096};
    ioctl(faults, UFFDIO_ZEROPAGE, &zero);
  });
  Shares shares = bracketed(begin, end, [&] { *static_cast<volatile char *>(memory) = 1; });
  pager.join();
  munmap(memory, 4096);
  close(faults);
  return shares.undisturbed();
}

// Ends by itself: a starved thread would need long to end it.
static void hog_core(const cpu_set_t &core, uint64_t until_ns) {
  sched_setaffinity(0, sizeof core, &core);
  while (clock_ns(CLOCK_MONOTONIC) < until_ns) {
  }
}

static bool starved(int milliseconds, Mark begin, Mark end) {
  OrdinaryPriority ordinary;
  cpu_set_t before, one;
  sched_getaffinity(0, sizeof before, &before);
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof one, &one);
  uint64_t until = clock_ns(CLOCK_MONOTONIC) + uint64_t(milliseconds + 5) * ms;
  std::vector<std::thread> hogs;
  Shares shares = bracketed(begin, end, [&] {
    for (int i = 0; i < 5; ++i) {
      hogs.emplace_back(hog_core, one, until);
    }
    volatile uint64_t work = 0;
    while (clock_ns(CLOCK_MONOTONIC) < until) {
      work = work + 1;
    }
  });
  for (std::thread &hog : hogs) {
    hog.join();
  }
  sched_setaffinity(0, sizeof before, &before);
  return shares.cpu < 0.25;
}

// Loaded for this file alone, so that the wrappers of other tests do not see it.
static int (*driver_function(const char *library, const char *name))(void *) {
  void *driver = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  return driver == nullptr ? nullptr : reinterpret_cast<int (*)(void *)>(dlsym(driver, name));
}

static Injection driver(const char *name, clearway_cause cause, const char *library, const char *function, bool spins) {
  return {name, cause, function, [=](int milliseconds, Mark begin, Mark end) {
            auto call = driver_function(library, function);
            Shares shares = bracketed(begin, end, [&] { call(reinterpret_cast<void *>(uintptr_t(milliseconds))); });
            return spins ? shares.cpu > 0.7 : shares.undisturbed();
          }};
}

static bool throttled_in(const QuotaGroup &group, bool inner, int milliseconds, Mark begin, Mark end) {
  OrdinaryPriority ordinary; // a real-time thread has no quota, and may not even enter the group
  if (!group.enter(inner)) {
    return false;
  }
  spin_ms(5); // uses up the first period's quota
  uint64_t from = clock_ns(CLOCK_MONOTONIC), until = from + uint64_t(milliseconds) * ms;
  uint64_t throttled_before = group.throttled_ns();
  Shares shares = bracketed(begin, end, [&] {
    volatile uint64_t work = 0;
    while (clock_ns(CLOCK_MONOTONIC) < until) {
      work = work + 1;
    }
  });
  double throttled = double(group.throttled_ns() - throttled_before) / double(clock_ns(CLOCK_MONOTONIC) - from);
  clearway_probe_flush(); // threads of real programs stay in their group
  group.leave();
  return shares.cpu < 0.4 && throttled > 0.5;
}

static Injection throttled(const char *name, bool inner) {
  return {name, CLEARWAY_CAUSE_THROTTLED, "", [inner](int milliseconds, Mark begin, Mark end) {
            return throttled_in(quota_group(), inner, std::max(milliseconds, 60), begin, end);
          }};
}

std::vector<Injection> injections() {
  std::vector<Injection> all = {
      {"cpu-user", CLEARWAY_CAUSE_ON_CPU, "user", on_cpu_in_user},
      {"cpu-kernel", CLEARWAY_CAUSE_ON_CPU, "kernel", on_cpu_in_kernel},
      {"mutex", CLEARWAY_CAUSE_LOCK, "mutex", mutex_held_elsewhere},
      {"condition-variable", CLEARWAY_CAUSE_LOCK, "condition-variable", condition_variable},
      {"join", CLEARWAY_CAUSE_LOCK, "join", join},
      {"semaphore", CLEARWAY_CAUSE_LOCK, "semaphore", semaphore},
      {"sleep", CLEARWAY_CAUSE_SYSCALL, "clock_nanosleep", sleeping},
      {"read-pipe", CLEARWAY_CAUSE_SYSCALL, "read", read_of_pipe},
      {"poll", CLEARWAY_CAUSE_SYSCALL, "poll", polling},
      {"flock", CLEARWAY_CAUSE_SYSCALL, "flock", file_lock},
      {"waitpid", CLEARWAY_CAUSE_SYSCALL, "wait4", child_process},
#if !defined(__SANITIZE_THREAD__) // makes a fork of it, for which nobody waits
      {"vfork", CLEARWAY_CAUSE_SYSCALL, "vfork", vfork_child},
#endif
      {"minor-faults", CLEARWAY_CAUSE_PAGE_FAULT, "", minor_faults},
      {"starved", CLEARWAY_CAUSE_STARVED, "", starved},
      driver("cuda-spin", CLEARWAY_CAUSE_DEVICE_WAIT, CLEARWAY_FAKE_CUDA, "cuStreamSynchronize", true),
      driver("cuda-block", CLEARWAY_CAUSE_DEVICE_WAIT, CLEARWAY_FAKE_CUDA, "cuEventSynchronize", false),
      driver("cuda-runtime", CLEARWAY_CAUSE_DEVICE_WAIT, CLEARWAY_FAKE_CUDART, "cudaStreamSynchronize", true),
      driver("hip-spin", CLEARWAY_CAUSE_DEVICE_WAIT, CLEARWAY_FAKE_HIP, "hipStreamSynchronize", true),
      driver("hip-block", CLEARWAY_CAUSE_DEVICE_WAIT, CLEARWAY_FAKE_HIP, "hipEventSynchronize", false),
      driver("cuda-compiles", CLEARWAY_CAUSE_ON_CPU, CLEARWAY_FAKE_CUDA, "cuModuleLoadData", true),
      driver("hip-compiles", CLEARWAY_CAUSE_ON_CPU, CLEARWAY_FAKE_HIP, "hipModuleLoadData", true),
  };
  if (why_no_missing_page().empty()) {
    all.push_back({"missing-page", CLEARWAY_CAUSE_PAGE_FAULT, "", missing_page});
  }
  if (quota_group().problem().empty()) {
    all.push_back(throttled("throttled", false));
    all.push_back(throttled("throttled-by-outer", true));
  }
  return all;
}

std::vector<std::string> impossible_injections() {
  std::vector<std::string> impossible;
  if (std::string why = why_no_missing_page(); !why.empty()) {
    impossible.push_back("missing-page: " + why);
  }
  if (std::string why = quota_group().problem(); !why.empty()) {
    impossible.push_back("throttled, throttled-by-outer: " + why);
  }
  return impossible;
}
