// Waits for a real GPU, on NVIDIA's own driver library, which is loaded by hand: nothing of CUDA is needed to build this. Without
// a driver and a device the tests are left out.
#include "RecordingProbe.h"

#include <cstdint>
#include <dlfcn.h>
#include <string>

// Spins on the device for as many of its nanoseconds as it is told.
static constexpr const char *spinning_kernel = R"(
.version 6.0
.target sm_50
.address_size 64
.visible .entry spin(.param .u64 nanoseconds)
{
  .reg .pred %p;
  .reg .u64 %wanted, %begin, %now;
  ld.param.u64 %wanted, [nanoseconds];
  mov.u64 %begin, %globaltimer;
AGAIN:
  mov.u64 %now, %globaltimer;
  sub.u64 %now, %now, %begin;
  setp.lt.u64 %p, %now, %wanted;
  @%p bra AGAIN;
  ret;
}
)";

namespace {
// The functions that the tests use, by their names in the library.
class Driver {
public:
  Driver() : library_(dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL)) {}

  template <class... Arguments> int call(const char *name, Arguments... arguments) const {
    constexpr int not_found = 500; // CUDA_ERROR_NOT_FOUND
    void *function = library_ == nullptr ? nullptr : dlsym(library_, name);
    return function == nullptr ? not_found : reinterpret_cast<int (*)(Arguments...)>(function)(arguments...);
  }
  bool is_there() const { return library_ != nullptr; }

private:
  void *library_; // stays loaded: drivers do not like to be unloaded
};

// Flags of cuCtxCreate: how the thread waits.
struct Wait {
  const char *name;
  unsigned flag;
};

struct Gpu : testing::TestWithParam<Wait> {
  void SetUp() override {
    if (!driver.is_there()) {
      GTEST_SKIP() << "no libcuda.so.1 here";
    }
    int devices = 0;
    if (int error = driver.call("cuInit", 0u); error != 0) {
      GTEST_SKIP() << "cuInit gave " << error;
    }
    if (driver.call("cuDeviceGetCount", &devices) != 0 || devices == 0) {
      GTEST_SKIP() << "no device";
    }
    int device = 0;
    void *module = nullptr;
    ASSERT_EQ(driver.call("cuDeviceGet", &device, 0), 0);
    ASSERT_EQ(driver.call("cuCtxCreate_v2", &context, GetParam().flag, device), 0);
    ASSERT_EQ(driver.call("cuModuleLoadData", &module, static_cast<const void *>(spinning_kernel)), 0);
    ASSERT_EQ(driver.call("cuModuleGetFunction", &kernel, module, "spin"), 0);
    ASSERT_EQ(driver.call("cuStreamCreate", &stream, 0u), 0);
  }
  void TearDown() override {
    if (context != nullptr) {
      driver.call("cuCtxDestroy_v2", context);
    }
  }
  void launch(uint64_t nanoseconds) {
    void *arguments[] = {&nanoseconds};
    ASSERT_EQ(driver.call("cuLaunchKernel", kernel, 1u, 1u, 1u, 1u, 1u, 1u, 0u, stream, static_cast<void **>(arguments),
                          static_cast<void **>(nullptr)),
              0);
  }
  Driver driver;
  void *context = nullptr, *kernel = nullptr, *stream = nullptr;
};
} // namespace

TEST_P(Gpu, AWaitForItIsADeviceWait) {
  clearway_config config{};
  config.threshold_ns = 20 * ms;
  launch(1 * ms); // the first launch loads code
  ASSERT_EQ(driver.call("cuStreamSynchronize", stream), 0);
  RecordingProbe probe(config);
  AttachedLoop loop;
  loop.poll([&] {
    launch(100 * ms);
    EXPECT_EQ(driver.call("cuStreamSynchronize", stream), 0);
  });
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_GE(reports[0].report.duration_ns, 90 * ms);
  EXPECT_EQ(reports[0].report.cause, CLEARWAY_CAUSE_DEVICE_WAIT) << reports[0].text();
  EXPECT_EQ(reports[0].detail, "cuStreamSynchronize") << reports[0].text();
}

TEST_P(Gpu, WorkThatItDoesMeanwhileIsNoStall) {
  clearway_config config{};
  config.threshold_ns = 50 * ms;
  launch(1 * ms);
  ASSERT_EQ(driver.call("cuStreamSynchronize", stream), 0);
  RecordingProbe probe(config);
  AttachedLoop loop;
  loop.poll([&] { launch(100 * ms); });
  while (driver.call("cuStreamQuery", stream) != 0) {
    sleep_ms(5);
    loop.poll([&] { driver.call("cuStreamQuery", stream); });
  }
  EXPECT_TRUE(probe.reports().empty());
}

INSTANTIATE_TEST_SUITE_P(Of, Gpu, testing::Values(Wait{"spinning", 1}, Wait{"yielding", 2}, Wait{"blocking", 4}),
                         [](const auto &info) { return std::string(info.param.name); });
