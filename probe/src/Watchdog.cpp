#include "Watchdog.h"

#include "Clock.h"
#include "Fork.h"
#include "Guard.h"
#include "Immortal.h"
#include "Message.h"
#include "Registry.h"
#include "Scope.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <new>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace clearway::probe {

static constexpr uint64_t shortest_tick_ns = 1'000'000;
static constexpr uint64_t longest_tick_ns = 100'000'000;
static constexpr int samples_per_tick = 64;
static constexpr int totals_per_tick = 16; // of thousands of loops they would hold up a tick

namespace {
class AllSignalsBlocked {
public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked &) = delete;
  AllSignalsBlocked &operator=(const AllSignalsBlocked &) = delete;

private:
  sigset_t before_;
};
} // namespace

Watchdog &watchdog() { return immortal<Watchdog>(); }

int Watchdog::start(const clearway_config *given) {
  std::lock_guard lock(control_mutex_);
  if (running()) {
    return CLEARWAY_E_RUNNING;
  }
  Config wanted = config_;
  int status = given != nullptr ? read_config(*given, wanted) : int(CLEARWAY_OK);
  if (status != CLEARWAY_OK) {
    return status;
  }
  std::swap(config_, wanted);
  set_message_handler(config_.on_message, config_.on_message_user);
  status = guarded([&] { return start_as_configured(); });
  if (status != CLEARWAY_OK) { // as if nothing had been
    reporter_.abandon();
    std::swap(config_, wanted);
    set_message_handler(nullptr, nullptr);
  }
  wants_restart_ = wants_restart_ && status == CLEARWAY_E_MEMORY;
  return status;
}

int Watchdog::start_as_configured() {
  int status = check_config(config_);
  if (status != CLEARWAY_OK) {
    return status;
  }
  install_fork_handlers();
  std::string problem = open_outputs();
  if (!problem.empty()) {
    message(Level::error, problem);
    return CLEARWAY_E_OUTPUT;
  }
  registry().set_default_threshold_ns(config_.threshold_ns); // loops count stalls even if the system refuses the rest
  problem = sampler_.configure({config_.disable, config_.signal, config_.stack_bytes, config_.cgroup_path});
  if (!problem.empty()) {
    message(Level::warning, problem.substr(0, problem.size() - 1));
  }
  if (wake_file_ < 0) {
    wake_file_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  }
  if (wake_file_ < 0) {
    message(Level::error, std::string("eventfd failed: ") + std::strerror(errno));
    return CLEARWAY_E_SYSTEM;
  }
  totals_.start(config_.totals_interval_ns, monotonic_ns());
  stopping_ = false;
  if (!start_thread()) {
    message(Level::error, "the watchdog thread cannot be started");
    return CLEARWAY_E_MEMORY;
  }
  running_.store(true, std::memory_order_release);
  return CLEARWAY_OK;
}

bool Watchdog::start_thread() {
  AllSignalsBlocked inherited; // they stay with the host's threads
  try {
    thread_ = std::make_unique<std::thread>([this] { run(); });
  } catch (...) { // no thread, or no memory
  }
  return thread_ != nullptr;
}

std::string Watchdog::open_outputs() {
  ReporterConfig outputs;
  outputs.on_report = config_.on_report;
  outputs.on_report_user = config_.on_report_user;
  outputs.reports_per_second = config_.reports_per_second;
  outputs.reports_burst = config_.reports_burst;
  outputs.jsonl_path = config_.jsonl_path;
  outputs.prometheus_path = config_.prometheus_path;
  outputs.trace_path = config_.trace_path;
  outputs.threshold_ns = config_.threshold_ns;
  outputs.tick_ns = config_.tick_ns;
  return reporter_.open(outputs);
}

int Watchdog::stop() {
  std::lock_guard lock(control_mutex_);
  if (!running()) {
    return CLEARWAY_E_NOT_RUNNING;
  }
  stopping_ = true;
  wake();
  thread_->join();
  thread_.reset();
  running_.store(false, std::memory_order_release);
  {
    std::lock_guard flush_lock(flush_mutex_);
    flush_done_ = flush_requested_;
  }
  flushed_.notify_all();
  set_message_handler(nullptr, nullptr);
  return CLEARWAY_OK;
}

