// What is printed beside the report: messages, progress, the summary.
#pragma once

#include "cli/Arguments.h"
#include "report/Report.h"

#include <chrono>
#include <mutex>
#include <string>

namespace clearway::cli {

/// Whether output on this file descriptor is to be coloured.
bool wantsColor(When when, int descriptor);

/// "clearway: error: …" on standard error.
void printError(const std::string &message);

/// One line per notification on standard error; errors only when `quiet`.
void printNotifications(const std::vector<source::Notification> &notifications, bool quiet);

/// A line on the terminal that says how far a run is; nothing where standard error is no terminal.
/// Thread-safe.
class ProgressLine {
public:
  explicit ProgressLine(bool enabled);
  ~ProgressLine();
  ProgressLine(const ProgressLine &) = delete;
  ProgressLine &operator=(const ProgressLine &) = delete;

  void show(const char *what, size_t done, size_t total);
  void clear();

private:
  bool enabled_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_{};
  std::mutex mutex_;
};

/// "2 errors and 1 warning in 30 files".
std::string summaryOf(const report::Report &report);

} // namespace clearway::cli
