// One function per format. Each returns the whole report.
#pragma once

#include "runtime/StallReport.h"

#include <string>

namespace clearway::runtime {

struct StallWriteOptions {
  size_t top = 10; // culprits, stalls, loops and spans in full; the rest is counted
  bool color = false;
};

/// For people.
std::string writeStallText(const StallReport &report, const StallWriteOptions &options);
/// docs/probe.md describes it.
std::string writeStallJson(const StallReport &report, const StallWriteOptions &options);
/// One page that needs nothing from elsewhere.
std::string writeStallHtml(const StallReport &report, const StallWriteOptions &options);
/// Chrome's trace format, which Perfetto opens: all stalls and spans.
std::string writeStallTrace(const StallReport &report, const StallWriteOptions &options);

} // namespace clearway::runtime
