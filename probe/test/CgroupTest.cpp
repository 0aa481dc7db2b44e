// Which control groups a thread's CPU quota may come from, and what their files say. Real quotas: CauseTest.
#include "CgroupCpu.h"
#include "CgroupFolders.h"
#include "Classify.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace clearway::probe;
using Folders = std::vector<std::string>;

static constexpr const char *version2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
static constexpr const char *version1 = "32 31 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                                        "33 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                                        "34 31 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

TEST(CgroupFolders, Version2InnermostFirst) {
  EXPECT_EQ(cpu_cgroup_folders("0::/app.slice/server\n", version2),
            (Folders{"/sys/fs/cgroup/app.slice/server", "/sys/fs/cgroup/app.slice", "/sys/fs/cgroup"}));
}

TEST(CgroupFolders, AContainerSeesItsGroupAsTheRoot) {
  EXPECT_EQ(cpu_cgroup_folders("0::/\n", version2), (Folders{"/sys/fs/cgroup"}));
}

TEST(CgroupFolders, Version1WhereTheCpuIsThere) {
  EXPECT_EQ(cpu_cgroup_folders("5:memory:/other\n4:cpu,cpuacct:/docker/1\n0::/unified\n", version1),
            (Folders{"/sys/fs/cgroup/cpu,cpuacct/docker/1", "/sys/fs/cgroup/cpu,cpuacct/docker",
                     "/sys/fs/cgroup/cpu,cpuacct"}));
}

TEST(CgroupFolders, CpusetIsNotCpu) {
  EXPECT_EQ(cpu_cgroup_folders("6:cpuset:/wrong\n0::/right\n",
                               "32 31 0:28 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
                               "34 31 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"),
            (Folders{"/sys/fs/cgroup/unified/right", "/sys/fs/cgroup/unified"}));
}

TEST(CgroupFolders, TheMountMayShowAPartOnly) {
  const char *part = "33 31 0:29 /docker/1 /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n";
  EXPECT_EQ(cpu_cgroup_folders("4:cpu:/docker/1/inner\n", part),
            (Folders{"/sys/fs/cgroup/cpu/inner", "/sys/fs/cgroup/cpu"}));
  EXPECT_EQ(cpu_cgroup_folders("4:cpu:/docker/12\n", part), (Folders{"/sys/fs/cgroup/cpu"}));
}

TEST(CgroupFolders, NoneWithoutControlGroups) {
  EXPECT_TRUE(cpu_cgroup_folders("", "").empty());
  EXPECT_TRUE(cpu_cgroup_folders("0::/a\n", "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n").empty());
  EXPECT_TRUE(cpu_cgroup_folders("not a group file", "not a mount").empty());
}

TEST(CgroupCpu, ReadsBothVersionsUnits) {
  EXPECT_EQ(parse_throttled_ns("nr_periods 9\nnr_throttled 4\nthrottled_time 123456\n"), 123'456u);
  EXPECT_EQ(parse_throttled_ns("usage_usec 5\nnr_throttled 4\nthrottled_usec 123\nnr_bursts 0\n"), 123'000u);
  EXPECT_EQ(parse_throttled_ns("usage_usec 5\n"), 0u);
}

TEST(CgroupCpu, WhatHappenedBeforeIsNoNews) {
  char folder[] = "/tmp/clearway-cgroup-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  std::string file = std::string(folder) + "/cpu.stat";
  std::ofstream(file) << "throttled_usec 500\n";
  CgroupCpu cpu;
  cpu.open(folder);
  CgroupCpu::Reading before = cpu.read(gettid());
  EXPECT_EQ(CgroupCpu::throttled_ns(before, cpu.read(gettid())), 0u);
  std::ofstream(file) << "throttled_usec 700\n";
  EXPECT_EQ(CgroupCpu::throttled_ns(before, cpu.read(gettid())), 200'000u);
  unlink(file.c_str());
  rmdir(folder);
}

TEST(CgroupCpu, GroupsThatAreGoneSayNothing) {
  CgroupCpu cpu;
  cpu.open("/nonexistent-group");
  EXPECT_EQ(cpu.read(gettid()).throttled_ns, 0u);
}

TEST(Quota, ExplainsOnlyWhatItCovers) {
  EXPECT_TRUE(quota_explains(80, 100));
  EXPECT_FALSE(quota_explains(20, 100)) << "other threads had the core";
  EXPECT_FALSE(quota_explains(0, 0));
}
