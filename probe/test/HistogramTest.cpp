#include "Histogram.h"

#include <clearway/probe_inline.h>

#include <gtest/gtest.h>

using namespace clearway::probe;

TEST(Buckets, EveryValueIsInABucketThatContainsIt) {
  for (uint64_t value : {0ull, 1ull, 15ull, 16ull, 17ull, 31ull, 32ull, 1000ull, 123'456'789ull, (1ull << 42) - 1}) {
    unsigned bucket = clearway_histogram_bucket(value);
    EXPECT_LE(bucket_lower_ns(bucket), value);
    EXPECT_GE(clearway_histogram_upper_ns(bucket), value);
  }
}

TEST(Buckets, AreContiguous) {
  for (size_t bucket = 0; bucket + 1 < CLEARWAY_HISTOGRAM_BUCKETS; ++bucket) {
    EXPECT_EQ(clearway_histogram_upper_ns(bucket) + 1, bucket_lower_ns(bucket + 1)) << bucket;
  }
}

TEST(Buckets, AreNarrowerThanOneSixteenth) {
  for (size_t bucket = 16; bucket + 1 < CLEARWAY_HISTOGRAM_BUCKETS; ++bucket) {
    uint64_t lower = bucket_lower_ns(bucket);
    EXPECT_LE((clearway_histogram_upper_ns(bucket) - lower + 1) * 16, lower) << bucket;
  }
}

TEST(Buckets, LastOneTakesEverythingLonger) {
  EXPECT_EQ(clearway_histogram_bucket(UINT64_MAX), CLEARWAY_HISTOGRAM_BUCKETS - 1u);
  EXPECT_EQ(clearway_histogram_bucket(1ull << 42), CLEARWAY_HISTOGRAM_BUCKETS - 1u);
  EXPECT_EQ(clearway_histogram_upper_ns(CLEARWAY_HISTOGRAM_BUCKETS - 1), UINT64_MAX);
  EXPECT_EQ(clearway_histogram_upper_ns(CLEARWAY_HISTOGRAM_BUCKETS + 5), UINT64_MAX);
}

TEST(Quantiles, OfAnEmptyHistogramAreZero) {
  clearway_quantiles none = Histogram{}.quantiles();
  EXPECT_EQ(none.count, 0u);
  EXPECT_EQ(none.p50_ns, 0u);
  EXPECT_EQ(none.p9999_ns, 0u);
}

TEST(Quantiles, NeverExceedTheMaximum) {
  Histogram histogram;
  histogram.add(1'000'003);
  clearway_quantiles one = histogram.quantiles();
  EXPECT_EQ(one.p50_ns, 1'000'003u);
  EXPECT_EQ(one.p9999_ns, 1'000'003u);
}

TEST(Quantiles, SeparateTheRareFromTheCommon) {
  Histogram histogram;
  histogram.add(1'000, 9'990);
  histogram.add(50'000'000, 10);
  clearway_quantiles result = histogram.quantiles();
  EXPECT_NEAR(double(result.p50_ns), 1'000, 63);
  EXPECT_NEAR(double(result.p99_ns), 1'000, 63);
  EXPECT_NEAR(double(result.p9999_ns), 50e6, 50e6 / 16);
  EXPECT_EQ(result.max_ns, 50'000'000u);
}

// The definition, one wait at a time.
static Histogram corrected_slowly(const Histogram &raw, uint64_t interval) {
  Histogram result = raw;
  for (size_t bucket = 0; bucket < raw.counts.size(); ++bucket) {
    uint64_t value = std::min(bucket_middle_ns(bucket), raw.max_ns);
    for (uint64_t wait = value; raw.counts[bucket] != 0 && wait >= 2 * interval;) {
      wait -= interval;
      result.counts[clearway_histogram_bucket(wait)] += raw.counts[bucket];
    }
  }
  return result;
}

TEST(Correction, AddsTheWaitsBehindALongPoll) {
  Histogram raw;
  raw.add(100'000'000);
  Histogram corrected = raw.corrected(1'000'000);
  EXPECT_NEAR(double(corrected.total()), 100, 4); // 100 ms at one arrival per ms, to the width of a bucket
  EXPECT_NEAR(double(corrected.quantile_ns(0.5)), 50e6, 4e6);
}

TEST(Correction, AgreesWithItsDefinition) {
  for (uint64_t interval : {1'000ull, 777ull, 1'000'000ull, 33ull}) {
    Histogram raw;
    raw.add(50, 7);
    raw.add(123'456, 3);
    raw.add(9'999'999, 2);
    EXPECT_EQ(raw.corrected(interval).counts, corrected_slowly(raw, interval).counts) << interval;
  }
}

TEST(Correction, LeavesShortPollsAlone) {
  Histogram raw;
  raw.add(900'000, 1000);
  EXPECT_EQ(raw.corrected(1'000'000).counts, raw.counts);
  EXPECT_EQ(raw.corrected(0).counts, raw.counts);
}

TEST(Correction, CostsNothingForHours) {
  Histogram raw;
  raw.add(3'600'000'000'000, 1'000'000);
  EXPECT_GT(raw.corrected(1).total(), 3'000'000'000'000u); // would take hours one by one
}
