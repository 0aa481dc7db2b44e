#include "runtime/Culprit.h"
#include "runtime/StallWriters.h"

#include <nlohmann/json.hpp>

#include <set>

namespace clearway::runtime {

namespace {

using Json = nlohmann::ordered_json;

double microseconds(uint64_t ns) {
  return static_cast<double>(ns) / 1e3;
}

Json nameOf(const char *what, int64_t pid, int64_t thread, const std::string &name) {
  return {{"ph", "M"}, {"name", what}, {"pid", pid}, {"tid", thread}, {"args", {{"name", name}}}};
}

Json stallEvent(const Stall &stall) {
  Json stack = Json::array();
  for (const Frame &frame : stall.frames)
    stack.push_back(functionOf(frame) + "  " + placeOf(frame));
  Json arguments{{"cause", stall.cause}, {"detail", stall.detail}, {"operation", stall.operation},
                 {"loop", stall.loop},   {"poll", stall.poll},     {"stack", stack}};
  return {{"ph", "X"},
          {"cat", "stall," + stall.cause},
          {"name", culpritOf(stall)},
          {"pid", stall.pid},
          {"tid", stall.threadId},
          {"ts", microseconds(stall.beginNs)},
          {"dur", microseconds(stall.durationNs)},
          {"args", arguments}};
}

Json spanEvent(const Span &span) {
  return {{"ph", "X"},
          {"cat", "span"},
          {"name", span.operation},
          {"pid", span.pid},
          {"tid", 0},
          {"ts", microseconds(span.beginNs)},
          {"dur", microseconds(span.durationNs)},
          {"args", {{"brokenLimit", span.brokenLimit}, {"items", span.items}, {"longestGapNs", span.longestGapNs}}}};
}

} // namespace

std::string writeStallTrace(const StallReport &report, const StallWriteOptions &) {
  Json events = Json::array();
  for (const Process &process : report.processes)
    if (!process.executable.empty())
      events.push_back(nameOf("process_name", process.pid, 0, process.executable));
  if (!report.spans.empty())
    events.push_back(nameOf("thread_name", report.spans.front().pid, 0, "requests that broke a limit"));
  std::set<std::pair<int64_t, int64_t>> named;
  for (const Stall &stall : report.stalls) {
    if (named.insert({stall.pid, stall.threadId}).second)
      events.push_back(nameOf("thread_name", stall.pid, stall.threadId, "loop " + stall.loop));
    events.push_back(stallEvent(stall));
  }
  for (const Span &span : report.spans)
    events.push_back(spanEvent(span));
  Json json{{"displayTimeUnit", "ms"}, {"traceEvents", events}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace clearway::runtime
