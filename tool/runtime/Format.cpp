#include "runtime/Format.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace clearway::runtime {

namespace {

std::string threeDigits(double value, const char *unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f %s", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value, unit);
  return text;
}

/// Length of a character in UTF-8 that people do not see, or that turns the text around; 0 if `text` begins with none.
size_t unwanted(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  if (byte(0) < 0x20 || byte(0) == 0x7F)
    return 1;
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) // further control characters
    return 2;
  bool isMark = byte(0) == 0xE2 && ((byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE))) ||
                                    (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9));
  return isMark ? 3 : 0;
}

} // namespace

std::string durationText(uint64_t ns) {
  const double value = static_cast<double>(ns);
  if (ns < 1000)
    return std::to_string(ns) + " ns";
  if (value < 999.5e3)
    return threeDigits(value / 1e3, "µs");
  if (value < 999.5e6)
    return threeDigits(value / 1e6, "ms");
  const uint64_t seconds = ns / 1'000'000'000;
  if (seconds < 60)
    return threeDigits(value / 1e9, "s");
  if (seconds < 3600)
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  return std::to_string(seconds / 3600) + " h " + std::to_string(seconds % 3600 / 60) + " min";
}

std::string countText(uint64_t count) {
  std::string text = std::to_string(count);
  for (size_t at = text.size(); at > 3; at -= 3)
    text.insert(at - 3, ",");
  return text;
}

std::string counted(uint64_t count, const char *singular) {
  std::string word = singular;
  if (count != 1)
    word += word.ends_with("s") ? "es" : "s";
  return countText(count) + " " + word;
}

std::string shareText(uint64_t part, uint64_t whole) {
  if (whole == 0)
    return "-";
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (part != 0 && percent < 1)
    return "< 1 %";
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", percent);
  return text;
}

std::string timeText(uint64_t unixNs) {
  const auto seconds = static_cast<std::time_t>(unixNs / 1'000'000'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char date[48], text[64];
  std::strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &parts);
  std::snprintf(text, sizeof text, "%s.%03u", date, static_cast<unsigned>(unixNs / 1'000'000 % 1000));
  return text;
}

std::string clean(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    size_t length = unwanted(text);
    if (length != 0)
      result += "\xEF\xBF\xBD";
    else
      result += text.front();
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return result;
}

} // namespace clearway::runtime
