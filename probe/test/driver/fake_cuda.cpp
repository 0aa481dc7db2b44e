// Stands in for a GPU driver: same file name and function names, so that it is recognised like the real one.
#include "wait_for_device.h"

extern "C" __attribute__((noinline)) int cuStreamSynchronize(void *milliseconds) {
  spin_on_fence(milliseconds);
  return 0;
}

// With the blocking-sync flag.
extern "C" __attribute__((noinline)) int cuEventSynchronize(void *milliseconds) {
  block_on_device(milliseconds);
  return 0;
}

extern "C" __attribute__((noinline)) int cuCtxSynchronize() {
  block_on_device(reinterpret_cast<void *>(25));
  return 0;
}

// Compiling a kernel computes on the host: the device is not involved.
extern "C" __attribute__((noinline)) int cuModuleLoadData(void *milliseconds) {
  spin_on_fence(milliseconds);
  return 0;
}
