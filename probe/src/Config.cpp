#include "Config.h"

#include "Guard.h"
#include "Message.h"

#include <cerrno>
#include <cstdlib>

namespace clearway::probe {

template <class Value> static void take(Value &to, const Value &from) {
  if (from != Value{}) {
    to = from;
  }
}

static void take_text(std::string &to, const char *from) { to = from != nullptr ? from : ""; }

int check_config(const Config &config) {
  if (config.threshold_ns < 100'000) {
    message(Level::error, "clearway_config.threshold_ns is " + std::to_string(config.threshold_ns) +
                              ", the least is 100,000 (0.1 ms); are these milliseconds?");
    return CLEARWAY_E_INVALID;
  }
  if (config.after_fork != CLEARWAY_AFTER_FORK_STOP && config.after_fork != CLEARWAY_AFTER_FORK_RESTART) {
    message(Level::error, "clearway_config.after_fork is " + std::to_string(config.after_fork) +
                              ", which is no clearway_after_fork");
    return CLEARWAY_E_INVALID;
  }
  return CLEARWAY_OK;
}

static int read_versioned(const clearway_config &given, clearway_config &known) {
  if (!read_struct(&given, known)) {
    message(Level::error, unreadable_struct_text("clearway_config", given.struct_size, sizeof known));
    return CLEARWAY_E_VERSION;
  }
  return CLEARWAY_OK;
}

int read_config(const clearway_config &given, Config &config) {
  clearway_config known{};
  int status = read_versioned(given, known);
  if (status != CLEARWAY_OK) {
    return status;
  }
  config = Config{};
  take(config.threshold_ns, known.threshold_ns);
  take(config.tick_ns, known.tick_ns);
  take(config.totals_interval_ns, known.totals_interval_ns);
  take(config.reports_per_second, known.reports_per_second);
  take(config.reports_burst, known.reports_burst);
  take(config.samples_per_stall, known.samples_per_stall);
  config.stack_bytes = known.stack_bytes;
  config.signal = known.signal;
  config.disable = known.disable;
  config.after_fork = known.after_fork;
  config.on_report = known.on_report;
  config.on_report_user = known.on_report_user;
  config.on_message = known.on_message;
  config.on_message_user = known.on_message_user;
  take_text(config.jsonl_path, known.jsonl_path);
  take_text(config.prometheus_path, known.prometheus_path);
  take_text(config.trace_path, known.trace_path);
  take_text(config.cgroup_path, known.cgroup_path);
  return CLEARWAY_OK;
}

// A variable that is set, and whose field the caller's structure has; otherwise NULL. An older structure is shorter.
template <class Field>
static const char *variable(const char *name, const clearway_config &config, Field clearway_config::*field) {
  const char *value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    return nullptr;
  }
  size_t end = size_t(reinterpret_cast<const char *>(&(config.*field) + 1) - reinterpret_cast<const char *>(&config));
  if (end <= config.struct_size) {
    return value;
  }
  message(Level::warning, std::string(name) + " is ignored: the program was built with a header whose clearway_config has no such "
                                              "field; build it with that of version " CLEARWAY_PROBE_VERSION);
  return nullptr;
}

static int threshold_from_env(clearway_config &config) {
  const char *text = variable("CLEARWAY_PROBE_THRESHOLD_MS", config, &clearway_config::threshold_ns);
  if (text == nullptr) {
    return CLEARWAY_OK;
  }
  char *end = nullptr;
  double milliseconds = std::strtod(text, &end);
  if (end == text || *end != '\0' || !(milliseconds >= 0.1) || milliseconds > 1e9) {
    message(Level::error, std::string("CLEARWAY_PROBE_THRESHOLD_MS is '") + text +
                              "'; a number of milliseconds of at least 0.1 is expected");
    return CLEARWAY_E_INVALID;
  }
  config.threshold_ns = uint64_t(milliseconds * 1e6);
  return CLEARWAY_OK;
}

static void path_from_env(clearway_config &config, const char *clearway_config::*path, const char *name) {
  const char *value = variable(name, config, path);
  if (value != nullptr) {
    config.*path = value;
  }
}

static int take_environment(clearway_config &config) {
  clearway_config known{};
  int status = read_versioned(config, known);
  if (status != CLEARWAY_OK) {
    return status;
  }
  path_from_env(config, &clearway_config::jsonl_path, "CLEARWAY_PROBE_JSONL");
  path_from_env(config, &clearway_config::prometheus_path, "CLEARWAY_PROBE_PROMETHEUS");
  path_from_env(config, &clearway_config::trace_path, "CLEARWAY_PROBE_TRACE");
  return threshold_from_env(config);
}

} // namespace clearway::probe

using namespace clearway::probe;

extern "C" int clearway_config_from_env(clearway_config *config) {
  return config == nullptr ? int(CLEARWAY_E_INVALID) : guarded([&] { return take_environment(*config); });
}
