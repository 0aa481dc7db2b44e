#include "ProcThread.h"

#include "Clock.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

namespace clearway::probe {

static int open_task_file(int32_t thread_id, const char *name) {
  std::string path = "/proc/self/task/" + std::to_string(thread_id) + "/" + name;
  return open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

template <size_t size> static bool read_text(int file, char (&text)[size]) {
  ssize_t got = file < 0 ? -1 : pread(file, text, size - 1, 0);
  text[got > 0 ? got : 0] = '\0';
  return got > 0;
}

ProcThread::ProcThread(int32_t thread_id)
    : thread_id_(thread_id), syscall_file_(open_task_file(thread_id, "syscall")),
      stat_file_(open_task_file(thread_id, "stat")) {}

ProcThread::ProcThread(ProcThread &&other) noexcept
    : thread_id_(other.thread_id_), syscall_file_(std::exchange(other.syscall_file_, -1)),
      stat_file_(std::exchange(other.stat_file_, -1)) {}

ProcThread &ProcThread::operator=(ProcThread &&other) noexcept {
  if (this != &other) {
    close_files();
    thread_id_ = other.thread_id_;
    syscall_file_ = std::exchange(other.syscall_file_, -1);
    stat_file_ = std::exchange(other.stat_file_, -1);
  }
  return *this;
}

ProcThread::~ProcThread() { close_files(); }

void ProcThread::close_files() {
  for (int file : {syscall_file_, stat_file_}) {
    if (file >= 0) {
      close(file);
    }
  }
}

std::optional<SyscallState> parse_syscall_state(const char *text) {
  SyscallState state;
  if (std::strncmp(text, "running", 7) == 0) {
    state.running = true;
    return state;
  }
  uint64_t sp = 0, pc = 0, *a = state.arguments;
  int fields = std::sscanf(text,
                           "%" SCNd64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64
                           " %" SCNx64 " %" SCNx64,
                           &state.number, a, a + 1, a + 2, a + 3, a + 4, a + 5, &sp, &pc);
  if (fields != 9) { // outside of a system call there are no arguments: "-1 sp pc"
    fields = std::sscanf(text, "%" SCNd64 " %" SCNx64 " %" SCNx64, &state.number, &sp, &pc);
    if (fields != 3 || state.number != -1) {
      return std::nullopt;
    }
  }
  state.registers.set(stack_register, sp);
  state.registers.set(program_counter, pc);
  return state;
}

std::optional<SyscallState> ProcThread::syscall_state() const {
  char text[256];
  return read_text(syscall_file_, text) ? parse_syscall_state(text) : std::nullopt;
}

bool proc_is_readable() {
  int file = open("/proc/thread-self/syscall", O_RDONLY | O_CLOEXEC);
  char byte = 0;
  bool readable = file >= 0 && read(file, &byte, 1) == 1;
  if (file >= 0) {
    close(file);
  }
  return readable;
}

// The clock id of a thread's CPU time, as pthread_getcpuclockid makes it, but from a kernel thread id: it
// is an error, and not a wild pointer, once the thread is gone.
static clockid_t cpu_clock_of(int32_t thread_id) {
  return clockid_t((~unsigned(thread_id) << 3) | 6u);
}

uint64_t thread_cpu_ns(int32_t thread_id) {
  timespec time{};
  if (clock_gettime(cpu_clock_of(thread_id), &time) != 0) {
    return 0;
  }
  return uint64_t(time.tv_sec) * 1'000'000'000u + uint64_t(time.tv_nsec);
}

ThreadTimes ProcThread::times() const {
  ThreadTimes times;
  char text[1024];
  if (read_text(stat_file_, text)) {
    const char *after_name = std::strrchr(text, ')'); // the name may contain anything, also blanks
    if (after_name != nullptr) {
      std::sscanf(after_name + 2, "%c %*d %*d %*d %*d %*d %*u %" SCNu64 " %*u %" SCNu64, &times.state,
                  &times.minor_faults, &times.major_faults);
    }
  }
  times.cpu_ns = thread_cpu_ns(thread_id_);
  times.at_ns = monotonic_ns();
  return times;
}

} // namespace clearway::probe
