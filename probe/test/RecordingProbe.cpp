#include "RecordingProbe.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <sched.h>
#include <sys/resource.h>
#include <thread>

// What the dynamic linker notes of libraries is guarded by a lock of its own, which dl_iterate_phdr() takes, too.
#if defined(__SANITIZE_THREAD__)
extern "C" const char *__tsan_default_suppressions() { return "called_from_lib:ld-linux"; }
#endif

static std::string text(const char *value) { return value != nullptr ? value : ""; }

bool KeptReport::names(const std::string &function) const {
  return std::any_of(frames.begin(), frames.end(),
                     [&](const KeptFrame &frame) { return frame.symbol.find(function) != std::string::npos; });
}

std::string KeptReport::text() const {
  std::string result = loop + ": " + clearway_cause_name(report.cause) + " (" + detail + ") " +
                       std::to_string(report.duration_ns / 1000) + " us; " + stack_note;
  for (const KeptFrame &frame : frames) {
    result += "\n  " + (frame.symbol.empty() ? "?" : frame.symbol) + "  " + frame.module;
  }
  return result;
}

RecordingProbe::RecordingProbe(clearway_config config) {
  raise_priority(observer_priority); // its threads inherit it
  config.struct_size = sizeof config;
  config.on_report = keep;
  config.on_report_user = this;
  config.on_message = keep_message;
  config.on_message_user = this;
  config.reports_per_second = config.reports_per_second == 0 ? 1'000'000 : config.reports_per_second;
  config.reports_burst = config.reports_burst == 0 ? 1'000'000 : config.reports_burst;
  status_ = clearway_probe_start(&config);
  raise_priority(loop_priority);
}

RecordingProbe::~RecordingProbe() { clearway_probe_stop(); }

void RecordingProbe::stop() { clearway_probe_stop(); }

void RecordingProbe::keep(const clearway_report *report, void *self) {
  auto *probe = static_cast<RecordingProbe *>(self);
  KeptReport kept{*report, text(report->loop), text(report->operation), text(report->detail),
                  text(report->stack_note), {}};
  for (size_t i = 0; i < report->frame_count; ++i) {
    const clearway_frame &frame = report->frames[i];
    kept.frames.push_back({frame.kind, text(frame.symbol), text(frame.module), text(frame.build_id),
                           text(frame.file), text(frame.language), frame.offset, frame.line});
  }
  std::lock_guard lock(probe->mutex_);
  probe->kept_.push_back(std::move(kept));
}

void RecordingProbe::keep_message(int, const char *text, void *self) {
  auto *probe = static_cast<RecordingProbe *>(self);
  std::lock_guard lock(probe->mutex_);
  probe->messages_.emplace_back(text);
}

std::vector<KeptReport> RecordingProbe::all_reports() {
  clearway_probe_flush();
  std::lock_guard lock(mutex_);
  return kept_;
}

std::vector<KeptReport> RecordingProbe::reports() {
  std::vector<KeptReport> all = all_reports();
  std::erase_if(all, [](const KeptReport &kept) { return (kept.report.flags & CLEARWAY_REPORT_ONGOING) != 0; });
  return all;
}

std::vector<std::string> RecordingProbe::messages() {
  std::lock_guard lock(mutex_);
  return messages_;
}

void RecordingProbe::clear() {
  clearway_probe_flush();
  std::lock_guard lock(mutex_);
  kept_.clear();
}

AttachedLoop::AttachedLoop(const char *name, uint64_t threshold_ns) {
  clearway_loop_config config{};
  config.struct_size = sizeof config;
  config.name = name;
  config.threshold_ns = threshold_ns;
  EXPECT_EQ(clearway_loop_create(&config, &loop_), CLEARWAY_OK);
  EXPECT_EQ(clearway_loop_attach(loop_), CLEARWAY_OK);
}

clearway_snapshot AttachedLoop::snapshot() const {
  clearway_snapshot result{};
  result.struct_size = sizeof result;
  EXPECT_EQ(clearway_loop_snapshot(loop_, &result), CLEARWAY_OK);
  return result;
}

void sleep_ms(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

static uint64_t thread_cpu() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return uint64_t(time.tv_sec) * 1'000'000'000 + uint64_t(time.tv_nsec);
}

void spin_ms(int milliseconds) {
  uint64_t end = thread_cpu() + uint64_t(milliseconds) * ms;
  volatile uint64_t work = 0;
  while (thread_cpu() < end) {
    for (int i = 0; i < 50'000; ++i) {
      work = work + 1;
    }
  }
}

static void schedule_as(int policy, int priority) {
  sched_param parameter{};
  parameter.sched_priority = priority;
  sched_setscheduler(0, policy, &parameter);
}

void raise_priority(int priority) {
  setpriority(PRIO_PROCESS, 0, -15);
  schedule_as(SCHED_RR, priority);
}

OrdinaryPriority::OrdinaryPriority() { schedule_as(SCHED_OTHER, 0); }
OrdinaryPriority::~OrdinaryPriority() { schedule_as(SCHED_RR, loop_priority); }

bool full_tests() { return std::getenv("CLEARWAY_PROBE_FULL") != nullptr; }

int test_size(int shortened, int full) { return full_tests() ? full : shortened; }
