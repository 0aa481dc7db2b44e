#include "runtime/Culprit.h"
#include "runtime/Format.h"
#include "runtime/StallWriters.h"
#include "runtime/html/Assets.h"
#include "runtime/html/Charts.h"
#include "runtime/html/Markup.h"

#include <algorithm>

namespace clearway::runtime {

namespace {

class Page {
public:
  Page(const StallReport &report, const StallWriteOptions &options) : report_(report), options_(options) {}

  std::string write() {
    head();
    page_.open("body").open("main");
    header();
    tiles();
    notes();
    when();
    causes();
    culprits();
    loops();
    stalls();
    spans();
    page_.close("main").open("div", {{"id", "tip"}, {"role", "tooltip"}, {"hidden", "hidden"}}).close("div");
    page_.open("script").trusted(html::kScript).close("script");
    page_.close("body").close("html");
    return page_.take();
  }

private:
  /// Nothing but the page's own style and script may run, and nothing may be fetched, whatever the records hold.
  void head() {
    page_.trusted("<!DOCTYPE html>\n").open("html", {{"lang", "en"}}).open("head");
    page_.empty("meta", {{"charset", "utf-8"}});
    page_.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    page_.empty("meta", {{"http-equiv", "Content-Security-Policy"},
                         {"content", "default-src 'none'; style-src '" + html::policyHash(html::kStyle) +
                                         "'; script-src '" + html::policyHash(html::kScript) + "'"}});
    page_.leaf("title", "Stalls").open("style").trusted(html::kStyle).close("style").close("head");
  }

  void header() {
    page_.leaf("h1", counted(report_.stalls.size(), "stall"));
    if (report_.beginUnixNs != 0)
      page_.leaf("p", timeText(report_.beginUnixNs) + " to " + timeText(report_.endUnixNs) + " UTC, " +
                          durationText(report_.endUnixNs - report_.beginUnixNs));
    for (size_t i = 0; i < std::min(options_.top, report_.processes.size()); ++i) {
      const Process &process = report_.processes[i];
      page_.open("p", {{"class", "faint"}}).leaf("code", process.executable.empty() ? "process" : process.executable);
      page_.text(" (pid " + std::to_string(process.pid) + ")");
      page_.text(process.thresholdNs == 0 ? "" : ", threshold " + durationText(process.thresholdNs));
      page_.text(process.stopNs ? "" : "; still running, or it ended without clearway_probe_stop").close("p");
    }
    more(report_.processes.size(), "process");
  }

  void tile(const char *what, const std::string &value) {
    page_.open("div", {{"class", "tile"}}).leaf("b", value).text(what).close("div");
  }

  void tiles() {
    const StallTotals &totals = report_.totals;
    page_.open("div", {{"class", "tiles"}});
    if (!report_.loops.empty()) {
      tile("polls", countText(totals.polls));
      tile("stalls counted", countText(totals.counted));
      tile("stalled in all", durationText(totals.countedNs));
    }
    tile("stalls recorded", countText(totals.recorded));
    tile("with a stack", shareText(totals.withStack, totals.recorded));
    tile("worst", report_.stalls.empty() ? "-" : durationText(report_.stalls.front().durationNs));
    page_.close("div");
  }

  void note(uint64_t count, const std::string &text) {
    if (count != 0)
      page_.leaf("p", text, {{"class", "note"}});
  }

  void notes() {
    const StallTotals &totals = report_.totals;
    note(report_.filtered, counted(report_.filteredOut, "stall") +
                               " left out by the filter. Polls, counts and histograms are those of whole runs.");
    note(totals.suppressed, counted(totals.suppressed, "stall") + " counted but withheld by the probe's rate limit.");
    note(totals.watchdogLate, counted(totals.watchdogLate, "stall") +
                                  " while the watchdog was late itself: the machine may have been slow, mistrust the cause.");
    note(totals.estimated, counted(totals.estimated, "stall") + " with a duration estimated from heartbeats.");
    note(totals.ongoing, counted(totals.ongoing, "stall") + " not over when the records end.");
    note(totals.misuse, counted(totals.misuse, "call") + " of the probe from a wrong thread, nested or without begin.");
    note(totals.recordsLost, counted(totals.recordsLost, "record") + " could not be written by the probe.");
    note(totals.loopsWithoutTotals,
         counted(totals.loopsWithoutTotals, "loop") + " without totals: the process ended before it wrote them.");
    note(totals.loopsWithoutFinal, counted(totals.loopsWithoutFinal, "loop") +
                                       " with the totals that the process wrote last: it was not stopped, and what came "
                                       "after is missing.");
    note(report_.complaints.size(), counted(report_.complaints.size(), "line") + " or file could not be read.");
  }

