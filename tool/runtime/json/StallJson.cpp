#include "runtime/Culprit.h"
#include "runtime/PollHistogram.h"
#include "runtime/StallWriters.h"

#include <nlohmann/json.hpp>

namespace clearway::runtime {

namespace {

using Json = nlohmann::ordered_json;

Json textOrNull(const std::string &text) {
  return text.empty() ? Json() : Json(text);
}

std::string hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

Json frameOf(const Frame &frame) {
  Json json{{"function", functionOf(frame)}, {"symbol", textOrNull(frame.symbol)}, {"file", textOrNull(frame.file)}};
  json["line"] = frame.line != 0 ? Json(frame.line) : Json();
  json["application"] = isApplication(frame);
  json["inlined"] = frame.inlined;
  if (frame.native)
    json.update({{"module", textOrNull(frame.module)},
                 {"buildId", textOrNull(frame.buildId)},
                 {"offset", hex(frame.offset)}});
  else
    json["language"] = textOrNull(frame.language);
  return json;
}

Json stallOf(const Stall &stall) {
  Json frames = Json::array();
  for (const Frame &frame : stall.frames)
    frames.push_back(frameOf(frame));
  return {{"pid", stall.pid},
          {"id", stall.id},
          {"loop", stall.loop},
          {"loopId", stall.loopId},
          {"thread", stall.threadId},
          {"operation", textOrNull(stall.operation)},
          {"poll", stall.poll},
          {"beginUnixNs", stall.beginUnixNs},
          {"durationNs", stall.durationNs},
          {"thresholdNs", stall.thresholdNs},
          {"cause", stall.cause},
          {"detail", textOrNull(stall.detail)},
          {"samples", stall.samples},
          {"agreeing", stall.agreeing},
          {"watchdogLate", stall.watchdogLate},
          {"estimated", stall.estimated},
          {"ongoing", stall.ongoing},
          {"culprit", culpritOf(stall)},
          {"stackNote", textOrNull(stall.stackNote)},
          {"frames", frames}};
}

Json causesOf(const std::map<std::string, CauseShare> &causes) {
  Json json = Json::object();
  for (const auto &[cause, share] : causes)
    json[cause] = {{"stalls", share.count}, {"totalNs", share.totalNs}};
  return json;
}

/// Stalls are named by their index in `worst`, which holds only the first ones.
Json culpritJson(const Culprit &culprit, const StallReport &report) {
  Json stacks = Json::array();
  for (const StackGroup &group : culprit.stacks) {
    const Stall &worst = report.stalls[group.stalls.front()];
    Json frames = Json::array();
    for (const Frame &frame : worst.frames)
      frames.push_back(frameOf(frame));
    stacks.push_back({{"stalls", group.stalls.size()},
                      {"totalNs", group.totalNs},
                      {"worst", {{"pid", worst.pid}, {"id", worst.id}, {"durationNs", worst.durationNs}}},
                      {"frames", frames}});
  }
  return {{"function", culprit.function}, {"place", textOrNull(culprit.place)},
          {"stalls", culprit.count},      {"totalNs", culprit.totalNs},
          {"maxNs", culprit.maxNs},       {"causes", causesOf(culprit.causes)},
          {"stacks", stacks}};
}

Json quantilesOf(const Quantiles &values) {
  return {{"count", values.count}, {"sumNs", values.sumNs}, {"p50Ns", values.p50},     {"p90Ns", values.p90},
          {"p99Ns", values.p99},   {"p999Ns", values.p999}, {"p9999Ns", values.p9999}, {"maxNs", values.max}};
}

Json loopJson(const LoopTotals &loop) {
  Json histogram = Json::array();
  for (const HistogramBar &bar : histogramOf(loop))
    histogram.push_back({{"upToNs", bar.highNs}, {"raw", bar.raw}, {"corrected", bar.corrected}});
  return {{"pid", loop.pid},
          {"loop", loop.loop},
          {"loopId", loop.loopId},
          {"final", loop.final},
          {"polls", loop.polls},
          {"heartbeats", loop.heartbeats},
          {"stalls", loop.stalls},
          {"stallNs", loop.stallNs},
          {"suppressed", loop.suppressed},
          {"causes", loop.causes},
          {"raw", quantilesOf(loop.raw)},
          {"corrected", quantilesOf(loop.corrected)},
          {"histogram", histogram}};
}

Json processJson(const Process &process) {
  return {{"pid", process.pid},
          {"file", process.file},
          {"executable", textOrNull(process.executable)},
          {"startUnixNs", process.startUnixNs},
          {"thresholdNs", process.thresholdNs},
          {"stopped", process.stopNs.has_value()},
          {"recordsLost", process.recordsLost}};
}

Json spanJson(const Span &span) {
  return {{"pid", span.pid},
          {"operation", span.operation},
          {"brokenLimit", span.brokenLimit},
          {"durationNs", span.durationNs},
          {"firstItemNs", span.firstItemNs ? Json(*span.firstItemNs) : Json()},
          {"longestGapNs", span.longestGapNs},
          {"items", span.items}};
}

Json totalsOf(const StallTotals &totals) {
  return {{"polls", totals.polls},
          {"heartbeats", totals.heartbeats},
          {"stallsCounted", totals.counted},
          {"stallNs", totals.countedNs},
          {"stallsRecorded", totals.recorded},
          {"withStack", totals.withStack},
          {"suppressed", totals.suppressed},
          {"watchdogLate", totals.watchdogLate},
          {"estimated", totals.estimated},
          {"ongoing", totals.ongoing},
          {"misuse", totals.misuse},
          {"recordsLost", totals.recordsLost},
          {"loopsWithoutTotals", totals.loopsWithoutTotals},
          {"loopsWithoutFinal", totals.loopsWithoutFinal}};
}

template <class Items, class ToJson> Json list(const Items &items, size_t most, ToJson toJson) {
  Json json = Json::array();
  for (size_t i = 0; i < items.size() && i < most; ++i)
    json.push_back(toJson(items[i]));
  return json;
}

Json complaintJson(const Complaint &complaint) {
  Json json{{"file", complaint.file}, {"message", complaint.message}};
  if (complaint.line != 0)
    json["line"] = complaint.line;
  return json;
}

} // namespace

std::string writeStallJson(const StallReport &report, const StallWriteOptions &options) {
  auto culprit = [&](const Culprit &one) { return culpritJson(one, report); };
  Json json{{"version", 1},
            {"tool", "clearway"},
            {"beginUnixNs", report.beginUnixNs},
            {"endUnixNs", report.endUnixNs},
            {"processes", list(report.processes, report.processes.size(), processJson)},
            {"totals", totalsOf(report.totals)},
            {"causes", causesOf(report.causes)},
            {"culprits", list(report.culprits, options.top, culprit)},
            {"worst", list(report.stalls, options.top, stallOf)},
            {"loops", list(report.loops, report.loops.size(), loopJson)},
            {"spans", list(report.spans, options.top, spanJson)},
            {"complaints", list(report.complaints, report.complaints.size(), complaintJson)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace clearway::runtime
