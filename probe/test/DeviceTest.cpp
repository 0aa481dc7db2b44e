// Waits for a device through the wrappers, on stand-ins for the drivers. Without the wrappers: CauseTest.
#include "InChild.h"
#include "RecordingProbe.h"

#include <atomic>
#include <thread>
#include <vector>

extern "C" {
int cudaDeviceSynchronize();
int cudaStreamSynchronize(void *stream);
int cudaEventSynchronize(void *event);
int cudaMemcpy(void *to, const void *from, size_t size, int kind);
int cuCtxSynchronize();
int cuStreamSynchronize(void *stream);
int cuEventSynchronize(void *event);
int hipDeviceSynchronize();
int hipStreamSynchronize(void *stream);
int hipEventSynchronize(void *event);
int hipMemcpy(void *to, const void *from, size_t size, int kind);
}

// The wrappers look for these in the program; a static library has only what is used.
extern "C" __attribute__((used)) const void *const clearway_used_by_wrappers[] = {
    reinterpret_cast<const void *>(&clearway_device_wait_begin), reinterpret_cast<const void *>(&clearway_span_begin)};

struct Wrapped {
  const char *name;
  int (*call)(void *milliseconds);
};

static void PrintTo(const Wrapped &wrapped, std::ostream *out) { *out << wrapped.name; }

static clearway_operation_snapshot spans_of(const char *name) {
  clearway_operation_snapshot counts{};
  counts.struct_size = sizeof counts;
  EXPECT_EQ(clearway_operation_snapshot_of(clearway_operation_of(name), &counts), CLEARWAY_OK);
  return counts;
}

static clearway_config threshold_of(uint64_t ns) {
  clearway_config config{};
  config.threshold_ns = ns;
  return config;
}

struct DeviceWait : testing::TestWithParam<Wrapped> {};

TEST_P(DeviceWait, IsNamedAndCountsAsASpan) {
  RecordingProbe probe(threshold_of(8 * ms));
  AttachedLoop loop;
  uint64_t before = spans_of(GetParam().name).ended;
  loop.poll([] { EXPECT_EQ(GetParam().call(reinterpret_cast<void *>(25)), 0); });
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].report.cause, CLEARWAY_CAUSE_DEVICE_WAIT) << reports[0].text();
  EXPECT_EQ(reports[0].detail, GetParam().name);
  clearway_operation_snapshot spans = spans_of(GetParam().name);
  EXPECT_EQ(spans.ended - before, 1u);
  EXPECT_GE(spans.duration.max_ns, 24 * ms);
}

INSTANTIATE_TEST_SUITE_P(
    Of, DeviceWait,
    testing::Values(Wrapped{"cudaDeviceSynchronize", [](void *) { return cudaDeviceSynchronize(); }},
                    Wrapped{"cudaStreamSynchronize", cudaStreamSynchronize},
                    Wrapped{"cudaEventSynchronize", cudaEventSynchronize},
                    Wrapped{"cudaMemcpy", [](void *time) { return cudaMemcpy(time, nullptr, 0, 2); }},
                    Wrapped{"cuCtxSynchronize", [](void *) { return cuCtxSynchronize(); }},
                    Wrapped{"cuStreamSynchronize", cuStreamSynchronize},
                    Wrapped{"cuEventSynchronize", cuEventSynchronize},
                    Wrapped{"hipStreamSynchronize", hipStreamSynchronize},
                    Wrapped{"hipEventSynchronize", hipEventSynchronize}),
    [](const auto &info) { return info.param.name; });

// Each of the functions is looked up, and its operation made, by whoever calls it first.
TEST(DeviceWaits, TheFirstCallsMayComeFromManyThreads) {
  ChildResult result = in_child([](std::ostream &out) {
    std::atomic<int> ready{0}, wrong{0};
    std::vector<std::thread> threads;
    uint64_t before = spans_of("hipMemcpy").ended;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (++ready; ready < 8;) {
        }
        wrong += hipMemcpy(nullptr, nullptr, 0, 0) != 0;
      });
    }
    for (std::thread &thread : threads) {
      thread.join();
    }
    out << wrong << " wrong, " << spans_of("hipMemcpy").ended - before << " spans";
  });
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "0 wrong, 8 spans");
}

TEST(DeviceWaits, TheDriversWaitInsideBelongsToTheOuterOne) {
  RecordingProbe probe(threshold_of(1000 * ms));
  AttachedLoop loop;
  uint64_t before = spans_of("cuStreamSynchronize").ended;
  loop.poll([] { cudaStreamSynchronize(reinterpret_cast<void *>(1)); });
  EXPECT_EQ(spans_of("cuStreamSynchronize").ended, before);
}

TEST(DeviceWaits, WhatFollowsIsNoWait) {
  RecordingProbe probe(threshold_of(8 * ms));
  AttachedLoop loop;
  loop.poll([] {
    cuStreamSynchronize(reinterpret_cast<void *>(1));
    sleep_ms(40);
  });
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].report.cause, CLEARWAY_CAUSE_SYSCALL) << reports[0].text();
}

TEST(DeviceWaits, AThreadWithoutALoopIsCountedOnly) {
  uint64_t before = spans_of("cudaStreamSynchronize").ended;
  EXPECT_EQ(cudaStreamSynchronize(reinterpret_cast<void *>(1)), 0);
  EXPECT_EQ(spans_of("cudaStreamSynchronize").ended, before + 1);
}

TEST(DeviceWaits, AFunctionThatIsNowhereIsAnErrorOfTheLibrary) {
  EXPECT_EQ(hipDeviceSynchronize(), 3) << "the stand-in has none: not initialized";
}
