// Stands in for CUDA's run-time library, which waits in the driver.
extern "C" int cuStreamSynchronize(void *milliseconds);
extern "C" int cuEventSynchronize(void *milliseconds);
extern "C" int cuCtxSynchronize();

extern "C" __attribute__((noinline)) int cudaDeviceSynchronize() {
  int result = cuCtxSynchronize();
  asm volatile(""); // no tail call: the frame stays
  return result;
}

extern "C" __attribute__((noinline)) int cudaStreamSynchronize(void *milliseconds) {
  int result = cuStreamSynchronize(milliseconds);
  asm volatile("");
  return result;
}

extern "C" __attribute__((noinline)) int cudaEventSynchronize(void *milliseconds) {
  int result = cuEventSynchronize(milliseconds);
  asm volatile("");
  return result;
}

extern "C" __attribute__((noinline)) int cudaMemcpy(void *milliseconds, const void *, unsigned long, int) {
  int result = cuStreamSynchronize(milliseconds);
  asm volatile("");
  return result;
}
