// A Chrome / Perfetto trace: one track per loop's thread, one slice per stall, and the spans that broke a limit.
#pragma once

#include "OutputFile.h"
#include "SpanRecord.h"

#include <clearway/probe.h>

#include <set>
#include <string>

namespace clearway::probe {

// The JSON array form of the trace event format, which viewers accept without its end: a crash loses
// nothing.
class TraceFile {
public:
  std::string open(const std::string &path);
  void close(); // completes the array
  void abandon() { file_.close(); }
  bool is_open() const { return file_.is_open(); }

  void write_stall(const clearway_report &report);
  void write_span(const SpanRecord &record);

private:
  void write(const std::string &event);

  OutputFile file_;
  std::set<int32_t> named_threads_;
  uint64_t last_span_ = 0;
  bool first_ = true;
};

} // namespace clearway::probe
