// A span that broke a limit, on its way to the outputs.
#pragma once

#include <cstdint>
#include <string>

namespace clearway::probe {

struct SpanRecord {
  std::string operation;
  const char *limit = ""; // "duration", "first-item" or "gap"
  uint64_t begin_ns = 0;
  uint64_t duration_ns = 0;
  uint64_t first_item_ns = 0;
  uint64_t longest_gap_ns = 0;
  uint64_t items = 0;
};

} // namespace clearway::probe
