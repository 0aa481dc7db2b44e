// Spans, and the files that the probe writes: are they what they claim to be?
#include "InChild.h"
#include "RecordingProbe.h"
#include "TotalsSchedule.h"

#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

static std::string temporary(const char *name) {
  return testing::TempDir() + "clearway-" + name + "-" + std::to_string(getpid());
}

static std::string text_of(const std::string &path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

namespace {
// Accepts JSON and nothing else.
class Json {
public:
  static bool is_valid(std::string_view text) {
    Json json{text};
    return json.value() && (json.blanks(), json.rest_.empty());
  }

private:
  explicit Json(std::string_view text) : rest_(text) {}

  void blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n\r\t"), rest_.size())); }
  bool take(char wanted) {
    blanks();
    bool there = !rest_.empty() && rest_[0] == wanted;
    rest_.remove_prefix(there);
    return there;
  }
  bool matches(const char *pattern) {
    blanks();
    std::match_results<std::string_view::const_iterator> found;
    bool there = std::regex_search(rest_.begin(), rest_.end(), found, std::regex(pattern),
                                   std::regex_constants::match_continuous);
    rest_.remove_prefix(there ? size_t(found.length()) : 0);
    return there;
  }
  bool string() { return matches(R"("([^"\\\x00-\x1f]|\\(["\\/bfnrt]|u[0-9a-fA-F]{4}))*")"); }
  template <class Element> bool list(char end, Element element) {
    if (take(end)) {
      return true;
    }
    do {
      if (!element()) {
        return false;
      }
    } while (take(','));
    return take(end);
  }
  bool value() {
    if (take('{')) {
      return list('}', [&] { return string() && take(':') && value(); });
    }
    if (take('[')) {
      return list(']', [&] { return value(); });
    }
    return string() || matches(R"(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?)") || matches("true|false|null");
  }

  std::string_view rest_;
};

clearway_operation operation_with(const char *name, uint64_t duration_ns, uint64_t first_item_ns, uint64_t gap_ns) {
  clearway_operation operation = clearway_operation_of(name);
  clearway_span_limits limits{sizeof limits, duration_ns, first_item_ns, gap_ns};
  EXPECT_EQ(clearway_operation_set_limits(operation, &limits), CLEARWAY_OK);
  return operation;
}

clearway_operation_snapshot counts_of(clearway_operation operation) {
  clearway_operation_snapshot counts{};
  counts.struct_size = sizeof counts;
  EXPECT_EQ(clearway_operation_snapshot_of(operation, &counts), CLEARWAY_OK);
  return counts;
}

void stream(clearway_operation operation, int before_ms, int items, int gap_ms) {
  clearway_span *span = clearway_span_begin(operation);
  sleep_ms(before_ms);
  for (int i = 0; i < items; ++i) {
    sleep_ms(i == 0 ? 0 : gap_ms);
    clearway_span_item(span);
  }
  clearway_span_end(span);
}
} // namespace

TEST(JsonCheck, TellsJsonFromOtherText) {
  EXPECT_TRUE(Json::is_valid(R"({"a":[1,-2.5e3,"\n\u00e4",null,true],"b":{}})"));
  for (const char *bad : {"", "{", "{\"a\"}", "[1,]", "01", "\"\n\"", "{} {}", "'a'", "nul"}) {
    EXPECT_FALSE(Json::is_valid(bad)) << bad;
  }
}

// ---- Spans ----

TEST(Spans, FirstItemGapsAndDuration) {
  clearway_operation operation = clearway_operation_of("streamed");
  stream(operation, 20, 4, 10);
  clearway_operation_snapshot counts = counts_of(operation);
  EXPECT_EQ(counts.ended, 1u);
  EXPECT_EQ(counts.open, 0u);
  EXPECT_EQ(counts.gaps.count, 3u);
  EXPECT_GE(counts.first_item.max_ns, 20 * ms);
  EXPECT_GE(counts.gaps.p50_ns, 10 * ms);
  EXPECT_GE(counts.duration.max_ns, 50 * ms);
  EXPECT_EQ(counts.broken, 0u) << "no limits are set";
}

