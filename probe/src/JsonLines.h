// Records, one JSON object per line. The schema is in docs/probe.md; its version is in every record.
#pragma once

#include "Histogram.h"
#include "OutputFile.h"
#include "SpanRecord.h"

#include <clearway/probe.h>

#include <string>

struct clearway_loop;

namespace clearway::probe {

class JsonText;

inline constexpr unsigned json_schema_version = 1;

class JsonLines {
public:
  std::string open(const std::string &path) { return file_.open(path, false); }
  void close() { file_.close(); }
  bool is_open() const { return file_.is_open(); }

  void write_start(uint64_t threshold_ns, uint64_t tick_ns);
  void write_stall(const clearway_report &report);
  void write_span(const SpanRecord &record);
  void write_loop(const clearway_loop &loop, bool final);
  void write_stop();

private:
  void write(JsonText &record);

  OutputFile file_;
};

} // namespace clearway::probe
