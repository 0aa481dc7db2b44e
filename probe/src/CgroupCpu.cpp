#include "CgroupCpu.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace clearway::probe {

uint64_t parse_throttle_count(const char *cpu_stat) {
  constexpr const char *key = "nr_throttled ";
  const char *found = std::strstr(cpu_stat, key);
  return found == nullptr ? 0 : std::strtoull(found + std::strlen(key), nullptr, 10);
}

// The line of /proc/self/cgroup that governs the CPU, as "mount point" and "group".
static bool find_group(std::string &mount, std::string &group) {
  FILE *file = std::fopen("/proc/self/cgroup", "re");
  if (file == nullptr) {
    return false;
  }
  char line[4096];
  bool found = false;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    line[std::strcspn(line, "\n")] = '\0';
    char *controllers = std::strchr(line, ':');
    char *path = controllers == nullptr ? nullptr : std::strchr(controllers + 1, ':');
    if (path == nullptr) {
      continue;
    }
    std::string names(controllers + 1, path);
    bool version1 = ("," + names + ",").find(",cpu,") != std::string::npos;
    if (version1 || (names.empty() && !found)) {
      mount = version1 ? "/sys/fs/cgroup/" + names : "/sys/fs/cgroup";
      group = path + 1;
      found = true;
    }
    if (version1) {
      break; // hybrid systems: version 2 has no CPU controller there
    }
  }
  std::fclose(file);
  return found;
}

void CgroupCpu::add(const std::string &folder) {
  int file = ::open((folder + "/cpu.stat").c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    files_.push_back(file);
  }
}

void CgroupCpu::open(const std::string &folder) {
  close();
  find(folder);
  look(0);
  seen_ns_ = 0; // what happened before is no news
}

void CgroupCpu::find(const std::string &folder) {
  if (!folder.empty()) {
    add(folder);
    return;
  }
  std::string mount, group;
  if (!find_group(mount, group)) {
    return;
  }
  while (group.size() > 1) {
    add(mount + group);
    group.resize(group.rfind('/'));
  }
  add(mount); // in a container's own namespace this is the container's group
}

void CgroupCpu::close() {
  for (int file : files_) {
    ::close(file);
  }
  files_.clear();
}

void CgroupCpu::look(uint64_t now_ns) {
  uint64_t count = 0;
  for (int file : files_) {
    char text[1024];
    ssize_t got = pread(file, text, sizeof text - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    count += parse_throttle_count(text);
  }
  if (count > count_) {
    seen_ns_ = now_ns;
  }
  count_ = count;
}

} // namespace clearway::probe
