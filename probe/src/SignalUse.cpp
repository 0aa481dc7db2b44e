#include "SignalUse.h"

#include "ProcThread.h"
#include "SelfMemory.h"

#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace clearway::probe {

// The beginning of a small file; empty if it cannot be read.
static std::string text_of(const std::string &path) {
  char text[4096];
  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ssize_t got = file < 0 ? -1 : read(file, text, sizeof text);
  if (file >= 0) {
    close(file);
  }
  return got > 0 ? std::string(text, size_t(got)) : std::string();
}

static uint64_t mask_after(const std::string &text, const char *key) {
  size_t found = text.find(key);
  return found == std::string::npos ? 0 : std::strtoull(text.c_str() + found + std::strlen(key), nullptr, 16);
}

template <class Function> static void for_each_entry(const char *folder, Function function) {
  struct Close {
    void operator()(DIR *opened) const { closedir(opened); }
  };
  std::unique_ptr<DIR, Close> opened(opendir(folder));
  while (const dirent *entry = opened != nullptr ? readdir(opened.get()) : nullptr) {
    if (entry->d_name[0] != '.') {
      function(entry->d_name);
    }
  }
}

static uint64_t mask_of_signalfd(const char *number) {
  char target[32] = {};
  ssize_t length = readlink((std::string("/proc/self/fd/") + number).c_str(), target, sizeof target - 1);
  bool is_one = length > 0 && std::strcmp(target, "anon_inode:[signalfd]") == 0;
  return is_one ? mask_after(text_of(std::string("/proc/self/fdinfo/") + number), "sigmask:") : 0;
}

static uint64_t mask_waited_for(const std::string &thread) {
  auto state = parse_syscall_state(text_of(thread + "/syscall").c_str());
  uint64_t mask = 0;
  bool waits = state && !state->running && state->number == SYS_rt_sigtimedwait;
  return waits && read_memory(state->arguments[0], &mask, sizeof mask) == sizeof mask ? mask : 0;
}

bool blocks_most_signals(uint64_t mask) {
  int blocked = 0;
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) {
    blocked += int(mask >> (signal - 1) & 1);
  }
  return blocked > (SIGRTMAX - SIGRTMIN + 1) / 2;
}

uint64_t mask_bits(const sigset_t &mask) {
  uint64_t bits = 0;
  for (int signal = 1; signal <= 64; ++signal) {
    bits |= uint64_t{sigismember(&mask, signal) == 1} << (signal - 1);
  }
  return bits;
}

SignalUse SignalUse::of_process() {
  SignalUse use;
  for_each_entry("/proc/self/fd", [&](const char *number) { use.received_ |= mask_of_signalfd(number); });
  for_each_entry("/proc/self/task", [&](const char *number) {
    std::string thread = std::string("/proc/self/task/") + number;
    use.received_ |= mask_waited_for(thread);
    uint64_t blocked = mask_after(text_of(thread + "/status"), "SigBlk:");
    use.singled_out_ |= blocks_most_signals(blocked) ? 0 : blocked;
  });
  return use;
}

} // namespace clearway::probe
