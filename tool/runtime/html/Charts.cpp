#include "runtime/html/Charts.h"

#include "runtime/Culprit.h"
#include "runtime/Format.h"
#include "runtime/PollHistogram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace clearway::runtime::html {

namespace {

constexpr double kWidth = 1000, kLeft = 120, kRight = 10;
constexpr size_t kMostLanes = 24, kMostMarks = 5000; // more would say no more, and take long to draw

constexpr std::array<std::string_view, 8> kCauses{"on-cpu",  "lock",      "syscall",     "page-fault",
                                                  "starved", "throttled", "device-wait", "unknown"};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

void line(Markup &page, double x1, double y1, double x2, double y2) {
  page.empty("line", {{"class", "axis"}, {"x1", number(x1)}, {"y1", number(y1)}, {"x2", number(x2)}, {"y2", number(y2)}});
}

void label(Markup &page, double x, double y, const char *anchor, const std::string &text) {
  page.leaf("text", text, {{"x", number(x)}, {"y", number(y)}, {"text-anchor", anchor}});
}

void mark(Markup &page, const std::string &cause, double x, double y, double width, double height,
          const std::string &tip) {
  page.empty("rect", {{"class", cause},
                      {"x", number(x)},
                      {"y", number(y)},
                      {"width", number(width)},
                      {"height", number(height)},
                      {"data-tip", tip}});
}

void openChart(Markup &page, double height, const std::string &description) {
  page.open("div", {{"class", "wide"}})
      .open("svg", {{"viewBox", "0 0 1000 " + number(height)}, {"role", "img"}, {"aria-label", description}});
}

void closeChart(Markup &page) {
  page.close("svg").close("div");
}

/// A step people count in, that cuts the range into at most eight.
double stepFor(double range) {
  constexpr std::array<double, 15> kSteps{1,   2,   5,    10,   15,   30,    60,    120,
                                          300, 600, 1800, 3600, 7200, 21600, 86400}; // seconds
  for (double step : kSteps)
    if (range > 1e9 && range / (step * 1e9) <= 8)
      return step * 1e9;
  double step = std::pow(10, std::floor(std::log10(std::max(range, 8.0) / 8)));
  for (double factor : {1.0, 2.0, 5.0})
    if (range / (step * factor) <= 8)
      return step * factor;
  return step * 10;
}

std::string shortened(const std::string &name) {
  constexpr size_t kMost = 17;
  std::string text = clean(name);
  if (text.size() <= kMost)
    return text;
  size_t end = kMost - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return text.substr(0, end) + "…";
}

/// One lane per loop, those with the longest stalls first.
class Timeline {
public:
  Timeline(Markup &page, const StallReport &report) : page_(page), report_(report) {
    begin_ = report.beginUnixNs;
    range_ = static_cast<double>(std::max<uint64_t>(report.endUnixNs - report.beginUnixNs, 1));
    for (size_t i = 0; i < std::min(kMostMarks, report.stalls.size()); ++i)
      laneOf(report.stalls[i]);
  }

  void draw() {
    const double height = static_cast<double>(lanes_.size()) * kLane + kFoot;
    openChart(page_, height, "Timeline of " + counted(report_.stalls.size(), "stall") + "; the table below has them all");
    axis(height - kFoot);
    for (const auto &[loop, lane] : lanes_)
      label(page_, kLeft - 8, static_cast<double>(lane) * kLane + kLane * 0.65, "end", shortened(names_[lane]));
    for (size_t i = 0; i < std::min(kMostMarks, report_.stalls.size()); ++i)
      stall(report_.stalls[i]);
    closeChart(page_);
    if (report_.stalls.size() > kMostMarks || left_ > 0)
      page_.leaf("p",
                 "Drawn are the longest " + countText(std::min(kMostMarks, report_.stalls.size()) - left_) + " of " +
                     counted(report_.stalls.size(), "stall") + ", of at most " + std::to_string(kMostLanes) + " loops.",
                 {{"class", "faint"}});
  }

private:
  static constexpr double kLane = 34, kFoot = 22;

  void laneOf(const Stall &stall) {
    auto [place, isNew] = lanes_.try_emplace({stall.pid, stall.loopId}, lanes_.size());
    if (isNew && place->second >= kMostLanes)
      lanes_.erase(place);
    else if (isNew)
      names_.push_back(stall.loop);
  }

  void axis(double bottom) {
    line(page_, kLeft, bottom, kWidth - kRight, bottom);
    const double step = stepFor(range_);
    for (double at = 0; at <= range_; at += step) {
      const double x = position(at);
      line(page_, x, 0, x, bottom + 4);
      const char *anchor = x > kWidth - 60 ? "end" : "middle";
      label(page_, x, bottom + 16, anchor, at == 0 ? "0" : "+" + durationText(static_cast<uint64_t>(at)));
    }
  }