void Watchdog::wake() {
  uint64_t one = 1;
  if (wake_file_ >= 0) {
    ssize_t written = write(wake_file_, &one, sizeof one);
    (void)written; // full means that it will wake anyway
  }
}

int Watchdog::flush() {
  if (!running()) {
    return CLEARWAY_E_NOT_RUNNING;
  }
  std::unique_lock lock(flush_mutex_);
  uint64_t mine = ++flush_requested_;
  wake();
  flushed_.wait(lock, [&] { return flush_done_ >= mine || !running(); });
  return CLEARWAY_OK;
}

void Watchdog::finish_flush(uint64_t request) {
  {
    std::lock_guard lock(flush_mutex_);
    flush_done_ = std::max(flush_done_, request);
  }
  flushed_.notify_all();
}

void Watchdog::span_broken(SpanRecord record) {
  if (running()) {
    reporter_.add_broken_span(std::move(record));
  }
}

void Watchdog::run() {
  prctl(PR_SET_NAME, "clearway-probe");
  prctl(PR_SET_TIMERSLACK, 1UL);
  WatchContext first = context();
  RetainedLoops departed_before(registry().take_departed()); // while nobody watched
  guarded([&] { return refresh_loops(first), 0; });
  for (auto &watch : watches_) {
    watch->discard_ended();
  }
  uint64_t planned = process_clock().now_ticks();
  while (!stopping_.load(std::memory_order_acquire)) {
    guarded([&] { return tick(planned), 0; });
    planned = std::min(next_due_ticks_, process_clock().now_ticks() + tick_ticks());
    sleep_until(planned);
  }
  std::lock_guard lock(tick_mutex_);
  WatchContext last = context();
  guarded([&] { return refresh_loops(last), 0; });
  for (auto &watch : watches_) {
    guarded([&] { return watch->finish(last), 0; });
  }
  watches_.clear();
  watched_generation_ = 0;
  guarded([&] { return reporter_.close(), 0; });
}

WatchContext Watchdog::context() {
  return {sampler_,        reporter_,          process_clock().now_ticks(), config_.samples_per_stall,
          late_from_ticks_, late_until_ticks_, samples_per_tick};
}

void Watchdog::tick(uint64_t planned_ticks) {
  uint64_t request = 0;
  {
    std::lock_guard lock(flush_mutex_);
    request = flush_requested_;
  }
  {
    std::lock_guard lock(tick_mutex_);
    note_lateness(planned_ticks, process_clock().now_ticks());
    WatchContext now = context();
    refresh_loops(now);
    next_due_ticks_ = look_at_loops(now);
    write_totals();
    reporter_.every_tick();
  }
  finish_flush(request);
}

// Late by more than a tick: the machine is overloaded or was suspended, and the loops may be innocent.
void Watchdog::note_lateness(uint64_t planned_ticks, uint64_t now_ticks) {
  if (now_ticks > planned_ticks + tick_ticks()) {
    late_from_ticks_ = planned_ticks;
    late_until_ticks_ = now_ticks;
  }
}

void Watchdog::refresh_loops(WatchContext &context) {
  uint64_t generation = registry().generation();
  if (generation == watched_generation_) {
    return;
  }
  std::unordered_map<const clearway_loop *, size_t> known;
  for (size_t i = 0; i < watches_.size(); ++i) {
    known.emplace(watches_[i]->loop(), i);
  }
  RetainedLoops departed(registry().take_departed());
  RetainedLoops loops(registry().retained_loops());
  std::vector<std::unique_ptr<LoopWatch>> now(loops.size());
  std::transform(loops.begin(), loops.end(), now.begin(), [&](clearway_loop *loop) {
    return known.contains(loop) ? nullptr : std::make_unique<LoopWatch>(loop);
  });
  for (size_t i = 0; i < now.size(); ++i) { // from here on nothing fails
    if (now[i] == nullptr) {
      now[i] = std::move(watches_[known.find(loops.begin()[i])->second]);
    }
  }
  watches_.swap(now);
  watched_generation_ = generation;
  for (auto &watch : now) { // destroyed since, if it was not taken over
    if (watch != nullptr) {
      guarded([&] { return say_farewell(*watch, context), 0; });
    }
  }
  for (clearway_loop *loop : departed) {
    if (!known.contains(loop)) { // it came and went between two looks
      guarded([&] {
        LoopWatch passing(loop);
        return say_farewell(passing, context), 0;
      });
    }
  }
}

