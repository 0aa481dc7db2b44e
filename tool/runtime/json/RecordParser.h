// One line of the probe's records.
#pragma once

#include "runtime/Records.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace clearway::runtime {

inline constexpr uint64_t kSchemaVersion = 1;

/// The end of a run.
struct Stop {
  int64_t pid = 0;
  uint64_t timeNs = 0, recordsLost = 0;
};

/// A record of a type that this version does not know: readers skip it.
struct UnknownRecord {};

using Record = std::variant<UnknownRecord, Process, Stop, Stall, LoopTotals, Span>;

/// An error says what is wrong with the line and what to do about it. Fields that are not there keep their default.
tl::expected<Record, std::string> parseRecord(std::string_view line);

} // namespace clearway::runtime
