#include "Reporter.h"

#include "Clock.h"
#include "HostCallback.h"
#include "Loop.h"
#include "Message.h"
#include "Operation.h"
#include "Registry.h"
#include "Scope.h"
#include "StallText.h"
#include "Symbolizer.h"
#include "Verdict.h"

#include <algorithm>

namespace clearway::probe {

namespace {
// A report and everything its pointers point to.
struct OwnedReport {
  clearway_report report{};
  Verdict verdict;
  std::vector<ResolvedFrame> frames;
  std::vector<clearway_frame> public_frames;
};
} // namespace

static void fill_frames(OwnedReport &owned, const Modules &modules, bool symbols) {
  const Sample *sample = owned.verdict.stack;
  if (sample == nullptr) {
    return;
  }
  for (const ExtraFrame &frame : sample->extra) {
    owned.frames.push_back(resolve(frame));
  }
  for (ResolvedFrame &frame : resolve(modules, sample->stack.addresses, symbols)) {
    owned.frames.push_back(std::move(frame));
  }
  for (const ResolvedFrame &frame : owned.frames) {
    owned.public_frames.push_back(public_frame(frame));
  }
  owned.report.frames = owned.public_frames.data();
  owned.report.frame_count = owned.public_frames.size();
  owned.report.stack_hash = stack_hash(*sample, modules);
  if (!sample->stack.complete && !sample->stack.addresses.empty()) {
    owned.report.flags |= CLEARWAY_REPORT_TRUNCATED;
  }
}

static void fill_verdict(OwnedReport &owned) {
  clearway_report &report = owned.report;
  const Verdict &verdict = owned.verdict;
  report.cause = verdict.cause;
  report.detail = text_or_null(verdict.detail);
  report.samples = verdict.samples;
  report.agreeing = verdict.by_cause[verdict.cause];
  std::copy(verdict.by_cause.begin(), verdict.by_cause.end(), report.cause_samples);
  report.stack_samples = verdict.stack_samples;
  report.stack_note = text_or_null(verdict.stack_note);
  report.flags |= verdict.stack == nullptr ? unsigned(CLEARWAY_REPORT_NO_STACK) : 0u;
}

static void fill_poll(OwnedReport &owned, const Stall &stall) {
  clearway_report &report = owned.report;
  const clearway_loop &loop = *stall.target.loop;
  const Clock &clock = process_clock();
  uint64_t end = stall.poll.end_ticks != 0 ? stall.poll.end_ticks : clock.now_ticks();
  report.struct_size = sizeof report;
  report.loop = loop.name.c_str();
  report.loop_id = loop.id;
  report.thread_id = stall.target.attachment.thread_id;
  report.operation = operation_name(stall.poll.operation);
  report.poll = stall.poll.sequence;
  report.begin_ns = clock.monotonic_ns(stall.poll.begin_ticks);
  report.begin_unix_ns = realtime_ns() - (monotonic_ns() - report.begin_ns);
  report.duration_ns = clock.to_ns(end - stall.poll.begin_ticks);
  report.threshold_ns = clock.to_ns(CLEARWAY_LOAD(loop.slot.threshold_ticks));
  report.flags |= stall.heartbeat ? unsigned(CLEARWAY_REPORT_ESTIMATED) : 0u;
}

static void fill(OwnedReport &owned, const Stall &stall, const Modules &modules, bool symbols) {
  owned.verdict = judge(stall.samples);
  fill_poll(owned, stall);
  fill_verdict(owned);
  fill_frames(owned, modules, symbols);
}

std::string Reporter::open(const ReporterConfig &config) {
  config_ = config;
  limit_.configure(config.reports_per_second, config.reports_burst);
  std::string problem;
  if (!config.jsonl_path.empty()) {
    problem = json_.open(config.jsonl_path);
  }
  if (problem.empty() && !config.trace_path.empty()) {
    problem = trace_.open(config.trace_path);
  }
  if (problem.empty() && !config.prometheus_path.empty()) {
    problem = prometheus_.open(config.prometheus_path);
  }
  if (!problem.empty()) {
    abandon();
  } else if (json_.is_open()) {
    json_.write_start(config.threshold_ns, config.tick_ns);
  }
  return problem;
}

void Reporter::write_totals(const clearway_loop &loop, bool final) {
  if (json_.is_open()) {
    json_.write_loop(loop, final);
  }
}

void Reporter::write_loop_totals() {
  RetainedLoops loops(registry().retained_loops());
  for (const clearway_loop *loop : loops) {
    write_totals(*loop, true);
  }
}

void Reporter::close() {
  every_tick();
  write_loop_totals();
  if (json_.is_open()) {
    json_.write_stop();
  }
  if (prometheus_.is_open()) {
    prometheus_.write();
  }
  if (trace_.is_open()) {
    trace_.close();
  }
  abandon();
}

void Reporter::abandon() {
  json_.close();
  trace_.abandon();
  prometheus_.close();
}

void Reporter::publish(Stall &stall, Modules &modules, bool symbols, uint32_t flags) {
  OwnedReport owned;
  owned.report.flags = flags;
  fill(owned, stall, modules, symbols);
  stall.id = stall.id != 0 ? stall.id : ++last_id_;
  owned.report.id = stall.id;
  owned.report.suppressed = stall.target.loop->counters.suppressed.load() - stall.target.loop->suppressed_reported;
  stall.target.loop->suppressed_reported += owned.report.suppressed;
  if (json_.is_open()) {
    json_.write_stall(owned.report);
  }
  if (trace_.is_open()) {
    trace_.write_stall(owned.report);
  }
  if (config_.on_report != nullptr) {
    call_host("clearway_config.on_report", [&] { config_.on_report(&owned.report, config_.on_report_user); });
  }
}

void Reporter::report_ongoing(Stall &stall, Modules &modules, bool symbols, bool watchdog_late) {
  if (limit_.take()) {
    publish(stall, modules, symbols,
            CLEARWAY_REPORT_ONGOING | (watchdog_late ? unsigned(CLEARWAY_REPORT_WATCHDOG_LATE) : 0u));
  }
  stall.reported_ongoing = true;
}

static void count_stall(const Stall &stall) {
  LoopCounters &counters = stall.target.loop->counters;
  Verdict verdict = judge(stall.samples);
  count(counters.causes[verdict.cause]);
  if (verdict.stack != nullptr) {
    count(counters.stacks);
  }
}

void Reporter::report_ended(Stall &stall, Modules &modules, bool symbols, bool watchdog_late) {
  count_stall(stall);
  if (scopes().any()) {
    tell_scopes(stall, modules, symbols);
  }
  if (!limit_.take()) {
    count(stall.target.loop->counters.suppressed);
    return;
  }
  count(stall.target.loop->counters.reports);
  publish(stall, modules, symbols, watchdog_late ? unsigned(CLEARWAY_REPORT_WATCHDOG_LATE) : 0u);
}

void Reporter::tell_scopes(const Stall &stall, Modules &modules, bool symbols) {
  OwnedReport owned;
  fill(owned, stall, modules, symbols);
  scopes().culprit_found(*stall.target.loop, owned.report, stall_text(owned.report));
}

void Reporter::add_broken_span(SpanRecord record) {
  constexpr size_t most_waiting = 1000;
  std::lock_guard lock(spans_mutex_);
  if (spans_.size() < most_waiting) {
    spans_.push_back(std::move(record));
  } else {
    spans_lost_++;
  }
}

void Reporter::every_tick() {
  std::vector<SpanRecord> spans;
  {
    std::lock_guard lock(spans_mutex_);
    spans.swap(spans_);
  }
  for (const SpanRecord &span : spans) {
    if (json_.is_open()) {
      json_.write_span(span);
    }
    if (trace_.is_open()) {
      trace_.write_span(span);
    }
  }
  uint64_t now = monotonic_ns();
  if (prometheus_.is_open() && now - last_totals_ns_ > 1'000'000'000) {
    last_totals_ns_ = now;
    std::string problem = prometheus_.write();
    if (!problem.empty()) {
      message(Level::error, problem);
    }
  }
}

} // namespace clearway::probe
