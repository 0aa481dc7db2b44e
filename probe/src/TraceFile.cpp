#include "TraceFile.h"

#include "JsonText.h"

#include <cerrno>
#include <unistd.h>

namespace clearway::probe {

// Of the process or of a thread.
static std::string name_of(const char *what, int64_t thread_id, const std::string &name) {
  JsonText json;
  json.begin_object().key("ph").string("M").key("name").string(what);
  json.key("pid").signed_number(getpid()).key("tid").signed_number(thread_id);
  json.key("args").begin_object().key("name").string(name).end_object();
  return json.end_object().text();
}

std::string TraceFile::open(const std::string &path) {
  first_ = true;
  named_threads_.clear();
  last_span_ = 0;
  std::string problem = file_.open(path, true);
  file_.write("[");
  write(name_of("process_name", getpid(), program_invocation_short_name));
  return problem;
}

void TraceFile::close() {
  file_.write("\n]\n");
  file_.close();
}

void TraceFile::write(const std::string &event) {
  file_.write((first_ ? "\n" : ",\n") + event);
  first_ = false;
}

static std::string microseconds(uint64_t ns) {
  std::string digits = std::to_string(ns % 1000);
  return std::to_string(ns / 1000) + "." + std::string(3 - digits.size(), '0') + digits;
}

static std::string frame_text(const clearway_frame &frame) {
  std::string text = frame.symbol != nullptr ? frame.symbol : "?";
  if (frame.file != nullptr) {
    return text + " (" + frame.file + ":" + std::to_string(frame.line) + ")";
  }
  return frame.module != nullptr ? text + " in " + frame.module : text;
}

void TraceFile::write_stall(const clearway_report &report) {
  if ((report.flags & CLEARWAY_REPORT_ONGOING) != 0) {
    return; // the complete slice follows
  }
  if (named_threads_.insert(report.thread_id).second) {
    write(name_of("thread_name", report.thread_id, std::string("loop ") + report.loop));
  }
  std::string name = clearway_cause_name(report.cause);
  name += report.detail != nullptr ? std::string(": ") + report.detail : "";
  JsonText json;
  json.begin_object().key("ph").string("X").key("cat").string("stall").key("name").string(name);
  json.key("pid").signed_number(getpid()).key("tid").signed_number(report.thread_id);
  json.key("ts").raw(microseconds(report.begin_ns)).key("dur").raw(microseconds(report.duration_ns));
  json.key("args").begin_object().key("operation").string_or_null(report.operation);
  json.key("poll").number(report.poll).key("stack").begin_array();
  for (size_t i = 0; i < report.frame_count; ++i) {
    json.string(frame_text(report.frames[i]));
  }
  write(json.end_array().end_object().end_object().text());
}

// Requests overlap and belong to no thread: each is a pair of asynchronous events with an id of its own.
static JsonText span_event(const char *phase, const SpanRecord &record, uint64_t id, uint64_t at_ns) {
  JsonText json;
  json.begin_object().key("ph").string(phase).key("cat").string("span").key("id").number(id);
  json.key("name").string(record.operation).key("pid").signed_number(getpid()).key("tid").signed_number(getpid());
  json.key("ts").raw(microseconds(at_ns));
  return json;
}

void TraceFile::write_span(const SpanRecord &record) {
  uint64_t id = ++last_span_;
  JsonText begin = span_event("b", record, id, record.begin_ns);
  begin.key("args").begin_object().key("broken_limit").string(record.limit);
  begin.key("items").number(record.items).key("longest_gap_ns").number(record.longest_gap_ns).end_object();
  write(begin.end_object().text());
  write(span_event("e", record, id, record.begin_ns + record.duration_ns).end_object().text());
}

} // namespace clearway::probe
