// Counts of loops in the records, written meanwhile for processes that will be killed.
#include "InChild.h"
#include "RecordingProbe.h"
#include "TotalsSchedule.h"
#include "WrittenFiles.h"

#include <nlohmann/json.hpp>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

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
  std::string path = temporary_path("killed");
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
  EXPECT_TRUE(nlohmann::json::accept(records.back())) << records.back();
  EXPECT_NE(records.back().find(R"("final":false)"), std::string::npos);
  EXPECT_NE(records.back().find(R"("polls":30,"heartbeats":0,"stalls":1,)"), std::string::npos) << records.back();
  unlink(path.c_str());
}

TEST(Totals, OfALoopThatDoesNothingAreNotRepeated) {
  std::string path = temporary_path("idle");
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
  std::string path = temporary_path("at-stop");
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
