#include "Injections.h"

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

// Runs and says which share of the time this thread had a core.
template <class Function> static double cpu_share_of(Function function) {
  uint64_t wall = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
  function();
  return double(clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu) / double(clock_ns(CLOCK_MONOTONIC) - wall);
}

template <class Function> static double bracketed(const Mark &begin, const Mark &end, Function function) {
  begin();
  double share = cpu_share_of(function);
  end();
  return share;
}

static bool on_cpu_in_user(int milliseconds, Mark begin, Mark end) {
  return bracketed(begin, end, [&] { spin_ms(milliseconds); }) > 0.7;
}

static bool on_cpu_in_kernel(int milliseconds, Mark begin, Mark end) {
  static std::vector<char> buffer(1 << 20);
  uint64_t until = clock_ns(CLOCK_MONOTONIC) + uint64_t(milliseconds) * ms;
  return bracketed(begin, end, [&] {
           while (clock_ns(CLOCK_MONOTONIC) < until) {
             ssize_t got = getrandom(buffer.data(), buffer.size(), 0);
             (void)got;
           }
         }) > 0.7;
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
  bracketed(begin, end, [&] { std::lock_guard lock(mutex); });
  holder.join();
  return true;
}

static bool condition_variable(int milliseconds, Mark begin, Mark end) {
  std::mutex mutex;
  std::condition_variable condition;
  std::unique_lock lock(mutex);
  bracketed(begin, end, [&] { condition.wait_for(lock, std::chrono::milliseconds(milliseconds)); });
  return true;
}

static bool join(int milliseconds, Mark begin, Mark end) {
  std::thread worker([&] { sleep_ms(milliseconds); });
  bracketed(begin, end, [&] { worker.join(); });
  return true;
}

static bool semaphore(int milliseconds, Mark begin, Mark end) {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  std::thread poster([&] {
    sleep_ms(milliseconds);
    sem_post(&semaphore);
  });
  bracketed(begin, end, [&] { sem_wait(&semaphore); });
  poster.join();
  return true;
}

static bool sleeping(int milliseconds, Mark begin, Mark end) {
  bracketed(begin, end, [&] { sleep_ms(milliseconds); });
  return true;
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
  bracketed(begin, end, [&] {
    char byte;
    ssize_t got = read(ends[0], &byte, 1);
    (void)got;
  });
  writer.join();
  close(ends[0]);
  close(ends[1]);
  return true;
}

static bool polling(int milliseconds, Mark begin, Mark end) {
  bracketed(begin, end, [&] { poll(nullptr, 0, milliseconds); });
  return true;
}

static bool file_lock(int milliseconds, Mark begin, Mark end) {
  char path[] = "/tmp/clearway-flock-XXXXXX";
  int mine = mkstemp(path), other = open(path, O_RDWR);
  flock(other, LOCK_EX);
  std::thread holder([&] {
    sleep_ms(milliseconds);
    flock(other, LOCK_UN);
  });
  bracketed(begin, end, [&] { flock(mine, LOCK_EX); });
  holder.join();
  close(mine);
  close(other);
  unlink(path);
  return true;
}

static bool child_process(int milliseconds, Mark begin, Mark end) {
  pid_t child = fork();
  if (child == 0) {
    timespec time{0, milliseconds * 1'000'000L};
    nanosleep(&time, nullptr);
    _exit(0);
  }
  bracketed(begin, end, [&] { waitpid(child, nullptr, 0); });
  return true;
}

// vfork suspends the parent in the kernel, uninterruptibly, until the child is gone.
static bool vfork_child(int milliseconds, Mark begin, Mark end) {
  pid_t child = 0;
  bracketed(begin, end, [&] {
    child = vfork();
    if (child == 0) {
      timespec time{0, milliseconds * 1'000'000L};
      syscall(SYS_nanosleep, &time, nullptr);
      _exit(0);
    }
  });
  waitpid(child, nullptr, 0);
  return true;
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
         }) > 0.7;
}

// The access that faults is the program's own; another thread delays the page.
static bool missing_page(int milliseconds, Mark begin, Mark end) {
  int faults = int(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK));
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
  bracketed(begin, end, [&] { *static_cast<volatile char *>(memory) = 1; });
  pager.join();
  munmap(memory, 4096);
  close(faults);
  return true;
}

