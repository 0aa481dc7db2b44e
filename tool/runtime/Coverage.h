// Which lines ran, from a coverage file in LCOV's format: gcov, llvm-cov, coverage.py and cargo-llvm-cov all write it.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace clearway::runtime {

class Coverage {
public:
  /// Adds the counts of a file's text. An error says line and mistake; nothing is added then.
  tl::expected<void, std::string> add(std::string_view text);

  using Lines = std::map<uint32_t, uint64_t>; // line, from 1, and how often it ran
  const std::map<std::string, Lines> &files() const { return files_; }
  bool empty() const { return files_.empty(); }

private:
  std::map<std::string, Lines> files_;
};

} // namespace clearway::runtime
