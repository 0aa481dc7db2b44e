#include "Histogram.h"

#include <clearway/probe_inline.h>

#include <algorithm>
#include <cmath>

namespace clearway::probe {

static constexpr size_t last_bucket = CLEARWAY_HISTOGRAM_BUCKETS - 1;

uint64_t bucket_lower_ns(size_t bucket) {
  if (bucket < 16) {
    return bucket;
  }
  size_t top = bucket / 16 + 3;
  return (uint64_t{16} + bucket % 16) << (top - 4);
}

static uint64_t bucket_upper_ns(size_t bucket) {
  return bucket >= last_bucket ? UINT64_MAX : bucket_lower_ns(bucket + 1) - 1;
}

uint64_t bucket_middle_ns(size_t bucket) {
  uint64_t lower = bucket_lower_ns(bucket);
  return bucket >= last_bucket ? lower : lower + (bucket_upper_ns(bucket) - lower) / 2;
}

void Histogram::add(uint64_t ns, uint64_t times) {
  counts[clearway_histogram_bucket(ns)] += times;
  sum_ns += ns * times;
  max_ns = std::max(max_ns, ns);
}

uint64_t Histogram::total() const {
  uint64_t sum = 0;
  for (uint64_t count : counts) {
    sum += count;
  }
  return sum;
}

uint64_t Histogram::quantile_ns(double share) const {
  uint64_t all = total();
  if (all == 0) {
    return 0;
  }
  auto wanted = std::max<uint64_t>(1, uint64_t(std::ceil(share * double(all))));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < counts.size(); ++bucket) {
    seen += counts[bucket];
    if (seen >= wanted) {
      return std::min(bucket_upper_ns(bucket), max_ns);
    }
  }
  return max_ns;
}

clearway_quantiles Histogram::quantiles() const {
  clearway_quantiles result{};
  result.count = total();
  result.sum_ns = sum_ns;
  result.p50_ns = quantile_ns(0.50);
  result.p90_ns = quantile_ns(0.90);
  result.p99_ns = quantile_ns(0.99);
  result.p999_ns = quantile_ns(0.999);
  result.p9999_ns = quantile_ns(0.9999);
  result.max_ns = max_ns;
  return result;
}

// Adds the waits hidden behind one bucket's polls: value - interval, value - 2 intervals, ...; those that
// fall into one bucket at once, so that the cost depends on the buckets and not on the number of waits.
static void add_hidden_waits(Histogram &to, uint64_t value, uint64_t interval, uint64_t times) {
  uint64_t left = value > interval ? (value - interval) / interval : 0; // waits of at least one interval
  uint64_t wait = value - interval;
  while (left > 0 && wait >= interval) {
    size_t bucket = clearway_histogram_bucket(wait);
    uint64_t inside = std::min(left, (wait - std::max(bucket_lower_ns(bucket), interval)) / interval + 1);
    uint64_t lowest = wait - (inside - 1) * interval;
    to.counts[bucket] += inside * times;
    to.sum_ns += (lowest + (wait - lowest) / 2) * inside * times;
    left -= inside;
    if (lowest < interval) {
      return;
    }
    wait = lowest - interval;
  }
}

Histogram Histogram::corrected(uint64_t expected_interval_ns) const {
  Histogram result = *this;
  if (expected_interval_ns == 0) {
    return result;
  }
  for (size_t bucket = 0; bucket < counts.size(); ++bucket) {
    if (counts[bucket] == 0) {
      continue;
    }
    uint64_t value = std::min(bucket_middle_ns(bucket), max_ns);
    if (value >= expected_interval_ns * 2) {
      add_hidden_waits(result, value, expected_interval_ns, counts[bucket]);
    }
  }
  return result;
}

void SharedHistogram::add(uint64_t ns) {
  counts_[clearway_histogram_bucket(ns)].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(ns, std::memory_order_relaxed);
  uint64_t seen = max_ns_.load(std::memory_order_relaxed);
  while (ns > seen && !max_ns_.compare_exchange_weak(seen, ns, std::memory_order_relaxed)) {
  }
}

Histogram SharedHistogram::copy() const {
  Histogram result;
  for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    result.counts[bucket] = counts_[bucket].load(std::memory_order_relaxed);
  }
  result.sum_ns = sum_ns_.load(std::memory_order_relaxed);
  result.max_ns = max_ns_.load(std::memory_order_relaxed);
  return result;
}

} // namespace clearway::probe

extern "C" uint64_t clearway_histogram_upper_ns(size_t bucket) {
  return clearway::probe::bucket_upper_ns(bucket);
}
