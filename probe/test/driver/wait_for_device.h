// How drivers wait.
#pragma once

#include <cstdint>
#include <ctime>
#include <poll.h>

static volatile uint64_t mapped_fence;

// By default: reading a word that the device will write.
__attribute__((noinline)) static void spin_on_fence(void *milliseconds) {
  auto now_ns = [] {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return uint64_t(time.tv_sec) * 1'000'000'000u + uint64_t(time.tv_nsec);
  };
  uint64_t end = now_ns() + uint64_t(milliseconds) * 1'000'000u;
  while (now_ns() < end) {
    for (int i = 0; i < 1000; ++i) {
      mapped_fence = mapped_fence + 1;
    }
  }
  mapped_fence = 0;
}

// Where the program asked for it: in a call to the kernel's driver.
__attribute__((noinline)) static void block_on_device(void *milliseconds) {
  poll(nullptr, 0, int(uint64_t(milliseconds)));
  mapped_fence = 0;
}
