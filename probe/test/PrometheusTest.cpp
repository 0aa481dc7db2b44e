// Prometheus' text format.
#include "RecordingProbe.h"
#include "WrittenFiles.h"

#include <map>
#include <regex>
#include <sstream>
#include <unistd.h>

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

TEST(Prometheus, TextCountsWhatTheSnapshotCounts) {
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

TEST(Prometheus, LabelsAreEscaped) {
  AttachedLoop loop(awkward);
  loop.poll([] {});
  std::string text = prometheus_text();
  samples_of(text);
  EXPECT_NE(text.find(R"(loop="a \"loop\"\\ with)"), std::string::npos);
}

TEST(Prometheus, TextFitsWhatIsGiven) {
  AttachedLoop loop("metrics");
  char little[16];
  size_t length = clearway_prometheus_text(little, sizeof little);
  EXPECT_GT(length, sizeof little);
  EXPECT_EQ(std::string(little), prometheus_text().substr(0, sizeof little - 1));
}

// A reader never sees half a file: it is replaced as a whole.
TEST(Prometheus, TheFileIsAlwaysComplete) {
  std::string path = temporary_path("prom");
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
