// From stalls to reports: rate limit, callback, outputs, scopes.
#pragma once

#include "JsonLines.h"
#include "PrometheusFile.h"
#include "RateLimit.h"
#include "SpanRecord.h"
#include "Stall.h"
#include "TraceFile.h"

#include <clearway/probe.h>

#include <mutex>
#include <string>
#include <vector>

namespace clearway::probe {

struct ReporterConfig {
  clearway_report_fn on_report = nullptr;
  void *on_report_user = nullptr;
  uint32_t reports_per_second = 10;
  uint32_t reports_burst = 20;
  std::string jsonl_path, prometheus_path, trace_path;
  uint64_t threshold_ns = 0, tick_ns = 0; // for the start record
};

// Used by the watchdog thread, except where it says otherwise.
class Reporter {
public:
  // Opens the outputs. Empty on success, else what is wrong.
  std::string open(const ReporterConfig &config);
  // Writes the totals and completes the outputs.
  void close();
  // In a forked child: closes files without writing, they are the parent's.
  void abandon();

  void report_ended(Stall &stall, Modules &modules, bool symbols, bool watchdog_late);
  void report_ongoing(Stall &stall, Modules &modules, bool symbols, bool watchdog_late);
  // Only to open scopes: the poll goes on.
  void tell_scopes(const Stall &stall, Modules &modules, bool symbols);

  // Whether a stack would be reported now, or the rate limit would withhold it.
  bool would_report() { return limit_.available(); }

  void add_broken_span(SpanRecord record); // [any thread]
  void write_totals(const clearway_loop &loop, bool final);
  void every_tick();                       // writes spans, and once a second the Prometheus file

private:
  void publish(Stall &stall, Modules &modules, bool symbols, uint32_t flags);
  void write_loop_totals();

  ReporterConfig config_;
  RateLimit limit_;
  JsonLines json_;
  TraceFile trace_;
  PrometheusFile prometheus_;
  uint64_t last_id_ = 0;
  uint64_t last_totals_ns_ = 0;
  std::mutex spans_mutex_;
  std::vector<SpanRecord> spans_;
  uint64_t spans_lost_ = 0;
};

} // namespace clearway::probe
