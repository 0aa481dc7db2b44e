#include "QuotaGroup.h"

#include "CgroupCpu.h"
#include "CgroupFolders.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

static std::string text_of(const char *path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// In one write, as control groups need it.
static bool put(const std::string &path, const std::string &text) {
  int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  bool written = file >= 0 && write(file, text.data(), text.size()) == ssize_t(text.size());
  if (file >= 0) {
    close(file);
  }
  return written;
}

QuotaGroup::QuotaGroup() {
  auto folders = clearway::probe::cpu_cgroup_folders(text_of("/proc/self/cgroup"), text_of("/proc/self/mountinfo"));
  if (folders.empty()) {
    problem_ = "no control groups are mounted";
    return;
  }
  parent_ = folders.front();
  folder_ = parent_ + "/clearway-test-" + std::to_string(getpid());
  inner_ = folder_ + "/inner";
  if (mkdir(folder_.c_str(), 0755) != 0) {
    problem_ = "the group " + folder_ + " cannot be made: " + std::strerror(errno);
  } else if (!make_version1() && !make_version2()) {
    problem_ = "no quota can be set in " + folder_ + ": " + std::strerror(errno);
  }
}

bool QuotaGroup::make_version1() {
  members_ = "/tasks";
  return put(folder_ + "/cpu.cfs_period_us", "100000") && put(folder_ + "/cpu.cfs_quota_us", "4000") &&
         mkdir(inner_.c_str(), 0755) == 0;
}

// Single threads may move in threaded groups only.
bool QuotaGroup::make_version2() {
  members_ = "/cgroup.threads";
  return put(parent_ + "/cgroup.subtree_control", "+cpu") && put(folder_ + "/cgroup.type", "threaded") &&
         put(folder_ + "/cpu.max", "4000 100000") && mkdir(inner_.c_str(), 0755) == 0 &&
         put(inner_ + "/cgroup.type", "threaded");
}

QuotaGroup::~QuotaGroup() {
  rmdir(inner_.c_str());
  rmdir(folder_.c_str());
}

bool QuotaGroup::enter(bool inner) const {
  return put((inner ? inner_ : folder_) + members_, std::to_string(gettid()));
}

bool QuotaGroup::leave() const { return put(parent_ + members_, std::to_string(gettid())); }

uint64_t QuotaGroup::throttled_ns() const {
  return clearway::probe::parse_throttled_ns(text_of((folder_ + "/cpu.stat").c_str()).c_str());
}

QuotaGroup &quota_group() {
  static QuotaGroup only;
  return only;
}
