// Reading files, once each.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace clearway::source {

/// Files above it are generated data rather than code somebody wrote, and would take a hundred times their
/// size in memory.
inline constexpr uint64_t kLargestFile = uint64_t{64} << 20;

struct ReadError {
  std::string id;      // unreadable, vanished, too-large
  std::string message; // what is wrong, and what to do
};

/// The whole file. It is copied, not mapped: a mapped file that somebody truncates meanwhile would end the
/// process.
tl::expected<std::string, ReadError> readFile(const std::string &path, uint64_t limit = kLargestFile);

/// XXH3, 64 bits.
uint64_t digestOf(std::string_view bytes);

/// True if the beginning of the contents shows that they are no text (a NUL byte, as git and grep decide).
bool looksBinary(std::string_view bytes);

/// Offset of the first byte that is not valid UTF-8, or npos.
size_t firstInvalidUtf8(std::string_view bytes);

} // namespace clearway::source
