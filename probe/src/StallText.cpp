#include "StallText.h"

#include <algorithm>
#include <cstdio>

namespace clearway::probe {

static std::string milliseconds(uint64_t ns) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ms", double(ns) / 1e6);
  return text;
}

static std::string place(const clearway_frame &frame) {
  if (frame.file != nullptr) {
    return std::string(frame.file) + ":" + std::to_string(frame.line);
  }
  if (frame.module == nullptr) {
    return "no module";
  }
  char offset[32];
  std::snprintf(offset, sizeof offset, "+0x%llx", static_cast<unsigned long long>(frame.offset));
  std::string path = frame.module;
  return path.substr(path.rfind('/') + 1) + offset;
}

std::string stall_text(const clearway_report &report) {
  constexpr size_t most_lines = 40;
  std::string text = "loop '" + std::string(report.loop) + "' stalled for " + milliseconds(report.duration_ns);
  text += std::string(": ") + clearway_cause_name(report.cause);
  text += report.detail != nullptr ? std::string(" (") + report.detail + ")" : "";
  text += report.operation != nullptr ? std::string(" in operation ") + report.operation : "";
  text += (report.flags & CLEARWAY_REPORT_WATCHDOG_LATE) != 0 ? " [the watchdog was late too]" : "";
  text += report.stack_note != nullptr ? std::string("\n  note: ") + report.stack_note : "";
  for (size_t i = 0; i < std::min(report.frame_count, most_lines); ++i) {
    const clearway_frame &frame = report.frames[i];
    text += "\n  #" + std::to_string(i) + " " + (frame.symbol != nullptr ? frame.symbol : "?") + "  " + place(frame);
  }
  return text;
}

} // namespace clearway::probe