  void when() {
    if (report_.stalls.empty())
      return;
    page_.leaf("h2", "When");
    html::legend(page_, report_);
    html::timeline(page_, report_);
  }

  void causes() {
    if (report_.causes.empty())
      return;
    uint64_t all = 0;
    for (const auto &[cause, share] : report_.causes)
      all += share.totalNs;
    page_.leaf("h2", "Causes");
    table({"Cause", "Stalls", "Time", "Share", ""});
    for (const auto &[cause, share] : byTime(report_.causes)) {
      page_.open("tr").leaf("th", cause, {{"scope", "row"}});
      cell(countText(share.count)).cell(durationText(share.totalNs)).cell(shareText(share.totalNs, all));
      page_.open("td", {{"class", "share"}});
      html::shareBar(page_, cause, share.totalNs, all);
      page_.close("td").close("tr");
    }
    endTable();
  }

  void table(std::initializer_list<const char *> headings) {
    page_.open("div", {{"class", "wide"}}).open("table").open("thead").open("tr");
    size_t column = 0;
    for (const char *heading : headings) {
      bool isNumber = column != 0 && *heading != '\0';
      page_.leaf(*heading == '\0' ? "td" : "th", heading, {{"class", isNumber ? "n" : ""}});
      ++column;
    }
    page_.close("tr").close("thead").open("tbody");
  }

  void endTable() { page_.close("tbody").close("table").close("div"); }

  Page &cell(const std::string &number) {
    page_.leaf("td", number, {{"class", "n"}});
    return *this;
  }

  void more(size_t all, const char *what) {
    if (all > options_.top)
      page_.leaf("p", "And " + counted(all - options_.top, (std::string("more ") + what).c_str()) + " (--top).", {{"class", "faint"}});
  }

  void culprits() {
    if (report_.culprits.empty())
      return;
    page_.leaf("h2", "Culprits, by the time they took");
    for (size_t i = 0; i < std::min(options_.top, report_.culprits.size()); ++i)
      culprit(report_.culprits[i], i < 3);
    more(report_.culprits.size(), "culprit");
  }

  void culprit(const Culprit &culprit, bool isOpen) {
    if (isOpen)
      page_.open("details", {{"open", "open"}});
    else
      page_.open("details");
    page_.open("summary").leaf("span", durationText(culprit.totalNs), {{"class", "n"}}).leaf("code", culprit.function);
    if (!culprit.place.empty())
      page_.text(" ").leaf("span", culprit.place, {{"class", "faint code"}});
    page_.close("summary").open("div");
    std::string causes;
    for (const auto &[cause, share] : culprit.causes)
      causes += (causes.empty() ? "" : ", ") + cause + " " + shareText(share.totalNs, culprit.totalNs);
    page_.leaf("p", counted(culprit.count, "stall") + ", worst " + durationText(culprit.maxNs) + "; " + causes);
    constexpr size_t kMostStacks = 5;
    for (size_t i = 0; i < std::min(kMostStacks, culprit.stacks.size()); ++i)
      stack(culprit.stacks[i], culprit.stacks.size() > 1);
    if (culprit.stacks.size() > kMostStacks)
      page_.leaf("p", "And " + counted(culprit.stacks.size() - kMostStacks, "more stack") + ".", {{"class", "faint"}});
    page_.close("div").close("details");
  }

  void stack(const StackGroup &group, bool withTitle) {
    const Stall &stall = report_.stalls[group.stalls.front()];
    if (withTitle)
      page_.leaf("h3", counted(group.stalls.size(), "stall") + ", " + durationText(group.totalNs));
    page_.open("ol", {{"class", "stack code"}});
    for (const Frame &frame : stall.frames) {
      page_.open("li", {{"class", isApplication(frame) ? "own" : "faint"}}).text(functionOf(frame));
      page_.leaf("span", "  " + placeOf(frame) + (frame.inlined ? " (inlined)" : ""), {{"class", "faint"}}).close("li");
    }
    page_.close("ol");
    if (!stall.stackNote.empty())
      page_.leaf("p", stall.stackNote, {{"class", "faint"}});
  }