void Watchdog::say_farewell(LoopWatch &watch, WatchContext &context) {
  watch.take_ended(context);
  reporter_.write_totals(*watch.loop(), true);
}

// Starts with another loop each time, so that the bound on samples hits all alike.
uint64_t Watchdog::look_at_loops(WatchContext &context) {
  uint64_t next = UINT64_MAX;
  smallest_threshold_ticks_ = UINT64_MAX;
  for (size_t i = 0; i < watches_.size(); ++i) {
    LoopWatch &watch = *watches_[(first_watch_ + i) % watches_.size()];
    next = std::min(next, watch.look(context));
    if (scopes().any()) {
      watch.tell_scopes(context);
    }
    if (CLEARWAY_LOAD(watch.loop()->slot.owner) != 0) {
      smallest_threshold_ticks_ = std::min(smallest_threshold_ticks_, CLEARWAY_LOAD(watch.loop()->slot.threshold_ticks));
    }
  }
  first_watch_ = watches_.empty() ? 0 : (first_watch_ + samples_per_tick) % watches_.size();
  return next;
}

void Watchdog::write_totals() {
  uint64_t round = totals_.round(monotonic_ns());
  int left = totals_per_tick;
  for (size_t i = 0; left > 0 && i < watches_.size(); ++i) {
    if (watches_[i]->totals_due(round)) {
      reporter_.write_totals(*watches_[i]->loop(), false);
      --left;
    }
  }
}

uint64_t Watchdog::tick_ticks() const {
  const Clock &clock = process_clock();
  if (config_.tick_ns != 0) {
    return clock.to_ticks(config_.tick_ns);
  }
  if (smallest_threshold_ticks_ == UINT64_MAX) {
    return clock.to_ticks(longest_tick_ns); // no loop has a thread
  }
  return std::clamp(smallest_threshold_ticks_ / 4, clock.to_ticks(shortest_tick_ns), clock.to_ticks(longest_tick_ns));
}

void Watchdog::sleep_until(uint64_t ticks) {
  const Clock &clock = process_clock();
  uint64_t now = clock.now_ticks();
  uint64_t ns = ticks > now ? clock.to_ns(ticks - now) : 0;
  constexpr uint64_t shortest_pause_ns = 50'000; // a watchdog must not become the load
  ns = std::max(ns, shortest_pause_ns);
  timespec time{time_t(ns / 1'000'000'000), long(ns % 1'000'000'000)};
  pollfd wake{wake_file_, POLLIN, 0};
  if (ppoll(&wake, 1, &time, nullptr) > 0) {
    uint64_t count = 0;
    ssize_t got = read(wake_file_, &count, sizeof count);
    (void)got;
  }
}

void Watchdog::lock_for_fork() {
  control_mutex_.lock();
  tick_mutex_.lock();
  flush_mutex_.lock();
}

void Watchdog::unlock_after_fork() {
  flush_mutex_.unlock();
  tick_mutex_.unlock();
  control_mutex_.unlock();
}

// The thread was not copied, and the files are the parent's.
void Watchdog::become_child() {
  bool was_running = running();
  running_ = false;
  (void)thread_.release(); // its handle is of a thread that does not exist here
  new (&flushed_) std::condition_variable;
  flush_done_ = flush_requested_;
  if (wake_file_ >= 0) {
    close(wake_file_);
    wake_file_ = -1;
  }
  reporter_.abandon();
  for (auto &watch : watches_) {
    (void)watch.release(); // may be in the middle of something; a few bytes are lost
  }
  watches_.clear();
  watched_generation_ = 0;
  wants_restart_ = was_running && config_.after_fork == CLEARWAY_AFTER_FORK_RESTART;
}

} // namespace clearway::probe

using namespace clearway::probe;

extern "C" int clearway_probe_start(const clearway_config *config) {
  return guarded([&] { return watchdog().start(config); });
}

extern "C" int clearway_probe_stop(void) {
  return guarded([&] { return watchdog().stop(); });
}

extern "C" int clearway_probe_flush(void) {
  return guarded([&] { return watchdog().flush(); });
}
