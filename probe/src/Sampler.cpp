#include "Sampler.h"

#include "Drivers.h"
#include "SelfMemory.h"
#include "SelfTest.h"
#include "Symbolizer.h"
#include "SyscallNames.h"
#include "WaitKind.h"

#include <algorithm>
#include <csignal>

namespace clearway::probe {

static constexpr uint64_t wait_for_running_ns = 500'000; // a signal takes 5 us; 8 to 28 ms under full load
static constexpr uint64_t wait_for_starved_ns = 30'000;

std::string Sampler::configure(const SamplerConfig &config) {
  disabled_ = config.disable;
  std::string problems;
  if ((disabled_ & CLEARWAY_DISABLE_PROC) == 0 && !proc_is_readable()) {
    disabled_ |= CLEARWAY_DISABLE_PROC;
    problems += "/proc/thread-self/syscall cannot be read (no /proc, or a sandbox): stalls are counted and "
                "timed, but causes other than on-cpu are unknown and there are no stacks\n";
  }
  if (may_signal()) {
    std::string problem = running_.install(config.signal, config.stack_bytes);
    problems += problem.empty() ? "" : problem + ": no stacks of running threads\n";
  } else {
    running_.disable();
  }
  cgroup_.open(config.cgroup_path);
  return problems;
}

bool Sampler::blocked_stacks_work() const {
  return !stacks_are_disabled() && can_take_blocked_stack();
}

bool Sampler::running_stacks_work() const { return may_signal() && can_take_running_stack(running_); }

// Without /proc nobody knows whether the thread is blocked, and a blocked thread must not be signalled.
bool Sampler::may_signal() const {
  return (disabled_ & (CLEARWAY_DISABLE_SIGNAL | CLEARWAY_DISABLE_STACKS | CLEARWAY_DISABLE_PROC)) == 0;
}

ThreadTimes Sampler::times(const ProcThread &proc) const {
  if ((disabled_ & CLEARWAY_DISABLE_PROC) == 0) {
    return proc.times();
  }
  ThreadTimes times;
  times.cpu_ns = thread_cpu_ns(proc.thread_id());
  times.at_ns = monotonic_ns();
  return times;
}

Sample Sampler::take(SampleTarget &target, bool stacks) {
  Window window{target.before, times(*target.proc)};
  Sample sample = look(target, window, stacks && (disabled_ & CLEARWAY_DISABLE_STACKS) == 0);
  sample.at_ns = window.after.at_ns;
  // A thread that slept at the last look and has no core yet has just woken: how long it slept is not known.
  bool just_woken = target.was_blocked && sample.cause == CLEARWAY_CAUSE_STARVED;
  sample.covers_ns = just_woken ? 0 : window.wall_ns();
  target.was_blocked = sample.blocked;
  target.before = window.after;
  return sample;
}

CgroupCpu::Reading Sampler::quota(int32_t thread_id) {
  return (disabled_ & CLEARWAY_DISABLE_PROC) == 0 ? cgroup_.read(thread_id) : CgroupCpu::Reading{};
}

void Sampler::blame_quota(const SampleTarget &target, std::vector<Sample> &samples) {
  uint64_t waited_ns = 0;
  for (const Sample &sample : samples) {
    waited_ns += sample.cause == CLEARWAY_CAUSE_STARVED ? sample.covers_ns : 0;
  }
  if (waited_ns == 0 ||
      !quota_explains(CgroupCpu::throttled_ns(target.quota_before, quota(target.attachment.thread_id)),
                      waited_ns)) {
    return;
  }
  for (Sample &sample : samples) {
    sample.cause = sample.cause == CLEARWAY_CAUSE_STARVED ? CLEARWAY_CAUSE_THROTTLED : sample.cause;
  }
}

static bool poll_is_over(const SampleTarget &target) {
  return CLEARWAY_LOAD(target.loop->slot.begin) != target.poll_begin;
}

Sample Sampler::look(SampleTarget &target, const Window &window, bool stacks) {
  Sample sample;
  std::optional<SyscallState> state;
  if ((disabled_ & CLEARWAY_DISABLE_PROC) == 0) {
    state = target.proc->syscall_state();
  }
  sample.blocked = state && !state->running;
  if (poll_is_over(target)) {
    sample.poll_over = true;
    return sample;
  }
  if (!state) {
    bool computing = window.after.cpu_ns != 0 && window.cpu_share() > 0.5;
    sample.cause = computing ? CLEARWAY_CAUSE_ON_CPU : CLEARWAY_CAUSE_UNKNOWN;
    sample.stack_note = "/proc/self/task is not readable";
  } else if (state->running) {
    look_at_running(target, window, stacks, sample);
  } else {
    look_at_blocked(target, *state, stacks, sample);
  }
  auto mark = CLEARWAY_LOAD(target.loop->slot.device_wait);
  if (mark != 0) {
    sample.cause = CLEARWAY_CAUSE_DEVICE_WAIT;
    sample.detail = reinterpret_cast<const char *>(mark);
  }
  return sample;
}

// The outermost driver function is the one the program called.
std::string Sampler::driver_function(const RawStack &stack, bool &in_driver) {
  std::string function;
  in_driver = false;
  for (size_t i = 0; i < stack.addresses.size(); ++i) {
    auto module = modules_.find(stack.addresses[i]);
    if (module != nullptr && module->device_driver) {
      in_driver = true;
      const char *symbol = symbols_enabled() ? frame_symbol(modules_, stack.addresses, i) : nullptr;
      function = symbol != nullptr ? demangle(symbol) : function;
    }
  }
  return function;
}

// After a system call's instruction, a signal is delivered on the way out of the kernel.
static bool was_in_kernel(const RawStack &stack) {
#if defined(__x86_64__)
  uint8_t before[2] = {};
  return !stack.addresses.empty() && read_memory(stack.addresses[0] - 2, before, 2) == 2 && before[0] == 0x0f &&
         before[1] == 0x05;
#else
  (void)stack;
  return false;
#endif
}

void Sampler::look_at_running(SampleTarget &target, const Window &window, bool stacks, Sample &sample) {
  clearway_cause without_stack = classify_running(window, false);
  bool gets_cpu = without_stack != CLEARWAY_CAUSE_STARVED;
  if (!stacks || !may_signal()) {
    sample.cause = without_stack;
    sample.stack_note = why_no_stack();
    return;
  }
  add_extra_frames(target, false, sample);
  capture_running(target, gets_cpu ? wait_for_running_ns : wait_for_starved_ns, sample);
  bool in_driver = false;
  std::string function = driver_function(sample.stack, in_driver);
  bool host_work = in_driver && is_host_work_of_driver(function);
  sample.cause = classify_running(window, in_driver && !host_work);
  if (sample.cause == CLEARWAY_CAUSE_DEVICE_WAIT || host_work) {
    sample.detail = function;
  } else if (sample.cause == CLEARWAY_CAUSE_ON_CPU) {
    sample.detail = sample.stack.addresses.empty() ? "" : was_in_kernel(sample.stack) ? "kernel" : "user";
  }
}

const char *Sampler::why_no_stack() const {
  return (disabled_ & CLEARWAY_DISABLE_STACKS) != 0   ? "stacks are disabled"
         : (disabled_ & CLEARWAY_DISABLE_SIGNAL) != 0 ? "signals are disabled"
                                                      : "no report was due";
}

bool Sampler::capture_running(SampleTarget &target, uint64_t wait_ns, Sample &sample) {
  if (target.pending == nullptr) {
    // Once more just before the signal: a thread that has gone to sleep since must not be disturbed.
    std::optional<SyscallState> state = target.proc->syscall_state();
    if (!state || !state->running) {
      sample.stack_note = "the thread stopped running while it was looked at";
      return false;
    }
    if (!running_.intact()) { // unhandled it would end the host
      sample.stack_note = "another handler replaced that of signal " + std::to_string(running_.signal());
      return false;
    }
    const Attachment &thread = target.attachment;
    target.pending = running_.request(
        {thread.thread_id, thread.stack_low, thread.stack_high, &target.loop->slot.begin});
  }
  if (target.pending == nullptr) {
    sample.stack_note = "the thread could not be signalled";
    return false;
  }
  if (!RunningCapture::wait(*target.pending, wait_ns)) {
    sample.stack_note = "the thread did not run, or blocks signal " + std::to_string(running_.signal());
    return false;
  }
  return take_over(target, sample);
}

bool Sampler::take_over(SampleTarget &target, Sample &sample) {
  CaptureBuffer &buffer = *target.pending;
  target.pending = nullptr;
  if (buffer.poll_begin != target.poll_begin) {
    RunningCapture::release(buffer);
    sample.stack_note = "the poll was over before the thread could be looked at";
    return false;
  }
  modules_.refresh();
  sample.stack = unwind(buffer.registers, buffer.stack(), modules_);
  sample.stack_note.clear();
  RunningCapture::release(buffer);
  return true;
}

bool Sampler::collect(SampleTarget &target, Sample &sample) {
  if (target.pending == nullptr || !target.pending->is(CaptureBuffer::done)) {
    return false;
  }
  return take_over(target, sample);
}

std::string Sampler::kind_of_wait(const RawStack &stack) const {
  if (!symbols_enabled()) {
    return {};
  }
  std::vector<const char *> symbols;
  for (size_t i = 0; i < std::min<size_t>(stack.addresses.size(), 10); ++i) {
    symbols.push_back(frame_symbol(modules_, stack.addresses, i));
  }
  return wait_kind(symbols);
}

void Sampler::look_at_blocked(SampleTarget &target, const SyscallState &state, bool stacks, Sample &sample) {
  std::string function;
  bool in_driver = false;
  if (stacks && capture_blocked(target, state, sample)) {
    function = driver_function(sample.stack, in_driver);
  }
  sample.cause = classify_blocked(state.number, in_driver);
  if (in_driver) {
    sample.detail = function;
  } else if (sample.cause == CLEARWAY_CAUSE_LOCK) {
    sample.detail = kind_of_wait(sample.stack);
  } else if (sample.cause == CLEARWAY_CAUSE_SYSCALL) {
    const char *name = syscall_name(state.number);
    sample.detail = name != nullptr ? name : "system call " + std::to_string(state.number);
  }
  if (stacks) {
    add_extra_frames(target, true, sample);
  } else {
    sample.stack_note = why_no_stack();
  }
}

static bool same_place(const SyscallState &a, const std::optional<SyscallState> &b) {
  return b && !b->running && a.number == b->number && a.registers.pc() == b->registers.pc() &&
         a.registers.sp() == b->registers.sp();
}

// Copies the stack as far as it goes, then looks whether the thread slept all the while.
bool Sampler::capture_blocked(const SampleTarget &target, const SyscallState &state, Sample &sample) {
  constexpr size_t most = 64 * 1024;
  uintptr_t sp = state.registers.sp();
  const Attachment &thread = target.attachment;
  bool own_stack = sp >= thread.stack_low && sp < thread.stack_high;
  size_t wanted = own_stack ? std::min<size_t>(most, thread.stack_high - sp) : most;
  blocked_copy_.resize(most);
  StackView view;
  view.low = sp;
  view.copy = blocked_copy_.data();
  view.size = read_memory(sp, blocked_copy_.data(), wanted);
  view.high = own_stack ? thread.stack_high : sp + view.size;
  if (!same_place(state, target.proc->syscall_state()) || poll_is_over(target)) {
    sample.stack_note = "the thread woke up while it was looked at";
    return false;
  }
  modules_.refresh();
  sample.stack = unwind(state.registers, view, modules_);
  return true;
}

void Sampler::add_extra_frames(const SampleTarget &target, bool blocked, Sample &sample) {
  clearway_capture_target described{};
  described.struct_size = sizeof described;
  described.thread_id = target.attachment.thread_id;
  described.blocked = blocked;
  described.loop = target.loop->name.c_str();
  described.user = target.loop->user.load(std::memory_order_acquire);
  described.waits_for = blocked && sample.cause == CLEARWAY_CAUSE_LOCK ? sample.detail.c_str() : "";
  sample.extra = frame_sources().capture(described);
}

} // namespace clearway::probe
