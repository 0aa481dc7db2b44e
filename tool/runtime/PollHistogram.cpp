#include "runtime/PollHistogram.h"

#include <algorithm>
#include <bit>

namespace clearway::runtime {

namespace {

/// A bucket holds a sixteenth of a power of two; its middle stands for what is in it.
uint64_t middleOf(uint64_t upper, uint64_t max) {
  upper = std::min(upper, max);
  const uint64_t width = upper < 16 ? 1 : uint64_t{1} << (std::bit_width(upper) - 5);
  return upper - width / 2;
}

/// 1, 2, 5, 10, 20, 50, … ns, up to the first at or above `max`.
std::vector<uint64_t> edgesUpTo(uint64_t max) {
  std::vector<uint64_t> edges{0, 1};
  while (edges.back() < max && edges.back() < UINT64_MAX / 5) {
    const uint64_t last = edges.back();
    uint64_t leading = last;
    while (leading >= 10)
      leading /= 10;
    edges.push_back(leading == 2 ? last / 2 * 5 : last * 2);
  }
  return edges;
}

} // namespace

uint64_t hiddenWaits(uint64_t value, uint64_t interval, uint64_t limit) {
  if (interval == 0 || value < 2 * interval)
    return 0;
  const uint64_t waits = (value - interval) / interval; // value - interval, value - 2 intervals, …
  if (limit >= value)
    return waits;
  const uint64_t longer = (value - limit + interval - 1) / interval - 1;
  return waits - std::min(waits, longer);
}

std::vector<HistogramBar> histogramOf(const LoopTotals &loop) {
  std::vector<HistogramBar> bars;
  if (loop.buckets.empty())
    return bars;
  const std::vector<uint64_t> edges = edgesUpTo(loop.raw.max);
  for (size_t i = 1; i < edges.size(); ++i)
    bars.push_back({edges[i - 1], edges[i]});
  for (const auto &[upper, count] : loop.buckets) {
    const uint64_t value = middleOf(upper, loop.raw.max);
    for (HistogramBar &bar : bars) {
      const uint64_t own = value > bar.lowNs && value <= bar.highNs ? count : 0;
      bar.raw += own;
      bar.corrected += own + count * (hiddenWaits(value, loop.expectedIntervalNs, bar.highNs) -
                                      hiddenWaits(value, loop.expectedIntervalNs, bar.lowNs));
    }
  }
  auto isEmpty = [](const HistogramBar &bar) { return bar.raw == 0 && bar.corrected == 0; };
  bars.erase(bars.begin(), std::find_if_not(bars.begin(), bars.end(), isEmpty));
  bars.erase(std::find_if_not(bars.rbegin(), bars.rend(), isEmpty).base(), bars.end());
  return bars;
}

} // namespace clearway::runtime
