// Where the kernel keeps cpu.stat of a control group and of the groups above it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clearway::probe {

// From the texts of /proc/PID/task/TID/cgroup and /proc/self/mountinfo: the folders that may have a CPU quota, innermost
// first. Version 1's CPU hierarchy where there is one, else version 2's. Empty if neither is mounted.
std::vector<std::string> cpu_cgroup_folders(std::string_view cgroup, std::string_view mountinfo);

} // namespace clearway::probe
