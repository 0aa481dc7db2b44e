// Frames of other languages, supplied by their bindings.
#pragma once

#include <clearway/probe.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace clearway::probe {

struct ExtraFrame {
  std::string language;
  std::string function;
  std::string file;
  uint32_t line = 0;

  bool operator==(const ExtraFrame &) const = default;
};

class FrameSources {
public:
  int set(const char *language, clearway_frame_source_fn source, void *user);

  // Asks every source, on the watchdog thread.
  std::vector<ExtraFrame> capture(const clearway_capture_target &target);

  void lock_for_fork() { mutex_.lock(); }
  void unlock_after_fork() { mutex_.unlock(); }

private:
  struct Source {
    std::string language;
    clearway_frame_source_fn function;
    void *user;
  };
  std::mutex mutex_;
  std::vector<Source> sources_;
};

FrameSources &frame_sources();

} // namespace clearway::probe
