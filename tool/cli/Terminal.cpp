#include "cli/Terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

namespace clearway::cli {

bool wantsColor(When when, int descriptor) {
  if (when != When::Auto)
    return when == When::Always;
  const char *noColor = std::getenv("NO_COLOR"), *terminal = std::getenv("TERM");
  if ((noColor && *noColor) || (terminal && std::string_view(terminal) == "dumb"))
    return false;
  return isatty(descriptor) != 0;
}

void printError(const std::string &message) {
  std::cerr << "clearway: error: " << message << "\n";
}

namespace {

/// A few say as much as hundreds do, and of what is only to be known fewer still; errors are all different.
size_t mostOfAKind(facts::DiagnosticLevel level) {
  switch (level) {
  case facts::DiagnosticLevel::Error:
    return std::numeric_limits<size_t>::max();
  case facts::DiagnosticLevel::Warning:
    return 10;
  case facts::DiagnosticLevel::Note:
    return 3;
  }
  return 0;
}

} // namespace

void printNotifications(const std::vector<source::Notification> &notifications, bool quiet) {
  std::map<std::pair<std::string, facts::DiagnosticLevel>, size_t> seen;
  std::map<std::string, size_t> left;
  for (const source::Notification &notification : notifications) {
    const bool isError = notification.level == facts::DiagnosticLevel::Error;
    if (quiet && !isError)
      continue;
    if (++seen[{notification.id, notification.level}] > mostOfAKind(notification.level)) {
      ++left[notification.id];
      continue;
    }
    std::string place = notification.file;
    if (notification.range.valid())
      place += ":" + std::to_string(notification.range.beginLine) + ":" +
               std::to_string(notification.range.beginColumn);
    std::cerr << "clearway: " << report::toString(notification.level) << ": " << place
              << (place.empty() ? "" : ": ") << notification.message << " [" << notification.id << "]\n";
  }
  for (const auto &[id, count] : left)
    std::cerr << "clearway: " << count << " more of [" << id << "]; --format json or sarif has them all\n";
}

ProgressLine::ProgressLine(bool enabled) : enabled_(enabled && isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::show(const char *what, size_t done, size_t total) {
  if (!enabled_)
    return;
  std::lock_guard lock(mutex_);
  auto now = std::chrono::steady_clock::now();
  if (total != 0 && now < next_ && done != total)
    return;
  next_ = now + std::chrono::milliseconds(50);
  shown_ = true;
  std::cerr << "\r\033[K" << what;
  if (total != 0)
    std::cerr << " " << done << "/" << total;
  std::cerr << std::flush;
}

void ProgressLine::clear() {
  std::lock_guard lock(mutex_);
  if (shown_)
    std::cerr << "\r\033[K" << std::flush;
  shown_ = false;
}

namespace {

std::string counted(size_t count, const char *word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

size_t countOf(const report::Report &report, report::Level level) {
  return static_cast<size_t>(
      std::count_if(report.findings.begin(), report.findings.end(),
                    [&](const auto &finding) { return !finding.suppressed && finding.level == level; }));
}

std::string joined(const std::vector<std::string> &parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

} // namespace

std::string summaryOf(const report::Report &report) {
  std::vector<std::string> parts;
  for (auto [level, word] : {std::pair{report::Level::Error, "error"},
                             {report::Level::Warning, "warning"},
                             {report::Level::Note, "note"}})
    if (size_t count = countOf(report, level); count != 0)
      parts.push_back(counted(count, word));
  std::string text = parts.empty() ? "nothing to report" : joined(parts);
  text += " in " + counted(report.filesAnalysed, "file");
  auto suppressed =
      std::count_if(report.findings.begin(), report.findings.end(), [](auto &f) { return f.suppressed; });
  if (suppressed != 0)
    text += "; " + std::to_string(suppressed) + " suppressed";
  if (report.baselined != 0)
    text += "; " + std::to_string(report.baselined) + " known to the baseline";
  return text;
}

} // namespace clearway::cli
