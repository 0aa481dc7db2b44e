// Log-linear histograms of durations: quantiles and the correction for coordinated omission.
#pragma once

#include <clearway/probe.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace clearway::probe {

uint64_t bucket_lower_ns(size_t bucket);
uint64_t bucket_middle_ns(size_t bucket);

// A plain copy of counts, to compute with.
struct Histogram {
  std::array<uint64_t, CLEARWAY_HISTOGRAM_BUCKETS> counts{};
  uint64_t sum_ns = 0;
  uint64_t max_ns = 0;

  void add(uint64_t ns, uint64_t times = 1);
  uint64_t total() const;
  uint64_t quantile_ns(double share) const; // share in (0, 1]
  clearway_quantiles quantiles() const;

  // A poll of 100 ms in a loop that work reaches every 1 ms hides 99 waits of 99, 98, ... ms. The result has
  // them: HdrHistogram's "copy corrected for coordinated omission".
  Histogram corrected(uint64_t expected_interval_ns) const;
};

// Counts that many threads add to.
class SharedHistogram {
public:
  void add(uint64_t ns);
  Histogram copy() const;

private:
  std::array<std::atomic<uint64_t>, CLEARWAY_HISTOGRAM_BUCKETS> counts_{};
  std::atomic<uint64_t> sum_ns_{0};
  std::atomic<uint64_t> max_ns_{0};
};

} // namespace clearway::probe
