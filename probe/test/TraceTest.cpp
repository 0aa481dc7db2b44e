// The trace against what the Trace Event Format documents: the keys that each phase needs, pairs that close, slices that nest.
#include "RecordingProbe.h"
#include "Streams.h"
#include "WrittenFiles.h"

#include <nlohmann/json.hpp>

#include <map>
#include <set>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using Json = nlohmann::json;

namespace {
class TraceCheck {
public:
  static std::vector<std::string> problems(const std::string &text) {
    TraceCheck check;
    Json trace = Json::parse(text, nullptr, false);
    if (!trace.is_array()) {
      return {"not an array of JSON"};
    }
    for (const Json &event : trace) {
      check.look_at(event);
    }
    check.close();
    return check.problems_;
  }

private:
  bool expect(bool holds, const char *what, const Json &event) {
    if (!holds) {
      problems_.push_back(what + std::string(": ") + event.dump());
    }
    return holds;
  }

  static bool has_number(const Json &event, const char *key) { return event.contains(key) && event[key].is_number(); }
  static bool has_text(const Json &event, const char *key) {
    return event.contains(key) && event[key].is_string() && !event[key].get<std::string>().empty();
  }

  void look_at(const Json &event) {
    expect(has_text(event, "ph") && event["ph"].get<std::string>().size() == 1, "no phase", event);
    expect(has_text(event, "name"), "no name", event);
    expect(has_number(event, "pid") && has_number(event, "tid"), "pid and tid are numbers", event);
    expect(!event.contains("args") || event["args"].is_object(), "args is an object", event);
    if (!problems_.empty()) {
      return;
    }
    switch (event["ph"].get<std::string>()[0]) {
    case 'M':
      metadata(event);
      break;
    case 'X':
      complete(event);
      break;
    case 'b':
    case 'e':
      asynchronous(event);
      break;
    default:
      expect(false, "unexpected phase", event);
    }
  }

  void metadata(const Json &event) {
    static const std::set<std::string> known = {"process_name", "process_labels", "process_sort_index", "thread_name",
                                                "thread_sort_index"};
    expect(known.contains(event["name"].get<std::string>()), "unknown metadata", event);
    expect(event.contains("args") && has_text(event["args"], "name"), "metadata has args.name", event);
  }

  // Slices of one thread nest or follow each other; otherwise viewers drop one.
  void complete(const Json &event) {
    if (!expect(has_number(event, "ts") && has_number(event, "dur"), "a complete event has ts and dur", event)) {
      return;
    }
    double begin = event["ts"], end = begin + event["dur"].get<double>();
    expect(begin > 0 && end >= begin, "times are positive", event);
    for (auto [other_begin, other_end] : slices_[event["tid"]]) {
      bool apart = end <= other_begin || begin >= other_end;
      bool nested = (begin >= other_begin && end <= other_end) || (begin <= other_begin && end >= other_end);
      expect(apart || nested, "overlaps another slice of its thread", event);
    }
    slices_[event["tid"]].emplace_back(begin, end);
  }

  void asynchronous(const Json &event) {
    if (!expect(has_number(event, "ts") && has_text(event, "cat") && event.contains("id"), "needs ts, cat and id", event)) {
      return;
    }
    std::string key = event["cat"].get<std::string>() + "/" + event["id"].dump() + "/" + event["name"].get<std::string>();
    if (event["ph"] == "b") {
      expect(open_.emplace(key, event["ts"].get<double>()).second, "begins twice", event);
      return;
    }
    auto begun = open_.find(key);
    if (expect(begun != open_.end() && event["ts"].get<double>() >= begun->second, "ends after it began", event)) {
      open_.erase(begun);
    }
  }

  void close() {
    for (const auto &[key, begin] : open_) {
      problems_.push_back("never ends: " + key);
    }
  }

  std::vector<std::string> problems_;
  std::map<Json, std::vector<std::pair<double, double>>> slices_;
  std::map<std::string, double> open_;
};
} // namespace

static std::string first_problem(const std::string &text) {
  auto problems = TraceCheck::problems(text);
  return problems.empty() ? "" : problems[0];
}

TEST(TraceCheck, TellsTracesFromOtherText) {
  EXPECT_EQ(first_problem(R"([{"ph":"X","name":"a","pid":1,"tid":1,"ts":5,"dur":2}, {"ph":"X","name":"b","pid":1,"tid":1,"ts":7,"dur":2}])"), "");
  EXPECT_EQ(first_problem(R"([{"ph":"b","cat":"c","id":1,"name":"a","pid":1,"tid":1,"ts":5},
                             {"ph":"e","cat":"c","id":1,"name":"a","pid":1,"tid":1,"ts":5}])"), "");
  for (const char *bad : {
           "{}", "[{}]", R"([{"ph":"X","name":"a","pid":1,"tid":"text","ts":5,"dur":2}])",
           R"([{"ph":"X","name":"a","pid":1,"tid":1,"ts":5}])",
           R"([{"ph":"X","name":"a","pid":1,"tid":1,"ts":5,"dur":3}, {"ph":"X","name":"b","pid":1,"tid":1,"ts":7,"dur":2}])",
           R"([{"ph":"b","cat":"c","id":1,"name":"a","pid":1,"tid":1,"ts":5}])",
           R"([{"ph":"e","cat":"c","id":1,"name":"a","pid":1,"tid":1,"ts":5}])",
           R"([{"ph":"M","name":"tread_name","pid":1,"tid":1,"args":{"name":"x"}}])",
       }) {
    EXPECT_NE(first_problem(bad), "") << bad;
  }
}

static size_t count_of(const std::string &trace, const char *phase, const char *name) {
  size_t count = 0;
  for (const Json &event : Json::parse(trace)) {
    count += event["ph"] == phase && event["name"] == name;
  }
  return count;
}

TEST(Trace, IsWhatTheFormatDocuments) {
  std::string path = temporary_path("trace");
  clearway_config config{};
  config.threshold_ns = 10 * ms;
  config.trace_path = path.c_str();
  RecordingProbe probe(config);
  AttachedLoop loop(awkward);
  std::thread other([] {
    AttachedLoop second("second");
    second.poll([] { sleep_ms(20); });
  });
  for (int i = 0; i < 3; ++i) {
    loop.poll([] { sleep_ms(20); });
  }
  other.join();
  // Requests overlap, each in its own time.
  clearway_operation traced = operation_with("traced", 1 * ms, 0, 0);
  clearway_span *first = clearway_span_begin(traced), *second = clearway_span_begin(traced);
  sleep_ms(3);
  clearway_span_end(first);
  sleep_ms(3);
  clearway_span_end(second);
  probe.stop();
  std::string trace = text_of(path);
  EXPECT_EQ(first_problem(trace), "");
  EXPECT_EQ(count_of(trace, "X", "syscall: clock_nanosleep"), 4u);
  EXPECT_EQ(count_of(trace, "M", "thread_name"), 2u);
  EXPECT_EQ(count_of(trace, "M", "process_name"), 1u);
  EXPECT_EQ(count_of(trace, "b", "traced"), 2u);
  EXPECT_EQ(count_of(trace, "e", "traced"), 2u);
  unlink(path.c_str());
}

TEST(Trace, OfARunWithoutStallsIsOneToo) {
  std::string path = temporary_path("empty-trace");
  clearway_config config{};
  config.trace_path = path.c_str();
  RecordingProbe probe(config);
  probe.stop();
  EXPECT_EQ(first_problem(text_of(path)), "");
  unlink(path.c_str());
}
