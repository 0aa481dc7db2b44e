// Whether the process's control group has used up its CPU quota.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace clearway::probe {

class CgroupCpu {
public:
  // Finds cpu.stat of this process's group and of every group above it: any of them may have the quota.
  // `folder`: look there only.
  void open(const std::string &folder);
  void close();

  // Reads the counters. The kernel adds up throttled time only when it is over, but counts at once that a
  // group was throttled: so the moment is remembered at which that count was seen to grow.
  void look(uint64_t now_ns);
  bool throttled_since(uint64_t ns) const { return seen_ns_ != 0 && seen_ns_ >= ns; }

private:
  void add(const std::string &folder);
  void find(const std::string &folder);

  std::vector<int> files_;
  uint64_t count_ = 0;
  uint64_t seen_ns_ = 0;
};

// "nr_throttled", the same in versions 1 and 2; 0 if there is none.
uint64_t parse_throttle_count(const char *cpu_stat);

} // namespace clearway::probe
