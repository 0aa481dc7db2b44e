// Numbers, times and names as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace clearway::runtime {

/// "87.4 ms", "1.23 s", "12 min 5 s": three digits that count.
std::string durationText(uint64_t ns);

/// "1,234,567"
std::string countText(uint64_t count);

/// "1 stall", "2 stalls"
std::string counted(uint64_t count, const char *singular);

/// "68 %", "< 1 %"; "-" of nothing.
std::string shareText(uint64_t part, uint64_t whole);

/// "2026-11-21 07:26:18.276", UTC.
std::string timeText(uint64_t unixNs);

/// Without control characters and those that change the direction of text: what comes from a file must not
/// command a terminal, nor make a page read otherwise than it is.
std::string clean(std::string_view text);

} // namespace clearway::runtime
