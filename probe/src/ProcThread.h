// What the kernel says about another thread of this process, without privileges and without touching it.
#pragma once

#include "Registers.h"

#include <cstdint>
#include <optional>

namespace clearway::probe {

struct SyscallState {
  bool running = false;      // on a core, or waiting for one
  int64_t number = -1;       // of the system call it sleeps in; -1: sleeps outside of one
  uint64_t arguments[6] = {};
  Registers registers;       // pc and sp only, when not running
};

struct ThreadTimes {
  uint64_t at_ns = 0; // CLOCK_MONOTONIC
  uint64_t cpu_ns = 0;
  uint64_t minor_faults = 0;
  uint64_t major_faults = 0;
  char state = '?';
};

// Keeps the files of one thread open, since opening them costs more than reading.
class ProcThread {
public:
  ProcThread() = default;
  explicit ProcThread(int32_t thread_id);
  ProcThread(ProcThread &&other) noexcept;
  ProcThread &operator=(ProcThread &&other) noexcept;
  ~ProcThread();

  std::optional<SyscallState> syscall_state() const; // empty: not readable, or the thread is gone
  ThreadTimes times() const;                         // what cannot be read stays 0
  int32_t thread_id() const { return thread_id_; }

private:
  void close_files();

  int32_t thread_id_ = 0;
  int syscall_file_ = -1;
  int stat_file_ = -1;
};

// The calling thread can read what the kernel says of it in /proc/self/task/TID/syscall.
bool proc_is_readable();

// Parses the text of /proc/PID/task/TID/syscall.
std::optional<SyscallState> parse_syscall_state(const char *text);

// The thread's CPU time, live also while it runs; 0 if it is gone.
uint64_t thread_cpu_ns(int32_t thread_id);

} // namespace clearway::probe