static bool starved(int milliseconds, Mark begin, Mark end) {
  cpu_set_t before, one;
  sched_getaffinity(0, sizeof before, &before);
  int core = sched_getcpu();
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  std::atomic<bool> stop{false}, hogging{false};
  std::thread hog([&] {
    sched_setaffinity(0, sizeof one, &one);
    hogging = true;
    while (!stop) {
    }
  });
  sched_setaffinity(0, sizeof one, &one);
  while (!hogging) {
    sched_yield();
  }
  sched_param lowest{};
  sched_setscheduler(0, SCHED_IDLE, &lowest);
  uint64_t until = clock_ns(CLOCK_MONOTONIC) + uint64_t(milliseconds) * ms;
  double share = bracketed(begin, end, [&] {
    volatile uint64_t work = 0;
    while (clock_ns(CLOCK_MONOTONIC) < until) {
      work = work + 1;
    }
  });
  stop = true;
  sched_setscheduler(0, SCHED_OTHER, &lowest);
  sched_setaffinity(0, sizeof before, &before);
  hog.join();
  return share < 0.25;
}

static std::function<int(int)> driver_function(const char *name) {
  static void *driver = dlopen(CLEARWAY_FAKE_DRIVER, RTLD_NOW | RTLD_LOCAL);
  auto function = driver == nullptr ? nullptr : reinterpret_cast<int (*)(int)>(dlsym(driver, name));
  return function;
}

static Injection driver(const char *name, clearway_cause cause, const char *function) {
  return {name, cause, function, [function](int milliseconds, Mark begin, Mark end) {
            auto call = driver_function(function);
            double share = bracketed(begin, end, [&] { call(milliseconds); });
            return std::strcmp(function, "cuCtxSynchronize") == 0 || share > 0.7;
          }};
}

// A control group of version 1 or 2 with a quota of a fifth of a core, for the calling thread.
class QuotaGroup {
public:
  QuotaGroup() {
    for (const char *root : {"/sys/fs/cgroup/cpu", "/sys/fs/cgroup"}) {
      folder_ = std::string(root) + "/clearway-test-" + std::to_string(getpid());
      if (mkdir(folder_.c_str(), 0755) == 0 && set_quota()) {
        root_ = root;
        usable_ = true;
        return;
      }
      rmdir(folder_.c_str());
    }
  }
  ~QuotaGroup() {
    leave();
    rmdir(folder_.c_str());
  }

  bool usable() const { return usable_; }
  bool enter() const { return put(folder_ + "/tasks", "0"); }
  bool leave() const { return put(root_ + "/tasks", "0"); }
  const std::string &folder() const { return folder_; }

private:
  static bool put(const std::string &file, const std::string &text) {
    std::ofstream out(file);
    out << text << std::flush;
    return bool(out);
  }
  bool set_quota() const {
    return put(folder_ + "/cpu.cfs_period_us", "100000") && put(folder_ + "/cpu.cfs_quota_us", "20000");
  }

  std::string root_, folder_;
  bool usable_ = false;
};

static QuotaGroup &quota_group() {
  static QuotaGroup group;
  return group;
}

std::string throttling_group() { return quota_group().usable() ? quota_group().folder() : ""; }

static bool throttled(int milliseconds, Mark begin, Mark end) {
  quota_group().enter();
  spin_ms(20); // uses up the first period's quota
  uint64_t until = clock_ns(CLOCK_MONOTONIC) + uint64_t(milliseconds) * ms;
  double share = bracketed(begin, end, [&] {
    volatile uint64_t work = 0;
    while (clock_ns(CLOCK_MONOTONIC) < until) {
      work = work + 1;
    }
  });
  quota_group().leave();
  return share < 0.4;
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
      {"vfork", CLEARWAY_CAUSE_SYSCALL, "vfork", vfork_child},
      {"minor-faults", CLEARWAY_CAUSE_PAGE_FAULT, "", minor_faults},
      {"missing-page", CLEARWAY_CAUSE_PAGE_FAULT, "", missing_page},
      {"starved", CLEARWAY_CAUSE_STARVED, "", starved},
      driver("device-spin", CLEARWAY_CAUSE_DEVICE_WAIT, "cuStreamSynchronize"),
      driver("device-block", CLEARWAY_CAUSE_DEVICE_WAIT, "cuCtxSynchronize"),
      driver("driver-compiles", CLEARWAY_CAUSE_ON_CPU, "cuModuleLoadData"),
  };
  if (quota_group().usable()) {
    all.push_back({"throttled", CLEARWAY_CAUSE_THROTTLED, "", throttled});
  }
  return all;
}
