// How long the quotas of a thread's control groups have kept it and its neighbours from running.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace clearway::probe {

class CgroupCpu {
public:
  // A moment's counts of one thread's groups.
  struct Reading {
    std::string groups; // which; readings of different groups cannot be compared
    uint64_t throttled_ns = 0;
  };

  // `folder`: a folder with cpu.stat to read for every thread. Empty: each thread's own group and those above it, any
  // of which may have the quota.
  void open(const std::string &folder);
  CgroupCpu() = default;
  CgroupCpu(const CgroupCpu &) = delete;
  CgroupCpu &operator=(const CgroupCpu &) = delete;
  ~CgroupCpu() { close(); }

  // The kernel adds up throttled time only when it is over, right before the group's threads run again: read it
  // once a stall has ended, by which time all of it is counted. 20 us.
  Reading read(int32_t thread_id);
  // Between two readings, in nanoseconds.
  static uint64_t throttled_ns(const Reading &before, const Reading &after);

private:
  void close();
  const std::vector<int> &files_of(const std::string &groups);

  std::string folder_;
  std::map<std::string, std::vector<int>> files_; // by text of the thread's cgroup file
};

// "throttled_time" (version 1, nanoseconds) or "throttled_usec" (version 2) in nanoseconds; 0 if there is neither.
uint64_t parse_throttled_ns(const char *cpu_stat);

} // namespace clearway::probe
