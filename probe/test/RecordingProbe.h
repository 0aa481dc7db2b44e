// A running probe whose reports are kept.
#pragma once

#include <clearway/probe.h>

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

struct KeptFrame {
  clearway_frame_kind kind;
  std::string symbol, module, build_id, file, language;
  uint64_t offset = 0;
  uint32_t line = 0;
};

struct KeptReport {
  clearway_report report; // its pointers are not valid any more
  std::string loop, operation, detail, stack_note;
  std::vector<KeptFrame> frames;

  bool names(const std::string &function) const;
  std::string text() const;
};

class RecordingProbe {
public:
  // Starts at once, and raises the priority of watchdog and calling thread. Rate limits are off unless `config` sets them.
  explicit RecordingProbe(clearway_config config = {});
  ~RecordingProbe();

  std::vector<KeptReport> reports();       // of ended stalls, in order; after a flush
  std::vector<KeptReport> all_reports();   // ongoing ones too
  std::vector<std::string> messages();
  void clear();
  void stop();
  int start_status() const { return status_; }

private:
  static void keep(const clearway_report *report, void *self);
  static void keep_message(int level, const char *text, void *self);

  std::mutex mutex_;
  std::vector<KeptReport> kept_;
  std::vector<std::string> messages_;
  int status_ = 0;
};

// A loop attached to the calling thread.
class AttachedLoop {
public:
  explicit AttachedLoop(const char *name = "loop", uint64_t threshold_ns = 0);
  ~AttachedLoop() { clearway_loop_destroy(loop_); }
  AttachedLoop(const AttachedLoop &) = delete;
  AttachedLoop &operator=(const AttachedLoop &) = delete;

  clearway_loop *get() const { return loop_; }
  clearway_snapshot snapshot() const;

  template <class Function> void poll(Function function) {
    clearway_loop_begin(loop_, 0);
    function();
    clearway_loop_end(loop_);
  }

private:
  clearway_loop *loop_ = nullptr;
};

inline constexpr uint64_t ms = 1'000'000;

void sleep_ms(int milliseconds);
void spin_ms(int milliseconds); // of this thread's CPU time

// Of the calling thread, so that the load of other processes is not taken for what a test inflicts. As far as permitted.
inline constexpr int loop_priority = 1, observer_priority = 2; // the watchdog is not kept waiting by busy loops
void raise_priority(int priority);

// While it lives the calling thread is scheduled like any other: quotas and neighbours concern it.
class OrdinaryPriority {
public:
  OrdinaryPriority();
  ~OrdinaryPriority();
  OrdinaryPriority(const OrdinaryPriority &) = delete;
  OrdinaryPriority &operator=(const OrdinaryPriority &) = delete;};

// The full size of a test, or a shortened one for every commit. CLEARWAY_PROBE_FULL=1 chooses the full one.
int test_size(int shortened, int full);
bool full_tests();
