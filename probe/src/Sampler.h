// One look at a thread whose poll is overdue: why it does not get on, and where it is.
#pragma once

#include "CgroupCpu.h"
#include "Classify.h"
#include "Clock.h"
#include "FrameSources.h"
#include "Loop.h"
#include "Modules.h"
#include "ProcThread.h"
#include "RunningCapture.h"
#include "Unwinder.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace clearway::probe {

struct Sample {
  uint64_t at_ns = 0;
  uint64_t covers_ns = 0; // time since the sample before: its weight
  clearway_cause cause = CLEARWAY_CAUSE_UNKNOWN;
  std::string detail;
  RawStack stack;
  std::vector<ExtraFrame> extra;
  std::string stack_note; // why the stack is missing
  bool blocked = false;   // asleep in the kernel
  bool poll_over = false; // nothing else is known: the poll ended before the look
};

// The thread to look at, and what was known of it at the last look.
struct SampleTarget {
  clearway_loop *loop = nullptr;
  const ProcThread *proc = nullptr;
  Attachment attachment;
  ThreadTimes before;
  uint64_t poll_begin = 0;  // as in the slot: what is seen when that has changed is of other work
  bool was_blocked = false; // at the last look
  CgroupCpu::Reading quota_before;
  CaptureBuffer *pending = nullptr; // requested earlier; the thread has not run since
};

struct SamplerConfig {
  uint32_t disable = 0;
  int signal = 0;
  uint32_t stack_bytes = 0;
  std::string cgroup_path;
};

class Sampler {
public:
  // Returns what does not work, in words, one per line; sampling works as far as it can.
  std::string configure(const SamplerConfig &config);

  // Updates `target` for the next look. `stacks` false: the cause only, without a signal.
  Sample take(SampleTarget &target, bool stacks);

  // A late copy of a thread that was not running when asked: fills in the sample's stack. True if it came.
  bool collect(SampleTarget &target, Sample &sample);

  ThreadTimes times(const ProcThread &proc) const;
  CgroupCpu::Reading quota(int32_t thread_id);
  // Starved samples become throttled ones if the control group's quota, read when the stall was suspected and read
  // again now that it is over, explains them.
  void blame_quota(const SampleTarget &target, std::vector<Sample> &samples);
  // Self-tests on the calling thread, which may be any; false for what is disabled.
  bool blocked_stacks_work() const;
  bool running_stacks_work() const;
  Modules &modules() { return modules_; }
  const RunningCapture &running() const { return running_; }
  bool stacks_are_disabled() const { return (disabled_ & (CLEARWAY_DISABLE_STACKS | CLEARWAY_DISABLE_PROC)) != 0; }
  bool symbols_enabled() const { return (disabled_ & CLEARWAY_DISABLE_SYMBOLS) == 0; }

private:
  Sample look(SampleTarget &target, const Window &window, bool stacks);
  void look_at_running(SampleTarget &target, const Window &window, bool stacks, Sample &sample);
  void look_at_blocked(SampleTarget &target, const SyscallState &state, bool stacks, Sample &sample);
  bool capture_running(SampleTarget &target, uint64_t wait_ns, Sample &sample);
  bool take_over(SampleTarget &target, Sample &sample);
  bool capture_blocked(const SampleTarget &target, const SyscallState &state, Sample &sample);
  void add_extra_frames(const SampleTarget &target, bool blocked, Sample &sample);
  std::string driver_function(const RawStack &stack, bool &in_driver);
  std::string kind_of_wait(const RawStack &stack) const;
  bool may_signal() const;
  const char *why_no_stack() const;

  std::atomic<uint32_t> disabled_{0};
  Modules modules_;
  RunningCapture running_;
  CgroupCpu cgroup_;
  std::vector<uint8_t> blocked_copy_;
};

} // namespace clearway::probe
