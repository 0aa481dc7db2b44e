#include "runtime/Coverage.h"

#include <algorithm>
#include <charconv>

namespace clearway::runtime {

namespace {

/// "DA:12,3" or "DA:12,3,checksum"; counts may be written "=====" or negative where they are broken.
bool readCount(std::string_view text, uint32_t &line, uint64_t &count) {
  const char *end = text.data() + text.size();
  auto [comma, lineError] = std::from_chars(text.data(), end, line);
  if (lineError != std::errc() || comma == end || *comma != ',')
    return false;
  auto [rest, countError] = std::from_chars(comma + 1, end, count);
  return countError == std::errc() && (rest == end || *rest == ',' || *rest == '.' || *rest == 'e');
}

} // namespace

tl::expected<void, std::string> Coverage::add(std::string_view text) {
  std::map<std::string, Lines> read;
  Lines *current = nullptr;
  for (size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (line.starts_with("SF:"))
      current = &read[std::string(line.substr(3))];
    if (!line.starts_with("DA:"))
      continue;
    uint32_t at = 0;
    uint64_t count = 0;
    if (!current || !readCount(line.substr(3), at, count))
      return tl::unexpected(std::to_string(number) + ": is no line of LCOV coverage: " +
                            (current ? "DA wants line and count" : "DA comes before any SF"));
    (*current)[at] += count;
  }
  if (read.empty())
    return tl::unexpected(std::string("1: has no coverage in LCOV's format (no SF: line); write it with `coverage lcov`, "
                                      "`lcov --capture`, `llvm-cov export -format=lcov` or `cargo llvm-cov --lcov`"));
  for (auto &[file, lines] : read)
    for (const auto &[line, count] : lines)
      files_[file][line] += count;
  return {};
}

} // namespace clearway::runtime
