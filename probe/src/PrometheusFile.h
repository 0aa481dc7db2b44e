// Prometheus text exposition, on demand and as a file for the node exporter's text collector.
#pragma once

#include <cstdint>
#include <string>

namespace clearway::probe {

// All loops and all operations that had spans.
std::string prometheus_text();

class PrometheusFile {
public:
  // Empty on success, else what is wrong.
  std::string open(const std::string &path);
  void close() { path_.clear(); }
  bool is_open() const { return !path_.empty(); }

  // Replaces the file in one step: readers never see half of it.
  std::string write() const;

private:
  std::string path_;
};

} // namespace clearway::probe
