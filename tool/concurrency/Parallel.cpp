#include "concurrency/Parallel.h"

#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

namespace clearway {

namespace {

/// Reserved, not used: pages that no call reaches cost nothing.
constexpr size_t kStackSizes[] = {size_t{512} << 20, size_t{64} << 20};

constexpr size_t kItemsPerHeapCheck = 16;

/// Parsers fill tens of megabytes that they never give back, and in large pages that costs a tenth less time. A thread's
/// heap gets them if it is large from the start: glibc lays heaps out at multiples of their greatest size, and takes another one when
/// the last is full, so this is to be called now and then.
void preferLargePages() {
#ifdef __GLIBC__
  constexpr size_t kGreatestHeap = size_t{64} << 20, kSeldomFree = size_t{64} << 10;
  thread_local uintptr_t last = 0;
  std::unique_ptr<char, void (*)(void *)> probe(static_cast<char *>(std::malloc(kSeldomFree)), std::free);
  const auto heap = reinterpret_cast<uintptr_t>(probe.get()) & ~(kGreatestHeap - 1);
  if (std::exchange(last, heap) != heap)
    madvise(reinterpret_cast<void *>(heap), kGreatestHeap, MADV_HUGEPAGE); // a hint: whether it is followed matters to nobody
#endif
}

void growHeapsInLargeSteps() {
#ifdef __GLIBC__
  mallopt(M_TOP_PAD, 48 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
#endif
}

void *callWork(void *work) {
  preferLargePages();
  (*static_cast<const std::function<void()> *>(work))();
  return nullptr;
}

bool startThread(pthread_t &thread, const std::function<void()> &work) {
  growHeapsInLargeSteps();
  for (size_t size : kStackSizes) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, size);
    int error = pthread_create(&thread, &attributes, callWork, const_cast<std::function<void()> *>(&work));
    pthread_attr_destroy(&attributes);
    if (error == 0)
      return true;
  }
  return false;
}

} // namespace

unsigned availableProcessors() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
    return 1;
  return std::max(1, CPU_COUNT(&allowed));
}

void forEachInParallel(size_t count, unsigned jobs, const std::function<void(size_t)> &each) {
  std::atomic<size_t> next{0};
  std::function<void()> work = [&] {
    for (size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) {
      each(i);
      if (i % kItemsPerHeapCheck == 0)
        preferLargePages();
    }
  };
  std::vector<pthread_t> threads;
  for (pthread_t thread; threads.size() < std::min<size_t>(jobs, count) && startThread(thread, work);)
    threads.push_back(thread);
  if (threads.empty()) // no thread to be had: do it here
    work();
  for (pthread_t thread : threads)
    pthread_join(thread, nullptr);
}

void runWithLargeStack(const std::function<void()> &work) {
  pthread_t thread;
  if (!startThread(thread, work))
    return work();
  pthread_join(thread, nullptr);
}

} // namespace clearway
