#include "CgroupCpu.h"

#include "CgroupFolders.h"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace clearway::probe {

static constexpr size_t most_groups = 64; // kept open; a program that moves its threads around goes on working

static uint64_t number_after(const char *text, const char *key) {
  const char *found = std::strstr(text, key);
  return found == nullptr ? 0 : std::strtoull(found + std::strlen(key), nullptr, 10);
}

uint64_t parse_throttled_ns(const char *cpu_stat) {
  return number_after(cpu_stat, "throttled_time ") + number_after(cpu_stat, "throttled_usec ") * 1000;
}

static std::string read_file(const std::string &path) {
  std::string text;
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  char part[4096];
  for (ssize_t got = 0; file >= 0 && (got = ::read(file, part, sizeof part)) > 0;) {
    text.append(part, size_t(got));
  }
  if (file >= 0) {
    ::close(file);
  }
  return text;
}

static std::vector<int> open_stats(const std::vector<std::string> &folders) {
  std::vector<int> files;
  for (const std::string &folder : folders) {
    int file = ::open((folder + "/cpu.stat").c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      files.push_back(file);
    }
  }
  return files;
}

void CgroupCpu::open(const std::string &folder) {
  close();
  folder_ = folder;
}

void CgroupCpu::close() {
  for (const auto &[groups, files] : files_) {
    for (int file : files) {
      ::close(file);
    }
  }
  files_.clear();
}

const std::vector<int> &CgroupCpu::files_of(const std::string &groups) {
  auto known = files_.find(groups);
  if (known != files_.end()) {
    return known->second;
  }
  if (files_.size() >= most_groups) {
    close();
  }
  std::vector<std::string> folders =
      folder_.empty() ? cpu_cgroup_folders(groups, read_file("/proc/self/mountinfo")) : std::vector{folder_};
  return files_[groups] = open_stats(folders);
}

CgroupCpu::Reading CgroupCpu::read(int32_t thread_id) {
  Reading reading;
  if (folder_.empty()) {
    reading.groups = read_file("/proc/self/task/" + std::to_string(thread_id) + "/cgroup");
  }
  for (int file : files_of(reading.groups)) {
    char text[1024];
    ssize_t got = pread(file, text, sizeof text - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    reading.throttled_ns += parse_throttled_ns(text);
  }
  return reading;
}

uint64_t CgroupCpu::throttled_ns(const Reading &before, const Reading &after) {
  bool comparable = before.groups == after.groups && after.throttled_ns > before.throttled_ns;
  return comparable ? after.throttled_ns - before.throttled_ns : 0;
}

} // namespace clearway::probe