  double position(double sinceBegin) const { return kLeft + (kWidth - kLeft - kRight) * sinceBegin / range_; }

  /// The height grows with the logarithm of the duration: twice the threshold is small, a second is the whole lane.
  void stall(const Stall &stall) {
    auto lane = lanes_.find({stall.pid, stall.loopId});
    if (lane == lanes_.end() || stall.beginUnixNs < begin_) {
      ++left_;
      return;
    }
    const double x = position(static_cast<double>(stall.beginUnixNs - begin_));
    const double width = std::max(2.0, position(static_cast<double>(stall.durationNs)) - kLeft);
    const double milliseconds = static_cast<double>(stall.durationNs) / 1e6;
    const double height = std::clamp(std::log10(milliseconds + 1) / 3, 0.2, 1.0) * (kLane - 8);
    mark(page_, markClass(stall.cause), std::min(x, kWidth - kRight - width),
         static_cast<double>(lane->second + 1) * kLane - height - 2, width, height,
         durationText(stall.durationNs) + "  " + stall.cause + (stall.detail.empty() ? "" : " (" + stall.detail + ")") +
             "  " + culpritOf(stall) + "  " + timeText(stall.beginUnixNs));
  }

  Markup &page_;
  const StallReport &report_;
  uint64_t begin_;
  double range_;
  size_t left_ = 0;
  std::map<std::pair<int64_t, uint64_t>, size_t> lanes_;
  std::vector<std::string> names_;
};

/// Logarithmic: the one long poll in a million is what the chart is for.
double heightOf(uint64_t count, uint64_t most, double whole) {
  return count == 0 ? 0
                    : whole * (std::log10(static_cast<double>(count)) + 0.3) / (std::log10(static_cast<double>(most)) + 0.3);
}

} // namespace

std::string markClass(const std::string &cause) {
  bool known = std::find(kCauses.begin(), kCauses.end(), cause) != kCauses.end();
  return "mark " + (known ? cause : std::string("unknown"));
}

void timeline(Markup &page, const StallReport &report) {
  if (!report.stalls.empty() && report.beginUnixNs != 0)
    Timeline(page, report).draw();
}

void histogram(Markup &page, const LoopTotals &loop) {
  const std::vector<HistogramBar> bars = histogramOf(loop);
  if (bars.empty())
    return;
  constexpr double kHeight = 150, kTop = 16, kFoot = 22;
  uint64_t most = 1;
  for (const HistogramBar &bar : bars)
    most = std::max({most, bar.raw, bar.corrected});
  openChart(page, kTop + kHeight + kFoot, "Histogram of poll durations; counts are on a logarithmic scale");
  line(page, 0, kTop + kHeight, kWidth, kTop + kHeight);
  const double slot = kWidth / static_cast<double>(bars.size());
  for (size_t i = 0; i < bars.size(); ++i) {
    const HistogramBar &bar = bars[i];
    const double x = slot * static_cast<double>(i);
    const std::string tip = durationText(bar.lowNs) + " to " + durationText(bar.highNs) + ": " + counted(bar.raw, "poll") +
                            ", corrected " + countText(bar.corrected);
    const double raw = heightOf(bar.raw, most, kHeight), corrected = heightOf(bar.corrected, most, kHeight);
    mark(page, "mark raw", x + slot * 0.1, kTop + kHeight - raw, slot * 0.38, raw, tip);
    mark(page, "mark corrected", x + slot * 0.52, kTop + kHeight - corrected, slot * 0.38, corrected, tip);
    if (bars.size() <= 16 || i % 2 == 1)
      label(page, x + slot / 2, kTop + kHeight + 16, "middle", "≤ " + durationText(bar.highNs));
  }
  closeChart(page);
}

void shareBar(Markup &page, const std::string &cause, uint64_t part, uint64_t whole) {
  const double share = whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  page.open("svg", {{"viewBox", "0 0 100 4"}, {"preserveAspectRatio", "none"}, {"aria-hidden", "true"}})
      .empty("rect", {{"class", markClass(cause)}, {"width", number(std::max(share * 100, 0.5))}, {"height", "4"}})
      .close("svg");
}

void legend(Markup &page, const StallReport &report) {
  page.open("p");
  for (const auto &[cause, share] : byTime(report.causes)) {
    page.open("span", {{"class", "key"}}).open("svg", {{"viewBox", "0 0 10 10"}, {"aria-hidden", "true"}});
    page.empty("rect", {{"class", markClass(cause)}, {"width", "10"}, {"height", "10"}}).close("svg");
    page.text(cause).close("span");
  }
  page.close("p");
}

} // namespace clearway::runtime::html
