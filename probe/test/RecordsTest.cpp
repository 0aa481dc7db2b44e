// Records: one JSON object per line.
#include "RecordingProbe.h"
#include "WrittenFiles.h"

#include <nlohmann/json.hpp>

#include <map>
#include <regex>
#include <string>
#include <unistd.h>

TEST(Records, AreJsonEach) {
  std::string path = temporary_path("lines");
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
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    std::smatch type;
    ASSERT_TRUE(std::regex_search(line, type, std::regex(R"x(^\{"clearway_probe":1,"type":"(\w+)","pid":\d+,)x"))) << line;
    types[type[1]]++;
  }
  EXPECT_EQ(types, (std::map<std::string, int>{{"start", 1}, {"stall", 2}, {"loop", 1}, {"stop", 1}}));
  unlink(path.c_str());
}
