#include "runtime/Culprit.h"
#include "runtime/Format.h"
#include "runtime/PollHistogram.h"
#include "runtime/StallWriters.h"

#include <algorithm>
#include <set>

namespace clearway::runtime {

namespace {

/// In columns, not bytes: names and units may have other letters.
size_t widthOf(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string left(const std::string &text, size_t width) {
  return text + std::string(width > widthOf(text) ? width - widthOf(text) : 0, ' ');
}

std::string right(const std::string &text, size_t width) {
  return std::string(width > widthOf(text) ? width - widthOf(text) : 0, ' ') + text;
}

std::string bar(uint64_t part, uint64_t whole, size_t width) {
  const double share = whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  std::string text;
  for (size_t i = 0, length = static_cast<size_t>(share * static_cast<double>(width) + 0.5); i < length; ++i)
    text += "█";
  return text.empty() && part != 0 ? "▏" : text;
}

std::string causeOf(const Stall &stall) {
  return clean(stall.cause + (stall.detail.empty() ? "" : " (" + stall.detail + ")"));
}

std::string flagsOf(const Stall &stall) {
  return std::string(stall.ongoing ? ", not over when the records end" : "") +
         (stall.watchdogLate ? ", the watchdog was late: mistrust the cause" : "") +
         (stall.estimated ? ", duration estimated" : "");
}

class Writer {
public:
  Writer(const StallReport &report, const StallWriteOptions &options) : report_(report), options_(options) {}

  std::string write() {
    header();
    totals();
    causes();
    culprits();
    worst();
    loops();
    spans();
    return std::move(text_);
  }

private:
  void line(const std::string &text) { text_ += text + "\n"; }

  void heading(const std::string &text) {
    text_ += "\n";
    line(options_.color ? "\033[1m" + text + "\033[0m" : text);
  }

  std::string strong(const std::string &text) const {
    return options_.color ? "\033[0;1;31m" + text + "\033[0m" : text;
  }

  void header() {
    std::string text = counted(report_.stalls.size(), "stall") + " of " + counted(loopCount(), "loop");
    if (report_.beginUnixNs != 0)
      text += ", " + timeText(report_.beginUnixNs) + " to " + timeText(report_.endUnixNs).substr(11) + " UTC (" +
              durationText(report_.endUnixNs - report_.beginUnixNs) + ")";
    line(options_.color ? "\033[1m" + text + "\033[0m" : text);
    size_t shown = 0;
    for (const Process &process : report_.processes)
      if (++shown <= options_.top)
        line("  " + describe(process));
    more(report_.processes.size(), "process");
    if (report_.filtered)
      line("  " + counted(report_.filteredOut, "stall") +
           " left out by the filter; polls, counts and histograms are those of whole runs");
  }

  size_t loopCount() const {
    std::set<std::pair<int64_t, uint64_t>> loops;
    for (const LoopTotals &loop : report_.loops)
      loops.insert({loop.pid, loop.loopId});
    for (const Stall &stall : report_.stalls)
      loops.insert({stall.pid, stall.loopId});
    return loops.size();
  }

  static std::string describe(const Process &process) {
    std::string text = process.executable.empty() ? "process" : clean(process.executable);
    text += " (pid " + std::to_string(process.pid) + ")";
    if (process.thresholdNs != 0)
      text += ", threshold " + durationText(process.thresholdNs);
    return text + (process.stopNs ? "" : "; still running, or it ended without clearway_probe_stop");
  }

  void more(size_t all, const char *what) {
    if (all > options_.top)
      line("  and " + counted(all - options_.top, (std::string("more ") + what).c_str()) + " (--top)");
  }

  void totals() {
    const StallTotals &totals = report_.totals;
    heading("Totals");
    if (!report_.loops.empty()) {
      row("polls", totals.polls, totals.heartbeats == 0 ? "" : countText(totals.heartbeats) + " heartbeats");
      row("stalls counted", totals.counted, durationText(totals.countedNs) + " in all");
    }
    row("stalls recorded", totals.recorded,
        totals.recorded == 0 ? ""
                             : counted(totals.withStack, "stack") + ", " +
                                   shareText(totals.withStack, totals.recorded) + " of them");
    optional("withheld", totals.suppressed, "by the probe's rate limit: counted, without record");
    optional("watchdog late", totals.watchdogLate, "the machine may have been slow: mistrust their causes");
    optional("estimated", totals.estimated, "from heartbeats: durations are known to one tick");
    optional("not over", totals.ongoing, "when the records end");
    optional("misuse", totals.misuse, "calls of the probe from a wrong thread, nested or without begin");
    optional("records lost", totals.recordsLost, "could not be written");
    optional("loops without totals", totals.loopsWithoutTotals,
             "their process ended before it wrote them: no polls, histogram or uncounted stalls of theirs here");
    optional("totals not final", totals.loopsWithoutFinal,
             "of loops whose process was not stopped: those it wrote last, what came after is missing");
  }

  void row(const char *what, uint64_t count, const std::string &note) {
    line("  " + left(what, 20) + right(countText(count), 14) + (note.empty() ? "" : "   " + note));
  }

  void optional(const char *what, uint64_t count, const char *note) {
    if (count != 0)
      row(what, count, note);
  }

  void causes() {
    if (report_.causes.empty())
      return;
    heading("Causes" + std::string(24, ' ') + "stalls         time   share");
    uint64_t all = 0;
    for (const auto &[cause, share] : report_.causes)
      all += share.totalNs;
    for (const auto &[cause, share] : byTime(report_.causes))
      line("  " + left(clean(cause), 18) + right(countText(share.count), 16) + right(durationText(share.totalNs), 13) +
           right(shareText(share.totalNs, all), 8) + "  " + bar(share.totalNs, all, 20));
  }

  void culprits() {
    if (report_.culprits.empty())
      return;
    heading("Culprits, by the time they took");
    for (size_t i = 0; i < std::min(options_.top, report_.culprits.size()); ++i)
      culprit(report_.culprits[i], i + 1);
    more(report_.culprits.size(), "culprit");
  }

  void culprit(const Culprit &culprit, size_t number) {
    line(right(std::to_string(number), 3) + ". " + strong(clean(culprit.function)) +
         (culprit.place.empty() ? "" : "  " + clean(culprit.place)));
    std::string causes;
    for (const auto &[cause, share] : culprit.causes)
      causes += (causes.empty() ? "" : ", ") + clean(cause) + " " + shareText(share.totalNs, culprit.totalNs);
    line("     " + counted(culprit.count, "stall") + ", " + durationText(culprit.totalNs) + " in all, worst " +
         durationText(culprit.maxNs) + "; " + causes +
         (culprit.stacks.size() > 1 ? "; " + std::to_string(culprit.stacks.size()) + " different stacks, the worst:" : ""));
    stack(report_.stalls[culprit.stacks.front().stalls.front()]);
  }

  void stack(const Stall &stall) {
    constexpr size_t kMostFrames = 16;
    const Frame *culprit = culpritFrame(stall);
    const size_t most = std::max(kMostFrames, culprit ? static_cast<size_t>(culprit - stall.frames.data()) + 3 : 0);
    for (size_t i = 0; i < std::min(most, stall.frames.size()); ++i) {
      const Frame &frame = stall.frames[i];
      line((&frame == culprit ? "     > " : "       ") + left(clean(functionOf(frame)), 48) + "  " +
           clean(placeOf(frame)) + (frame.inlined ? " (inlined)" : ""));
    }
    if (stall.frames.size() > most)
      line("       … " + counted(stall.frames.size() - most, "frame") + " more");
    if (!stall.stackNote.empty())
      line("       note: " + clean(stall.stackNote));
  }

  void worst() {
    if (report_.stalls.empty())
      return;
    heading("Worst stalls");
    for (size_t i = 0; i < std::min(options_.top, report_.stalls.size()); ++i) {
      const Stall &stall = report_.stalls[i];
      line("  " + right(durationText(stall.durationNs), 9) + "  " + left(causeOf(stall), 28) + "  " +
           clean(culpritOf(stall)));
      line(std::string(13, ' ') + (stall.beginUnixNs == 0 ? "" : timeText(stall.beginUnixNs) + ", ") + "loop " +
           clean(stall.loop) + ", thread " + std::to_string(stall.threadId) +
           (stall.operation.empty() ? "" : ", in " + clean(stall.operation)) + flagsOf(stall));
    }
    more(report_.stalls.size(), "stall");
  }

  void loops() {
    if (report_.loops.empty())
      return;
    heading("How long polls took");
    for (size_t i = 0; i < std::min(options_.top, report_.loops.size()); ++i)
      loop(report_.loops[i]);
    more(report_.loops.size(), "loop");
  }

  void loop(const LoopTotals &loop) {
    line("  loop " + clean(loop.loop) + " (pid " + std::to_string(loop.pid) + "): " + counted(loop.polls, "poll") + ", " +
         counted(loop.stalls, "stall") + ", " + durationText(loop.stallNs) + " stalled");
    if (loop.raw.count == 0)
      return;
    line(std::string(15, ' ') + "      p50       p90       p99     p99.9    p99.99       max");
    quantiles("raw", loop.raw);
    quantiles("corrected", loop.corrected);
    histogram(loop);
  }

  void quantiles(const char *name, const Quantiles &values) {
    std::string text = "    " + left(name, 11);
    for (uint64_t value : {values.p50, values.p90, values.p99, values.p999, values.p9999, values.max})
      text += right(durationText(value), 9) + " ";
    text.pop_back();
    line(text);
  }

  void histogram(const LoopTotals &loop) {
    std::vector<HistogramBar> bars = histogramOf(loop);
    uint64_t most = 1;
    for (const HistogramBar &one : bars)
      most = std::max(most, one.raw);
    line(std::string(15, ' ') + right("raw", 12) + right("corrected", 12));
    for (const HistogramBar &one : bars)
      line("    ≤" + right(durationText(one.highNs), 8) + "  " + right(countText(one.raw), 12) +
           right(countText(one.corrected), 12) + "  " + bar(one.raw, most, 30));
  }

  void spans() {
    if (report_.spans.empty())
      return;
    heading("Requests that broke a limit");
    for (size_t i = 0; i < std::min(options_.top, report_.spans.size()); ++i) {
      const Span &span = report_.spans[i];
      line("  " + right(durationText(span.durationNs), 9) + "  " + left(clean(span.operation), 28) + "  " +
           clean(span.brokenLimit) + "; " + counted(span.items, "item") +
           (span.firstItemNs ? ", the first after " + durationText(*span.firstItemNs) : "") + ", longest gap " +
           durationText(span.longestGapNs));
    }
    more(report_.spans.size(), "request");
  }

  const StallReport &report_;
  const StallWriteOptions &options_;
  std::string text_;
};

} // namespace

std::string writeStallText(const StallReport &report, const StallWriteOptions &options) {
  return Writer(report, options).write();
}

} // namespace clearway::runtime
