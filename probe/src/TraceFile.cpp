#include "TraceFile.h"

#include "JsonText.h"

#include <unistd.h>

namespace clearway::probe {

std::string TraceFile::open(const std::string &path) {
  first_ = true;
  named_threads_.clear();
  std::string problem = file_.open(path, true);
  file_.write("[");
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

static std::string thread_name(const clearway_report &report) {
  JsonText json;
  json.begin_object().key("ph").string("M").key("name").string("thread_name");
  json.key("pid").signed_number(getpid()).key("tid").signed_number(report.thread_id);
  json.key("args").begin_object().key("name").string(std::string("loop ") + report.loop).end_object();
  return json.end_object().text();
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
    write(thread_name(report));
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

void TraceFile::write_span(const SpanRecord &record) {
  JsonText json;
  json.begin_object().key("ph").string("X").key("cat").string("span").key("name").string(record.operation);
  json.key("pid").signed_number(getpid()).key("tid").string("spans that broke a limit");
  json.key("ts").raw(microseconds(record.begin_ns)).key("dur").raw(microseconds(record.duration_ns));
  json.key("args").begin_object().key("broken_limit").string(record.limit);
  json.key("items").number(record.items).key("longest_gap_ns").number(record.longest_gap_ns);
  write(json.end_object().end_object().text());
}

} // namespace clearway::probe
