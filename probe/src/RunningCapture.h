// Registers and stack of a running thread: a signal handler on that thread copies them, nothing more.
#pragma once

#include "Registers.h"
#include "StackView.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace clearway::probe {

// One request to one thread. Shared with the signal handler, hence never freed. The state word holds the
// request's number too, so that a late signal of an earlier request changes nothing.
struct CaptureBuffer {
  enum State : uint64_t { idle, requested, writing, done };

  std::atomic<uint64_t> word{0}; // number of the request * 4 + state
  uintptr_t stack_low = 0;       // of the thread, as registered
  uintptr_t stack_high = 0;
  uint32_t most_bytes = 0;
  const uint64_t *poll_begin_at = nullptr; // in the loop's slot

  uint64_t poll_begin = 0; // at the moment of the copy: tells of which poll it is

  Registers registers;
  uintptr_t copy_low = 0;
  size_t copy_size = 0;
  alignas(16) std::array<uint8_t, 64 * 1024> copy;

  bool is(State state) const { return (word.load(std::memory_order_acquire) & 3) == state; }
  StackView stack() const; // once it is done
};

struct CaptureTarget {
  int32_t thread_id = 0;
  uintptr_t stack_low = 0;
  uintptr_t stack_high = 0;
  const uint64_t *poll_begin_at = nullptr; // must live until the buffer is released
};

class RunningCapture {
public:
  // Installs the handler. `signal` 0: a real-time signal nobody uses. Empty on success, else what is wrong.
  std::string install(int signal, uint32_t stack_bytes);

  void disable() { signal_ = 0; } // the handler stays: a signal may be on its way

  int signal() const { return signal_; }
  bool intact() const; // the handler is still ours

  // Asks a thread to copy its stack. NULL if no buffer is free or the thread is gone. [any thread]
  CaptureBuffer *request(const CaptureTarget &target) const;
  // Waits at most that long for the copy. False: the thread does not run now; its copy may come later.
  static bool wait(const CaptureBuffer &buffer, uint64_t nanoseconds);
  // Gives the buffer back, also while a signal is still on its way.
  static void release(CaptureBuffer &buffer);

private:
  std::atomic<int> signal_{0}; // read by any thread
  uint32_t stack_bytes_ = 64 * 1024;
};

// A thread that blocks all signals would have no stacks: it gets this one. One that blocks it alone has a reason.
void unblock_capture_signal();

} // namespace clearway::probe
