// Stands in for a GPU driver: same file name and function names, so that it is recognised like the real one.
#include <cstdint>
#include <ctime>
#include <poll.h>

static uint64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return uint64_t(time.tv_sec) * 1'000'000'000u + uint64_t(time.tv_nsec);
}

static volatile uint64_t mapped_fence;

// How CUDA waits by default: it reads a word that the device will write.
__attribute__((noinline)) static void spin_on_fence(int milliseconds) {
  uint64_t end = now_ns() + uint64_t(milliseconds) * 1'000'000u;
  while (now_ns() < end) {
    for (int i = 0; i < 1000; ++i) {
      mapped_fence = mapped_fence + 1;
    }
  }
}

extern "C" __attribute__((noinline)) int cuStreamSynchronize(int milliseconds) {
  spin_on_fence(milliseconds);
  mapped_fence = 0;
  return 0;
}

// How it waits with the blocking-sync flag: poll on a file of the kernel driver.
extern "C" __attribute__((noinline)) int cuCtxSynchronize(int milliseconds) {
  poll(nullptr, 0, milliseconds);
  mapped_fence = 0;
  return 0;
}

// Compiling a kernel computes on the host: the device is not involved.
extern "C" __attribute__((noinline)) int cuModuleLoadData(int milliseconds) {
  spin_on_fence(milliseconds);
  mapped_fence = 1;
  return 0;
}
