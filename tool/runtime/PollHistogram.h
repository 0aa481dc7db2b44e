// How long the polls of a loop took, for a chart.
#pragma once

#include "runtime/Records.h"

#include <vector>

namespace clearway::runtime {

struct HistogramBar {
  uint64_t lowNs = 0, highNs = 0; // polls longer than low, up to high
  uint64_t raw = 0;
  uint64_t corrected = 0; // with the waits hidden behind long polls (HdrHistogram's method)
};

/// Bars between 1, 2, 5, 10, 20, 50, … from the first with a poll to the last.
std::vector<HistogramBar> histogramOf(const LoopTotals &loop);

/// Of the polls that should have begun every `interval` while one lasted `value`, how many would have waited for at least
/// one interval and no more than `limit`.
uint64_t hiddenWaits(uint64_t value, uint64_t interval, uint64_t limit);

} // namespace clearway::runtime
