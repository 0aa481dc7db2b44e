#include "RunningCapture.h"

#include "Clock.h"
#include "SignalUse.h"
#include "SyscallRestart.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

namespace clearway::probe {

static constexpr size_t buffer_count = 8; // power of two: the low bits of the signal's value
static constexpr size_t red_zone = 128;   // leaf functions of x86-64 use it below sp

static CaptureBuffer buffers[buffer_count];
static std::atomic<int> signal_in_use{0};

#if defined(__clang__) || defined(__GNUC__)
// The handler reads other functions' stack frames on purpose.
#define CLEARWAY_UNSANITIZED __attribute__((no_sanitize("address", "thread", "undefined")))
#endif

CLEARWAY_UNSANITIZED static void read_registers(const ucontext_t &context, Registers &registers) {
#if defined(__x86_64__)
  static constexpr int in_dwarf_order[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP,
                                           REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
                                           REG_RIP};
  for (unsigned i = 0; i < register_count; ++i) {
    registers.value[i] = uint64_t(context.uc_mcontext.gregs[in_dwarf_order[i]]);
  }
#else
  for (unsigned i = 0; i < 31; ++i) {
    registers.value[i] = context.uc_mcontext.regs[i];
  }
  registers.value[stack_register] = context.uc_mcontext.sp;
  registers.value[program_counter] = context.uc_mcontext.pc;
#endif
  registers.known = (uint64_t{1} << register_count) - 1;
}

// Not memcpy: sanitizers check that, and this copies across frames.
CLEARWAY_UNSANITIZED static void copy_bytes(void *to, uintptr_t from, size_t size) {
#if defined(__x86_64__)
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
#else
  auto *source = reinterpret_cast<const volatile uint8_t *>(from);
  auto *target = static_cast<volatile uint8_t *>(to);
  for (size_t i = 0; i < size; ++i) {
    target[i] = source[i];
  }
#endif
}

// The stack of a coroutine with its own stack, whose end is unknown: the kernel finds what is readable.
CLEARWAY_UNSANITIZED static size_t copy_unknown_stack(CaptureBuffer &buffer) {
  constexpr size_t page = 4096, pages = 16;
  iovec remote[pages];
  uintptr_t from = buffer.copy_low;
  size_t used = 0, size = 0;
  while (used < pages && size < buffer.most_bytes) {
    size_t length = page - (from + size) % page;
    length = length < buffer.most_bytes - size ? length : buffer.most_bytes - size;
    remote[used].iov_base = reinterpret_cast<void *>(from + size);
    remote[used++].iov_len = length;
    size += length;
  }
  iovec local;
  local.iov_base = buffer.copy.data();
  local.iov_len = size;
  long got = syscall(SYS_process_vm_readv, long(getpid()), &local, 1L, remote, long(used), 0L);
  return got > 0 ? size_t(got) : 0;
}

CLEARWAY_UNSANITIZED static void copy_stack(CaptureBuffer &buffer) {
  uintptr_t sp = buffer.registers.value[stack_register];
  bool known = sp >= buffer.stack_low + red_zone && sp < buffer.stack_high;
  buffer.copy_low = sp - red_zone;
  if (!known) {
    buffer.copy_size = copy_unknown_stack(buffer);
    return;
  }
  size_t size = buffer.stack_high - buffer.copy_low;
  buffer.copy_size = size < buffer.most_bytes ? size : buffer.most_bytes;
  copy_bytes(buffer.copy.data(), buffer.copy_low, buffer.copy_size);
}

// On the culprit's thread, at any instruction of the program: no locks, no allocation, no library calls but
// plain system calls.
CLEARWAY_UNSANITIZED static void on_signal(int, siginfo_t *info, void *opaque) {
  int saved_errno = errno;
  auto *context = static_cast<ucontext_t *>(opaque);
  auto value = uint64_t(info->si_value.sival_ptr);
  if (info->si_code == SI_QUEUE && info->si_pid == getpid()) {
    CaptureBuffer &buffer = buffers[value % buffer_count];
    uint64_t expected = value / buffer_count * 4 + CaptureBuffer::requested;
    uint64_t number = expected - CaptureBuffer::requested;
    if (buffer.word.compare_exchange_strong(expected, number + CaptureBuffer::writing)) {
      buffer.poll_begin = __atomic_load_n(buffer.poll_begin_at, __ATOMIC_RELAXED);
      read_registers(*context, buffer.registers);
      copy_stack(buffer);
      buffer.word.store(number + CaptureBuffer::done, std::memory_order_release);
    }
    restart_interrupted_syscall(*context);
  }
  errno = saved_errno;
}

// No handler, not ignored, and nobody reads it or waits for it.
static bool is_free(int signal, const SignalUse &use) {
  struct sigaction now {};
  return sigaction(signal, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == SIG_DFL &&
         !use.is_received(signal);
}

// From the top: programs count theirs from SIGRTMIN.
static int choose_signal(const SignalUse &use) {
  for (int signal = SIGRTMAX - 2; signal > SIGRTMIN; --signal) {
    if (is_free(signal, use) && !use.is_singled_out(signal)) {
      return signal;
    }
  }
  return 0;
}

static bool is_ours(int signal) {
  struct sigaction now {};
  return signal != 0 && sigaction(signal, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) != 0 &&
         now.sa_sigaction == on_signal;
}

StackView CaptureBuffer::stack() const {
  StackView view;
  view.low = copy_low;
  view.high = std::max(stack_high, copy_low + copy_size);
  if (copy_low < stack_low || copy_low >= stack_high) {
    view.high = copy_low + copy_size; // not the thread's own stack
  }
  view.copy = copy.data();
  view.size = copy_size;
  return view;
}

std::string RunningCapture::install(int signal, uint32_t stack_bytes) {
  stack_bytes_ = stack_bytes == 0 ? uint32_t(sizeof CaptureBuffer::copy)
                                  : std::min(stack_bytes, uint32_t(sizeof CaptureBuffer::copy));
  int earlier = signal_in_use.load();
  SignalUse use = SignalUse::of_process();
  bool keep = is_ours(earlier) && (signal == 0 || signal == earlier) && !use.is_received(earlier);
  int wanted = keep ? earlier : signal != 0 ? signal : choose_signal(use);
  signal_ = 0;
  if (!keep && (wanted <= 0 || wanted > SIGRTMAX || !is_free(wanted, use))) {
    return signal == 0 ? "every real-time signal is used by the program already"
                       : "signal " + std::to_string(signal) + " has a handler already, is read from a signalfd or waited for, "
                         "or is no signal";
  }
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  if (!keep && sigaction(wanted, &action, nullptr) != 0) {
    return std::string("sigaction failed: ") + std::strerror(errno);
  }
  signal_in_use = wanted;
  signal_ = wanted;
  return {};
}

bool RunningCapture::intact() const { return is_ours(signal_); }

static bool send(int32_t thread_id, int signal, uint64_t value) {
  siginfo_t info{};
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value.sival_ptr = reinterpret_cast<void *>(value);
  return syscall(SYS_rt_tgsigqueueinfo, long(getpid()), long(thread_id), long(signal), &info) == 0;
}

CaptureBuffer *RunningCapture::request(const CaptureTarget &target) const {
  int signal = signal_;
  for (size_t i = 0; i < buffer_count && signal != 0; ++i) {
    CaptureBuffer &buffer = buffers[i];
    uint64_t word = buffer.word.load(std::memory_order_acquire);
    bool idle = (word & 3) == CaptureBuffer::idle;
    if (!idle || !buffer.word.compare_exchange_strong(word, word / 4 * 4 + CaptureBuffer::writing)) {
      continue; // not ours: the watchdog and self-tests share them
    }
    buffer.stack_low = target.stack_low;
    buffer.stack_high = target.stack_high;
    buffer.most_bytes = stack_bytes_;
    buffer.poll_begin_at = target.poll_begin_at;
    uint64_t number = word / 4 + 1;
    buffer.word.store(number * 4 + CaptureBuffer::requested, std::memory_order_release);
    if (send(target.thread_id, signal, number * buffer_count + i)) {
      return &buffer;
    }
    release(buffer);
    return nullptr;
  }
  return nullptr;
}

bool RunningCapture::wait(const CaptureBuffer &buffer, uint64_t nanoseconds) {
  uint64_t begin = monotonic_ns();
  while (!buffer.is(CaptureBuffer::done)) {
    uint64_t waited = monotonic_ns() - begin;
    if (waited > nanoseconds) {
      return buffer.is(CaptureBuffer::done);
    }
    if (waited < 20'000) {
      sched_yield();
    } else {
      timespec pause{0, 20'000};
      nanosleep(&pause, nullptr);
    }
  }
  return true;
}

void RunningCapture::release(CaptureBuffer &buffer) {
  for (;;) {
    uint64_t word = buffer.word.load(std::memory_order_acquire);
    if ((word & 3) == CaptureBuffer::writing) {
      sched_yield(); // for the few microseconds of a copy
      continue;
    }
    if (buffer.word.compare_exchange_strong(word, word / 4 * 4 + CaptureBuffer::idle)) {
      return;
    }
  }
}

void unblock_capture_signal() {
  sigset_t set;
  pthread_sigmask(SIG_SETMASK, nullptr, &set);
  if (!blocks_most_signals(mask_bits(set))) {
    return;
  }
  int signal = signal_in_use.load();
  sigemptyset(&set);
  sigaddset(&set, signal != 0 ? signal : choose_signal(SignalUse::of_process()));
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

} // namespace clearway::probe
