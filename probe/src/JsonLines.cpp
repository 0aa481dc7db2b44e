#include "JsonLines.h"

#include "Clock.h"
#include "JsonText.h"
#include "Loop.h"
#include "Snapshot.h"

#include <climits>
#include <unistd.h>

namespace clearway::probe {

static void begin_record(JsonText &json, const char *type) {
  json.begin_object().key("clearway_probe").number(json_schema_version).key("type").string(type);
  json.key("pid").signed_number(getpid());
}

void JsonLines::write(JsonText &record) {
  record.end_object();
  file_.write(record.text() + "\n");
}

static std::string executable() {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, size_t(length)) : std::string();
}

void JsonLines::write_start(uint64_t threshold_ns, uint64_t tick_ns) {
  JsonText json;
  begin_record(json, "start");
  json.key("time_ns").number(monotonic_ns()).key("unix_ns").number(realtime_ns());
  json.key("probe_version").string(CLEARWAY_PROBE_VERSION).key("executable").string(executable());
  json.key("threshold_ns").number(threshold_ns).key("tick_ns").number(tick_ns);
  write(json);
}

void JsonLines::write_stop() {
  JsonText json;
  begin_record(json, "stop");
  json.key("time_ns").number(monotonic_ns()).key("records_lost").number(file_.lost());
  write(json);
}

static void write_frame(JsonText &json, const clearway_frame &frame) {
  json.begin_object();
  if (frame.kind == CLEARWAY_FRAME_EXTRA) {
    json.key("kind").string("extra").key("language").string_or_null(frame.language);
    json.key("symbol").string_or_null(frame.symbol).key("file").string_or_null(frame.file);
    json.key("line").number(frame.line);
  } else {
    json.key("kind").string("native").key("module").string_or_null(frame.module);
    json.key("build_id").string_or_null(frame.build_id).key("offset").hex(frame.offset);
    json.key("symbol").string_or_null(frame.symbol).key("symbol_offset").number(frame.symbol_offset);
    json.key("address").hex(frame.address);
  }
  json.end_object();
}

static void write_cause_counts(JsonText &json, const uint32_t (&counts)[CLEARWAY_CAUSE_COUNT]) {
  json.begin_object();
  for (int cause = 0; cause < CLEARWAY_CAUSE_COUNT; ++cause) {
    if (counts[cause] != 0) {
      json.key(clearway_cause_name(clearway_cause(cause))).number(counts[cause]);
    }
  }
  json.end_object();
}

void JsonLines::write_stall(const clearway_report &report) {
  JsonText json;
  begin_record(json, "stall");
  auto flag = [&](unsigned bit) { return (report.flags & bit) != 0; };
  json.key("id").number(report.id).key("state").string(flag(CLEARWAY_REPORT_ONGOING) ? "ongoing" : "ended");
  json.key("loop").string(report.loop).key("loop_id").number(report.loop_id);
  json.key("thread_id").signed_number(report.thread_id).key("operation").string_or_null(report.operation);
  json.key("poll").number(report.poll).key("begin_ns").number(report.begin_ns);
  json.key("begin_unix_ns").number(report.begin_unix_ns).key("duration_ns").number(report.duration_ns);
  json.key("threshold_ns").number(report.threshold_ns);
  json.key("cause").string(clearway_cause_name(report.cause)).key("detail").string_or_null(report.detail);
  json.key("samples").number(report.samples).key("agreeing").number(report.agreeing);
  json.key("cause_samples");
  write_cause_counts(json, report.cause_samples);
  json.key("watchdog_late").boolean(flag(CLEARWAY_REPORT_WATCHDOG_LATE));
  json.key("estimated").boolean(flag(CLEARWAY_REPORT_ESTIMATED));
  json.key("truncated").boolean(flag(CLEARWAY_REPORT_TRUNCATED));
  json.key("stack_note").string_or_null(report.stack_note).key("stack_samples").number(report.stack_samples);
  json.key("stack_hash").hex(report.stack_hash).key("suppressed").number(report.suppressed);
  json.key("frames").begin_array();
  for (size_t i = 0; i < report.frame_count; ++i) {
    write_frame(json, report.frames[i]);
  }
  json.end_array();
  write(json);
}

void JsonLines::write_span(const SpanRecord &record) {
  JsonText json;
  begin_record(json, "span");
  json.key("operation").string(record.operation).key("broken_limit").string(record.limit);
  json.key("begin_ns").number(record.begin_ns).key("duration_ns").number(record.duration_ns);
  json.key("first_item_ns");
  record.items == 0 ? json.raw("null") : json.number(record.first_item_ns);
  json.key("longest_gap_ns").number(record.longest_gap_ns).key("items").number(record.items);
  write(json);
}

static void write_quantiles(JsonText &json, const clearway_quantiles &values) {
  json.begin_object().key("count").number(values.count).key("sum_ns").number(values.sum_ns);
  json.key("p50_ns").number(values.p50_ns).key("p90_ns").number(values.p90_ns);
  json.key("p99_ns").number(values.p99_ns).key("p999_ns").number(values.p999_ns);
  json.key("p9999_ns").number(values.p9999_ns).key("max_ns").number(values.max_ns).end_object();
}

static void write_buckets(JsonText &json, const Histogram &histogram) {
  json.begin_array();
  for (size_t bucket = 0; bucket < histogram.counts.size(); ++bucket) {
    if (histogram.counts[bucket] != 0) {
      json.begin_array().number(clearway_histogram_upper_ns(bucket)).number(histogram.counts[bucket]).end_array();
    }
  }
  json.end_array();
}

void JsonLines::write_loop(const clearway_loop &loop, bool final) {
  clearway_snapshot now = snapshot_of(loop);
  JsonText json;
  begin_record(json, "loop");
  json.key("loop").string(loop.name).key("loop_id").number(loop.id).key("final").boolean(final);
  json.key("time_ns").number(monotonic_ns()).key("polls").number(now.polls);
  json.key("heartbeats").number(now.heartbeats).key("stalls").number(now.stalls);
  json.key("stall_ns").number(now.stall_ns).key("reports").number(now.reports);
  json.key("suppressed").number(now.suppressed).key("stacks").number(now.stacks);
  json.key("misuse").begin_object().key("thread").number(now.misuse_thread);
  json.key("nested").number(now.misuse_nested).key("end").number(now.misuse_end).end_object();
  json.key("causes").begin_object();
  for (int cause = 0; cause < CLEARWAY_CAUSE_COUNT; ++cause) {
    json.key(clearway_cause_name(clearway_cause(cause))).number(now.causes[cause]);
  }
  json.end_object().key("expected_interval_ns").number(loop.expected_interval_ns).key("raw");
  write_quantiles(json, now.raw);
  json.key("corrected");
  write_quantiles(json, now.corrected);
  json.key("buckets");
  write_buckets(json, loop.raw_histogram());
  write(json);
}

} // namespace clearway::probe