TEST(Spans, ABufferedStreamHasALateFirstItemAndNoGaps) {
  clearway_operation operation = clearway_operation_of("buffered");
  stream(operation, 40, 20, 0);
  clearway_operation_snapshot counts = counts_of(operation);
  EXPECT_GT(counts.first_item.max_ns, counts.duration.max_ns / 2);
  EXPECT_LT(counts.gaps.p50_ns, counts.first_item.max_ns / 20);
}

TEST(Spans, FollowARequestAcrossThreads) {
  clearway_operation operation = clearway_operation_of("across");
  clearway_span *span = clearway_span_begin(operation);
  EXPECT_EQ(counts_of(operation).open, 1u);
  std::thread([span] { clearway_span_item(span); }).join();
  std::thread([span] { clearway_span_end(span); }).join();
  EXPECT_EQ(counts_of(operation).open, 0u);
  EXPECT_EQ(counts_of(operation).first_item.count, 1u);
}

TEST(Spans, ACancelledOneBreaksNoLimit) {
  clearway_operation operation = operation_with("cancelled", 1 * ms, 1 * ms, 1 * ms);
  clearway_span *span = clearway_span_begin(operation);
  sleep_ms(5);
  clearway_span_cancel(span);
  EXPECT_EQ(counts_of(operation).cancelled, 1u);
  EXPECT_EQ(counts_of(operation).broken + counts_of(operation).ended, 0u);
}

