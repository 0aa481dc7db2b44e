#include "source/FileBytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>

namespace clearway::source {

namespace {

struct Descriptor {
  int fd;
  explicit Descriptor(const std::string &path) : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (fd >= 0)
      close(fd);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
};

ReadError errorFor(int number) {
  if (number == ENOENT)
    return {"vanished", "was there a moment ago and is gone: it was not analysed"};
  std::string message = std::string("cannot be read: ") + std::strerror(number);
  if (number == EACCES)
    message += "; give yourself permission to read it, or exclude it";
  return {"unreadable", message};
}

/// Reads until the end or until `text` has grown beyond `limit`; false on an error.
bool readAll(int fd, std::string &text, uint64_t limit) {
  size_t used = 0;
  for (;;) {
    if (used == text.size())
      text.resize(text.size() + 65536);
    ssize_t got = read(fd, text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return false;
    used += static_cast<size_t>(got);
    if (got == 0 || used > limit) {
      text.resize(used);
      return true;
    }
  }
}

ReadError tooLarge(uint64_t limit) {
  return {"too-large", "is larger than " + std::to_string(limit >> 20) +
                           " MiB, which code that somebody wrote is not: it was not analysed; exclude it"};
}

} // namespace

tl::expected<std::string, ReadError> readFile(const std::string &path, uint64_t limit) {
  Descriptor file(path);
  struct stat status;
  if (file.fd < 0 || fstat(file.fd, &status) != 0)
    return tl::unexpected(errorFor(errno));
  if (!S_ISREG(status.st_mode))
    return tl::unexpected(ReadError{"unreadable", "is not a regular file"});
  if (static_cast<uint64_t>(status.st_size) > limit)
    return tl::unexpected(tooLarge(limit));
  std::string text(static_cast<size_t>(status.st_size) + 1, '\0'); // one more, to see the end at once
  if (!readAll(file.fd, text, limit))
    return tl::unexpected(errorFor(errno));
  if (text.size() > limit)
    return tl::unexpected(tooLarge(limit));
  return text;
}

uint64_t digestOf(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

bool looksBinary(std::string_view bytes) {
  return bytes.substr(0, 8192).find('\0') != std::string_view::npos;
}

namespace {

/// Length of the sequence that `lead` begins, and the least code point that needs it; 0 if it begins none.
struct Sequence {
  size_t length;
  uint32_t least;
  uint32_t bits;
};

Sequence sequenceOf(unsigned char lead) {
  if (lead < 0x80)
    return {1, 0, lead};
  if (lead >= 0xC2 && lead < 0xE0)
    return {2, 0x80, lead & 0x1Fu};
  if (lead >= 0xE0 && lead < 0xF0)
    return {3, 0x800, lead & 0x0Fu};
  if (lead >= 0xF0 && lead < 0xF5)
    return {4, 0x10000, lead & 0x07u};
  return {0, 0, 0};
}

bool validAt(std::string_view bytes, size_t at, Sequence sequence) {
  if (sequence.length == 0 || at + sequence.length > bytes.size())
    return false;
  uint32_t point = sequence.bits;
  for (size_t i = 1; i < sequence.length; ++i) {
    auto next = static_cast<unsigned char>(bytes[at + i]);
    if ((next & 0xC0) != 0x80)
      return false;
    point = point << 6 | (next & 0x3Fu);
  }
  return point >= sequence.least && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
}

size_t skipAscii(std::string_view bytes, size_t at) {
  for (uint64_t word; at + sizeof word <= bytes.size(); at += sizeof word) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (word & 0x8080808080808080ull)
      break;
  }
  return at;
}

} // namespace

size_t firstInvalidUtf8(std::string_view bytes) {
  for (size_t at = skipAscii(bytes, 0); at < bytes.size();) {
    Sequence sequence = sequenceOf(static_cast<unsigned char>(bytes[at]));
    if (!validAt(bytes, at, sequence))
      return at;
    at = skipAscii(bytes, at + sequence.length);
  }
  return std::string_view::npos;
}

} // namespace clearway::source
