#include "PrometheusFile.h"

#include "Guard.h"
#include "Operation.h"
#include "OutputFile.h"
#include "Registry.h"
#include "Snapshot.h"

#include <clearway/probe.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace clearway::probe {

static std::string label_value(const std::string &text) {
  std::string result;
  for (char c : text) {
    if (c == '\\' || c == '"') {
      result += '\\';
    }
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

static std::string seconds(uint64_t ns) {
  char text[64];
  std::snprintf(text, sizeof text, "%.9g", double(ns) / 1e9);
  return text;
}

// Upper bounds of the exported buckets: 1 us to 68 s in powers of four, to keep the number of series small.
static constexpr int first_power = 10, last_power = 36, power_step = 2;

static void add_histogram(std::string &out, const std::string &name, const std::string &labels,
                          const Histogram &histogram) {
  uint64_t seen = 0;
  size_t bucket = 0;
  for (int power = first_power; power <= last_power; power += power_step) {
    uint64_t bound = (uint64_t{1} << power) - 1; // falls between two buckets
    while (bucket < histogram.counts.size() && clearway_histogram_upper_ns(bucket) <= bound) {
      seen += histogram.counts[bucket++];
    }
    out += name + "_bucket{" + labels + ",le=\"" + seconds(bound + 1) + "\"} " + std::to_string(seen) + "\n";
  }
  out += name + "_bucket{" + labels + ",le=\"+Inf\"} " + std::to_string(histogram.total()) + "\n";
  out += name + "_sum{" + labels + "} " + seconds(histogram.sum_ns) + "\n";
  out += name + "_count{" + labels + "} " + std::to_string(histogram.total()) + "\n";
}

static void add_header(std::string &out, const char *name, const char *type, const char *help) {
  out += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

using Loops = RetainedLoops;

static std::string labels_of(const clearway_loop &loop) {
  return "loop=\"" + label_value(loop.name) + "\",loop_id=\"" + std::to_string(loop.id) + "\"";
}

static void add_durations(std::string &out, const Loops &loops) {
  add_header(out, "clearway_poll_seconds", "histogram", "Durations of polls.");
  for (const clearway_loop *loop : loops) {
    add_histogram(out, "clearway_poll_seconds", labels_of(*loop), loop->raw_histogram());
  }
  add_header(out, "clearway_poll_corrected_seconds", "histogram",
             "Durations of polls, corrected for coordinated omission.");
  for (const clearway_loop *loop : loops) {
    add_histogram(out, "clearway_poll_corrected_seconds", labels_of(*loop),
                  loop->raw_histogram().corrected(loop->expected_interval_ns));
  }
}

static void add_counts(std::string &out, const Loops &loops) {
  add_header(out, "clearway_stalls_total", "counter", "Polls above the threshold, by cause.");
  for (const clearway_loop *loop : loops) {
    clearway_snapshot now = snapshot_of(*loop);
    uint64_t known = 0;
    for (int cause = 1; cause < CLEARWAY_CAUSE_COUNT; ++cause) {
      known += now.causes[cause];
      out += "clearway_stalls_total{" + labels_of(*loop) + ",cause=\"" +
             clearway_cause_name(clearway_cause(cause)) + "\"} " + std::to_string(now.causes[cause]) + "\n";
    }
    out += "clearway_stalls_total{" + labels_of(*loop) + ",cause=\"unknown\"} " +
           std::to_string(now.stalls - std::min(now.stalls, known)) + "\n";
  }
  add_header(out, "clearway_stall_seconds_total", "counter", "Total duration of polls above the threshold.");
  for (const clearway_loop *loop : loops) {
    out += "clearway_stall_seconds_total{" + labels_of(*loop) + "} " + seconds(snapshot_of(*loop).stall_ns) + "\n";
  }
  add_header(out, "clearway_reports_suppressed_total", "counter", "Reports withheld by the rate limit.");
  for (const clearway_loop *loop : loops) {
    out += "clearway_reports_suppressed_total{" + labels_of(*loop) + "} " +
           std::to_string(loop->counters.suppressed.load()) + "\n";
  }
}

static void add_operations(std::string &out) {
  struct Metric {
    const char *name, *help;
    SharedHistogram Operation::*values;
  };
  static constexpr Metric metrics[] = {
      {"clearway_span_seconds", "Durations of requests.", &Operation::duration},
      {"clearway_span_first_item_seconds", "Time to the first item of streamed answers.", &Operation::first_item},
      {"clearway_span_gap_seconds", "Gaps between items of streamed answers.", &Operation::gaps}};
  auto operations = operations_with_spans();
  for (const Metric &metric : metrics) {
    add_header(out, metric.name, "histogram", metric.help);
    for (const Operation *operation : operations) {
      add_histogram(out, metric.name, "operation=\"" + label_value(operation->name) + "\"",
                    (operation->*metric.values).copy());
    }
  }
  add_header(out, "clearway_spans_broken_total", "counter", "Requests that broke a limit.");
  for (const Operation *operation : operations) {
    out += "clearway_spans_broken_total{operation=\"" + label_value(operation->name) + "\"} " +
           std::to_string(operation->broken.load()) + "\n";
  }
}

std::string prometheus_text() {
  std::string out;
  Loops loops(registry().retained_loops());
  add_durations(out, loops);
  add_counts(out, loops);
  add_operations(out);
  return out;
}

std::string PrometheusFile::open(const std::string &path) {
  path_ = expand_path(path);
  std::string problem = write();
  if (!problem.empty()) {
    path_.clear();
  }
  return problem;
}

std::string PrometheusFile::write() const {
  std::string temporary = path_ + ".new";
  std::string text = prometheus_text();
  FILE *file = std::fopen(temporary.c_str(), "we");
  bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  int error = errno;
  written = (file == nullptr || std::fclose(file) == 0) && written;
  if (!written || std::rename(temporary.c_str(), path_.c_str()) != 0) {
    return "cannot write '" + path_ + "': " + std::strerror(written ? errno : error);
  }
  return {};
}

} // namespace clearway::probe

extern "C" size_t clearway_prometheus_text(char *buffer, size_t size) {
  size_t length = 0;
  clearway::probe::guarded([&] {
    std::string text = clearway::probe::prometheus_text();
    length = text.size();
    if (buffer != nullptr && size > 0) {
      size_t fits = std::min(size - 1, length);
      std::memcpy(buffer, text.data(), fits);
      buffer[fits] = '\0';
    }
    return 0;
  });
  return length;
}
