// A file that records are appended to. Failing to write never harms the host: it is said once and counted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace clearway::probe {

// "%p" becomes the process id.
std::string expand_path(const std::string &path);

class OutputFile {
public:
  OutputFile() = default;
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;
  ~OutputFile() { close(); }

  // Empty on success, else what is wrong. `truncate`: start afresh instead of appending.
  std::string open(const std::string &path, bool truncate);
  void close();
  bool is_open() const { return file_ >= 0; }

  // One write call, so that records of several processes do not mix.
  void write(std::string_view record);
  uint64_t lost() const { return lost_; }

private:
  int file_ = -1;
  std::string path_;
  bool cut_off_ = false; // the last record did not fit
  uint64_t lost_ = 0;
};

} // namespace clearway::probe
