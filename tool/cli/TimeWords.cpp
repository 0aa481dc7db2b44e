#include "cli/TimeWords.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <map>
#include <optional>

namespace clearway::cli {

namespace {

const std::map<std::string, double> kUnits{{"ns", 1.0},   {"us", 1e3},   {"µs", 1e3},     {"ms", 1e6}, {"s", 1e9},
                                           {"m", 60e9}, {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9}};

/// Date, and time if there is any; what is left of the text goes to `rest`.
std::optional<std::tm> readDate(const char *text, const char *&rest) {
  for (const char *format : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    std::tm parts{};
    if ((rest = strptime(text, format, &parts)) != nullptr)
      return parts;
  }
  return std::nullopt;
}

/// ".5" of a second, and the Z of UTC; nothing if anything else follows.
std::optional<uint64_t> readFraction(std::string rest) {
  if (rest.ends_with("Z"))
    rest.pop_back();
  if (rest.empty())
    return 0;
  double fraction = 0;
  auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), fraction);
  if (rest[0] != '.' || error != std::errc() || end != rest.data() + rest.size())
    return std::nullopt;
  return static_cast<uint64_t>(fraction * 1e9);
}

} // namespace

tl::expected<uint64_t, std::string> parseDuration(const std::string &text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  std::string unit(end, text.data() + text.size());
  unit.erase(0, unit.find_first_not_of(' '));
  auto known = kUnits.find(unit);
  if (error != std::errc() || known == kUnits.end() || value < 0 || !(value * known->second < 9e18))
    return tl::unexpected("'" + text + "' is no duration; write it as 50ms, 1.5s, 10m or 2h");
  return static_cast<uint64_t>(std::llround(value * known->second));
}

tl::expected<uint64_t, std::string> parseTime(const std::string &text, uint64_t endUnixNs) {
  const char *rest = nullptr;
  if (auto parts = readDate(text.c_str(), rest)) {
    std::optional<uint64_t> fraction = readFraction(rest);
    const std::time_t seconds = timegm(&*parts);
    if (fraction && seconds >= 0)
      return static_cast<uint64_t>(seconds) * 1'000'000'000 + *fraction;
  } else if (auto duration = parseDuration(text)) {
    return endUnixNs - std::min(endUnixNs, *duration);
  }
  return tl::unexpected("'" + text + "' is no time; write 2026-11-21T07:26:18 (UTC), or 10m for the last ten minutes");
}

} // namespace clearway::cli
