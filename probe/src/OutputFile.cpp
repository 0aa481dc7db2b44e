#include "OutputFile.h"

#include "Message.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace clearway::probe {

std::string expand_path(const std::string &path) {
  std::string result = path;
  size_t found = result.find("%p");
  if (found != std::string::npos) {
    result.replace(found, 2, std::to_string(getpid()));
  }
  return result;
}

std::string OutputFile::open(const std::string &path, bool truncate) {
  close();
  path_ = expand_path(path);
  cut_off_ = false;
  lost_ = 0;
  int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (truncate ? O_TRUNC : O_APPEND);
  file_ = ::open(path_.c_str(), flags, 0644);
  if (file_ < 0) {
    return "cannot write '" + path_ + "': " + std::strerror(errno);
  }
  return {};
}

void OutputFile::close() {
  if (file_ >= 0) {
    ::close(file_);
    file_ = -1;
  }
}

// Records end their line; what follows one that did not fit begins a new one.
void OutputFile::write(std::string_view record) {
  if (cut_off_ && file_ >= 0) {
    cut_off_ = ::write(file_, "\n", 1) != 1;
  }
  size_t size = record.size();
  while (file_ >= 0 && !record.empty()) {
    ssize_t written = ::write(file_, record.data(), record.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      lost_++;
      cut_off_ = record.size() < size || cut_off_;
      message(Level::error, "cannot write '" + path_ + "': " + std::strerror(errno) + "; records are lost");
      return;
    }
    record.remove_prefix(size_t(written));
  }
}

} // namespace clearway::probe
