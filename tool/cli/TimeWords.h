// Durations and times as people type them.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>

namespace clearway::cli {

/// "50ms", "1.5 s", "10m", "2h", "1d", "250us", "10ns", in nanoseconds.
tl::expected<uint64_t, std::string> parseDuration(const std::string &text);

/// A time of day in UTC ("2026-11-21", "2026-11-21T07:26", "2026-11-21 07:26:18.5Z"), or a duration before `endUnixNs`.
/// In nanoseconds since 1970.
tl::expected<uint64_t, std::string> parseTime(const std::string &text, uint64_t endUnixNs);

} // namespace clearway::cli
