// How long the process's control group was throttled by its CPU quota.
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

  // The sum so far; it only grows. 0 where there is no quota.
  uint64_t throttled_ns() const;
  bool available() const { return !files_.empty(); }

private:
  void add(const std::string &folder);

  std::vector<int> files_;
};

// "throttled_usec" of version 2 or "throttled_time" of version 1, in nanoseconds.
uint64_t parse_throttled_ns(const char *cpu_stat);

} // namespace clearway::probe