  void loops() {
    if (report_.loops.empty())
      return;
    page_.leaf("h2", "How long polls took");
    for (size_t i = 0; i < std::min(options_.top, report_.loops.size()); ++i)
      loop(report_.loops[i]);
    more(report_.loops.size(), "loop");
  }

  void loop(const LoopTotals &loop) {
    page_.open("h3").text("Loop ").leaf("code", loop.loop).text(" (pid " + std::to_string(loop.pid) + ")").close("h3");
    page_.leaf("p", counted(loop.polls, "poll") + ", " + counted(loop.stalls, "stall") + ", " +
                        durationText(loop.stallNs) + " stalled");
    if (loop.raw.count == 0)
      return;
    table({"", "Polls", "p50", "p90", "p99", "p99.9", "p99.99", "max"});
    quantiles("raw", loop.raw);
    quantiles("corrected", loop.corrected);
    endTable();
    html::histogram(page_, loop);
  }

  void quantiles(const char *name, const Quantiles &values) {
    page_.open("tr").open("th", {{"scope", "row"}}).open("span", {{"class", "key"}});
    page_.open("svg", {{"viewBox", "0 0 10 10"}, {"aria-hidden", "true"}})
        .empty("rect", {{"class", name}, {"width", "10"}, {"height", "10"}})
        .close("svg");
    page_.text(name).close("span").close("th");
    cell(countText(values.count));
    for (uint64_t value : {values.p50, values.p90, values.p99, values.p999, values.p9999, values.max})
      cell(durationText(value));
    page_.close("tr");
  }

  void stalls() {
    if (report_.stalls.empty())
      return;
    page_.open("section", {{"id", "stalls"}}).leaf("h2", "Worst stalls");
    page_.open("p", {{"id", "filter"}, {"hidden", "hidden"}}).leaf("label", "Rows with ", {{"for", "filter-text"}});
    page_.empty("input", {{"id", "filter-text"}, {"type", "search"}}).close("p");
    table({"Culprit", "Duration", "Cause", "Began, UTC", "Loop", "Thread", "Operation"});
    for (size_t i = 0; i < std::min(options_.top, report_.stalls.size()); ++i)
      stallRow(report_.stalls[i]);
    endTable();
    more(report_.stalls.size(), "stall");
    page_.close("section");
  }

  void stallRow(const Stall &stall) {
    page_.open("tr").leaf("td", culpritOf(stall), {{"class", "code"}});
    cell(durationText(stall.durationNs) + (stall.ongoing ? " …" : ""));
    cell(stall.cause + (stall.detail.empty() ? "" : " (" + stall.detail + ")") + (stall.watchdogLate ? " ?" : ""));
    cell(stall.beginUnixNs == 0 ? "" : timeText(stall.beginUnixNs)).cell(stall.loop);
    cell(std::to_string(stall.threadId)).cell(stall.operation);
    page_.close("tr");
  }

  void spans() {
    if (report_.spans.empty())
      return;
    page_.leaf("h2", "Requests that broke a limit");
    table({"Operation", "Duration", "Limit", "Items", "First item", "Longest gap"});
    for (size_t i = 0; i < std::min(options_.top, report_.spans.size()); ++i) {
      const Span &span = report_.spans[i];
      page_.open("tr").leaf("td", span.operation);
      cell(durationText(span.durationNs)).cell(span.brokenLimit).cell(countText(span.items));
      cell(span.firstItemNs ? durationText(*span.firstItemNs) : "-").cell(durationText(span.longestGapNs));
      page_.close("tr");
    }
    endTable();
    more(report_.spans.size(), "request");
  }

  const StallReport &report_;
  const StallWriteOptions &options_;
  html::Markup page_;
};

} // namespace

std::string writeStallHtml(const StallReport &report, const StallWriteOptions &options) {
  return Page(report, options).write();
}

} // namespace clearway::runtime
