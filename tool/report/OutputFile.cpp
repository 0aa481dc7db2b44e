#include "report/OutputFile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace clearway::report {

namespace {

tl::unexpected<std::string> failure(const std::string &path, const char *what) {
  return tl::unexpected(path + ": " + what + ": " + std::strerror(errno));
}

tl::expected<void, std::string> writeDirectly(const std::string &path, std::string_view contents) {
  int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return failure(path, "cannot be opened");
  auto written = writeAll(fd, contents);
  if (close(fd) != 0 && written)
    return failure(path, "cannot be written");
  if (!written)
    return tl::unexpected(path + ": " + written.error());
  return {};
}

/// Permissions of the file that is replaced, else what the user's mask leaves of 0666.
mode_t modeFor(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) == 0)
    return status.st_mode & 07777;
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

bool isSpecial(const std::string &path) {
  std::error_code error;
  auto status = std::filesystem::status(path, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

/// A link stays a link: its target is replaced.
std::string targetOf(const std::string &path) {
  std::error_code error;
  auto target = std::filesystem::canonical(path, error);
  return error ? path : target.string();
}

} // namespace

tl::expected<void, std::string> writeAll(int descriptor, std::string_view contents) {
  while (!contents.empty()) {
    ssize_t done = write(descriptor, contents.data(), contents.size());
    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      return tl::unexpected(std::string("cannot be written: ") + std::strerror(errno));
    contents.remove_prefix(static_cast<size_t>(done));
  }
  return {};
}

tl::expected<void, std::string> replaceFile(const std::string &path, std::string_view contents) {
  if (isSpecial(path))
    return writeDirectly(path, contents);
  std::string target = targetOf(path), temporary = target + ".XXXXXX";
  int fd = mkstemp(temporary.data());
  if (fd < 0)
    return failure(path, "cannot be written");
  auto written = writeAll(fd, contents);
  bool kept = fchmod(fd, modeFor(target)) == 0;
  kept = close(fd) == 0 && kept;
  if (written && kept && rename(temporary.c_str(), target.c_str()) == 0)
    return {};
  auto error = failure(path, "cannot be written");
  unlink(temporary.c_str());
  if (!written)
    return tl::unexpected(path + ": " + written.error());
  return error;
}

} // namespace clearway::report
