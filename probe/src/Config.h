// The configuration of a running probe: clearway_config with its strings copied and defaults filled in.
#pragma once

#include <clearway/probe.h>

#include <string>

namespace clearway::probe {

struct Config {
  uint64_t threshold_ns = 50'000'000;
  uint64_t tick_ns = 0; // 0: a quarter of the smallest threshold
  uint64_t totals_interval_ns = 0; // 0: it grows with the time since the start
  uint32_t reports_per_second = 10;
  uint32_t reports_burst = 20;
  uint32_t samples_per_stall = 5;
  uint32_t stack_bytes = 0;
  int32_t signal = 0;
  uint32_t disable = 0;
  clearway_after_fork after_fork = CLEARWAY_AFTER_FORK_STOP;
  clearway_report_fn on_report = nullptr;
  void *on_report_user = nullptr;
  clearway_message_fn on_message = nullptr;
  void *on_message_user = nullptr;
  std::string jsonl_path, prometheus_path, trace_path, cgroup_path;
};

// A status; a message says what is wrong. The first cannot read the structure, the second does not like what it says.
int read_config(const clearway_config &given, Config &config);
int check_config(const Config &config);

} // namespace clearway::probe