TEST(Spans, NothingIsDoneToNone) {
  clearway_span_item(nullptr);
  clearway_span_end(nullptr);
  clearway_span_cancel(nullptr);
  EXPECT_EQ(clearway_span_begin(clearway_operation{65'000}), nullptr) << "no such operation";
}

TEST(Spans, ABrokenLimitIsARecordThatNamesIt) {
  std::string path = temporary("spans");
  clearway_config config{};
  config.jsonl_path = path.c_str();
  RecordingProbe probe(config);
  clearway_operation late = operation_with("late", 0, 10 * ms, 0), gappy = operation_with("gappy", 0, 0, 10 * ms),
                     slow = operation_with("slow", 10 * ms, 0, 0), fine = operation_with("fine", 5000 * ms, 5000 * ms, 5000 * ms);
  stream(late, 20, 2, 0);
  stream(gappy, 0, 2, 20);
  stream(slow, 20, 0, 0);
  stream(fine, 1, 2, 1);
  probe.stop();
  std::string records = text_of(path);
  for (const char *expected : {R"("operation":"late","broken_limit":"first-item")", R"("operation":"gappy","broken_limit":"gap")",
                               R"("operation":"slow","broken_limit":"duration")"}) {
    EXPECT_NE(records.find(expected), std::string::npos) << expected;
  }
  EXPECT_EQ(records.find(R"("operation":"fine")"), std::string::npos);
  EXPECT_EQ(counts_of(late).broken + counts_of(gappy).broken + counts_of(slow).broken, 3u);
  unlink(path.c_str());
}

// ---- Files ----

// Names that are awkward in each of the formats.
static constexpr const char *awkward = "a \"loop\"\\ with\nlines\tand \x01 and \xc3\xa4";

TEST(Files, JsonLinesAreJsonEach) {
  std::string path = temporary("lines");
  clearway_config config{};
  config.threshold_ns = 10 * ms;
  config.jsonl_path = path.c_str();
  RecordingProbe probe(config);
  {
    AttachedLoop loop(awkward);
    clearway_loop_begin(loop.get(), clearway_operation_of(awkward));
    sleep_ms(30);
    clearway_loop_end(loop.get());
    loop.poll([] { spin_ms(30); });
    clearway_probe_flush();
    probe.stop();
  }
  std::ifstream file(path);
  std::map<std::string, int> types;
  for (std::string line; std::getline(file, line);) {
    EXPECT_TRUE(Json::is_valid(line)) << line;
    std::smatch type;
    ASSERT_TRUE(std::regex_search(line, type, std::regex(R"x(^\{"clearway_probe":1,"type":"(\w+)","pid":\d+,)x"))) << line;
    types[type[1]]++;
  }
  EXPECT_EQ(types, (std::map<std::string, int>{{"start", 1}, {"stall", 2}, {"loop", 1}, {"stop", 1}}));
  unlink(path.c_str());
}

static std::vector<std::string> loop_records(const std::string &path) {
  std::ifstream file(path);
  std::vector<std::string> records;
  for (std::string line; std::getline(file, line);) {
    if (line.find(R"("type":"loop")") != std::string::npos) {
      records.push_back(line);
    }
  }
  return records;
}

static clearway_config config_with_totals(const std::string &path, uint64_t interval_ns) {
  clearway_config config{};
  config.threshold_ns = 10 * ms;
  config.jsonl_path = path.c_str();
  config.totals_interval_ns = interval_ns;
  return config;
}

TEST(Totals, OfAKilledProcessAreThoseItWroteLast) {
  std::string path = temporary("killed");
  ChildResult child = in_child([&](std::ostream &) {
    RecordingProbe probe(config_with_totals(path, 20 * ms));
    AttachedLoop loop;
    loop.poll([] { sleep_ms(40); });
    while (loop_records(path).empty() || loop_records(path).back().find(R"("polls":30,)") == std::string::npos) {
      loop.snapshot().polls < 30 ? loop.poll([] {}) : sleep_ms(5);
    }
    raise(SIGKILL);
  });
  EXPECT_TRUE(WIFSIGNALED(child.status)) << child.output;
  std::vector<std::string> records = loop_records(path);
  ASSERT_FALSE(records.empty());
  EXPECT_TRUE(Json::is_valid(records.back())) << records.back();
  EXPECT_NE(records.back().find(R"("final":false)"), std::string::npos);
  EXPECT_NE(records.back().find(R"("polls":30,"heartbeats":0,"stalls":1,)"), std::string::npos) << records.back();
  unlink(path.c_str());
}

TEST(Totals, OfALoopThatDoesNothingAreNotRepeated) {
  std::string path = temporary("idle");
  RecordingProbe probe(config_with_totals(path, 1 * ms));
  AttachedLoop idle("idle");
  clearway_loop *never = nullptr;
  ASSERT_EQ(clearway_loop_create(nullptr, &never), CLEARWAY_OK);
  idle.poll([] {});
  for (int i = 0; i < 20; ++i) {
    sleep_ms(5);
    clearway_probe_flush();
  }
  EXPECT_EQ(loop_records(path).size(), 1u) << text_of(path);
  probe.stop();
  EXPECT_EQ(loop_records(path).size(), 3u) << "the final ones of both";
  clearway_loop_destroy(never);
  unlink(path.c_str());
}

TEST(Totals, AreWrittenAtStopAloneIfWished) {
  std::string path = temporary("at-stop");
  RecordingProbe probe(config_with_totals(path, UINT64_MAX));
  AttachedLoop loop;
  for (int i = 0; i < 20; ++i) {
    loop.poll([] {});
    clearway_probe_flush();
  }
  EXPECT_TRUE(loop_records(path).empty());
  probe.stop();
  ASSERT_EQ(loop_records(path).size(), 1u);
  EXPECT_NE(loop_records(path)[0].find(R"("final":true)"), std::string::npos);
  unlink(path.c_str());
}

TEST(Totals, ComeEarlyAndStayFew) {
  using clearway::probe::TotalsSchedule;
  constexpr uint64_t second = 1000 * ms, started = 77 * second;
  TotalsSchedule schedule;
  schedule.start(0, started);
  std::vector<uint64_t> at;
  for (uint64_t now = 0; now < 86'400; ++now) {
    uint64_t before = at.size();
    if (schedule.round(started + now * second) > before) {
      at.push_back(now);
    }
  }
  ASSERT_GE(at.size(), 2u);
  EXPECT_EQ(at[0], 10u);
  EXPECT_EQ(at[1], 20u);
  EXPECT_LE(at.size(), 350u) << "of a whole day";
  EXPECT_LE(86'400 - at.back(), 300u);
}

TEST(Files, TheTraceIsOneArrayOfEvents) {
  std::string path = temporary("trace");
  clearway_config config{};
  config.threshold_ns = 10 * ms;
  config.trace_path = path.c_str();
  RecordingProbe probe(config);
  AttachedLoop loop(awkward);
  for (int i = 0; i < 3; ++i) {
    loop.poll([] { sleep_ms(20); });
  }
  stream(operation_with("traced", 1 * ms, 0, 0), 5, 1, 0);
  probe.stop();
  std::string trace = text_of(path);
  EXPECT_TRUE(Json::is_valid(trace)) << trace;
  auto count = [&](const char *pattern) {
    std::regex expression(pattern);
    return std::distance(std::sregex_iterator(trace.begin(), trace.end(), expression), std::sregex_iterator());
  };
  EXPECT_EQ(count(R"("ph":"X","cat":"stall","name":"syscall: clock_nanosleep")"), 3);
  EXPECT_EQ(count(R"("ph":"M","name":"thread_name")"), 1);
  EXPECT_EQ(count(R"("cat":"span","name":"traced")"), 1);
  unlink(path.c_str());
}

// Every sample of the exposition: "name{labels} value", by the format's grammar.
static std::map<std::string, double> samples_of(const std::string &text) {
  static const std::regex sample(R"(([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})?) (\S+))");
  std::map<std::string, double> samples;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch parts;
    if (line.rfind("# HELP ", 0) == 0 || line.rfind("# TYPE ", 0) == 0) {
      continue;
    }
    EXPECT_TRUE(std::regex_match(line, parts, sample)) << line;
    EXPECT_TRUE(samples.emplace(parts[1], std::stod(parts[2])).second) << "twice: " << line;
  }
  return samples;
}

static std::string prometheus_text() {
  std::string text(clearway_prometheus_text(nullptr, 0), '\0');
  EXPECT_EQ(clearway_prometheus_text(text.data(), text.size() + 1), text.size());
  return text;
}

TEST(Files, PrometheusTextCountsWhatTheSnapshotCounts) {
  clearway_config config{};
  config.threshold_ns = 10 * ms;
  RecordingProbe probe(config);
  AttachedLoop loop("metrics");
  for (int i = 0; i < 5; ++i) {
    loop.poll([] {});
  }
  loop.poll([] { sleep_ms(20); });
  clearway_probe_flush();
  auto samples = samples_of(prometheus_text());
  double total = 0, infinite = 0, stalls = 0, below_64_s = 0;
  for (const auto &[name, value] : samples) {
    if (name.find("loop=\"metrics\"") == std::string::npos) {
      continue;
    }
    total += name.rfind("clearway_poll_seconds_count", 0) == 0 ? value : 0;
    infinite += name.rfind("clearway_poll_seconds_bucket", 0) == 0 && name.find("+Inf") != std::string::npos ? value : 0;
    below_64_s += name.rfind("clearway_poll_seconds_bucket", 0) == 0 && name.find("le=\"68.7") != std::string::npos ? value : 0;
    stalls += name.rfind("clearway_stalls_total", 0) == 0 ? value : 0;
    EXPECT_TRUE(name.find("cause=\"syscall\"") == std::string::npos || value == 1) << name;
  }
  EXPECT_EQ(total, 6);
  EXPECT_EQ(infinite, 6);
  EXPECT_EQ(below_64_s, 6) << "buckets are cumulative";
  EXPECT_EQ(stalls, 1);
}

TEST(Files, PrometheusLabelsAreEscaped) {
  AttachedLoop loop(awkward);
  loop.poll([] {});
  std::string text = prometheus_text();
  samples_of(text);
  EXPECT_NE(text.find(R"(loop="a \"loop\"\\ with)"), std::string::npos);
}

TEST(Files, PrometheusTextFitsWhatIsGiven) {
  AttachedLoop loop("metrics");
  char little[16];
  size_t length = clearway_prometheus_text(little, sizeof little);
  EXPECT_GT(length, sizeof little);
  EXPECT_EQ(std::string(little), prometheus_text().substr(0, sizeof little - 1));
}

// A reader never sees half a file: it is replaced as a whole.
TEST(Files, ThePrometheusFileIsAlwaysComplete) {
  std::string path = temporary("prom");
  clearway_config config{};
  config.threshold_ns = 10 * ms;
  config.prometheus_path = path.c_str();
  RecordingProbe probe(config);
  AttachedLoop loop("metrics");
  for (int i = 0; i < 120; ++i) {
    loop.poll([] { sleep_ms(10); });
    std::string text = text_of(path);
    ASSERT_FALSE(text.empty());
    ASSERT_EQ(text.back(), '\n');
  }
  probe.stop();
  EXPECT_NE(text_of(path).find("clearway_poll_seconds_count{loop=\"metrics\""), std::string::npos);
  EXPECT_NE(access((path + ".new").c_str(), F_OK), 0);
  unlink(path.c_str());
}
