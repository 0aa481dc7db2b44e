#include "SelfTest.h"

#include "Modules.h"
#include "ProcThread.h"
#include "SelfMemory.h"
#include "StackView.h"
#include "ThisThread.h"
#include "Unwinder.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

// With a frame pointer, which a blocked thread does not show, the innermost frame would be a guess.
#if defined(__GNUC__) && !defined(__clang__)
#define CLEARWAY_NO_FRAME_POINTER __attribute__((noinline, optimize("omit-frame-pointer")))
#else
#define CLEARWAY_NO_FRAME_POINTER __attribute__((noinline))
#endif

namespace clearway::probe {

namespace {
class TaskFile {
public:
  explicit TaskFile(const char *name)
      : file_(open((std::string("/proc/thread-self/") + name).c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~TaskFile() {
    if (file_ >= 0) {
      close(file_);
    }
  }
  TaskFile(const TaskFile &) = delete;
  TaskFile &operator=(const TaskFile &) = delete;
  int number() const { return file_; }

private:
  int file_;
};
} // namespace

static bool contains_call(const RawStack &stack, const void *return_address) {
  auto call = uintptr_t(return_address) - 1;
  return std::find(stack.addresses.begin(), stack.addresses.end(), call) != stack.addresses.end();
}

static RawStack unwound(const Registers &registers, const StackView &stack) {
  Modules modules;
  modules.refresh();
  return unwind(registers, stack, modules);
}

static RawStack unwind_from(const Registers &registers, uintptr_t low, uintptr_t high) {
  constexpr size_t most = 64 * 1024;
  std::vector<uint8_t> copy(std::min<size_t>(most, high - low));
  StackView view;
  view.low = low;
  view.high = high;
  view.copy = copy.data();
  view.size = read_memory(low, copy.data(), copy.size());
  return unwound(registers, view);
}

// The system call is made right here, so that what the kernel says of it, and the stack there, hold until the return.
CLEARWAY_NO_FRAME_POINTER static bool stack_of_own_read(int file, const ThreadStack &own) {
  char text[256];
  long got = 0;
#if defined(__x86_64__)
  __asm__ volatile("syscall"
                   : "=a"(got)
                   : "a"(long(SYS_read)), "D"(long(file)), "S"(text), "d"(sizeof text - 1)
                   : "rcx", "r11", "memory");
#else
  got = read(file, text, sizeof text - 1);
#endif
  text[got > 0 ? got : 0] = '\0';
  auto state = parse_syscall_state(text);
  uintptr_t sp = state ? state->registers.sp() : 0;
  return sp >= own.low && sp < own.high &&
         contains_call(unwind_from(state->registers, sp, own.high), __builtin_return_address(0));
}

bool can_take_blocked_stack() {
  TaskFile file("syscall");
  bool seen = file.number() >= 0 && stack_of_own_read(file.number(), this_threads_stack());
  __asm__ volatile(""); // a call, not a jump: its return address is what is looked for
  return seen;
}

bool can_take_running_stack(const RunningCapture &capture) {
  constexpr uint64_t long_enough_ns = 2'000'000;
  ThreadStack own = this_threads_stack();
  static const uint64_t no_poll = 0;
  if (capture.signal() == 0 || !capture.intact()) {
    return false;
  }
  CaptureBuffer *buffer = capture.request({this_thread_id(), own.low, own.high, &no_poll});
  if (buffer == nullptr) {
    return false;
  }
  bool seen = RunningCapture::wait(*buffer, long_enough_ns) &&
              contains_call(unwound(buffer->registers, buffer->stack()), __builtin_return_address(0));
  RunningCapture::release(*buffer);
  return seen;
}

} // namespace clearway::probe
