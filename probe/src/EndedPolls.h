// Stalled polls that have ended, on their way from the loop's thread to the watchdog.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace clearway::probe {

struct EndedPoll {
  uint64_t sequence = 0;
  uint64_t begin_ticks = 0;
  uint64_t end_ticks = 0;
  uint32_t operation = 0;
};

// One writer, one reader, no locks. When the reader is behind, polls are dropped: they are counted, but
// not reported.
class EndedPolls {
public:
  bool push(const EndedPoll &poll) {
    uint64_t head = head_.load(std::memory_order_relaxed);
    if (head - tail_.load(std::memory_order_acquire) == ring_.size()) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    ring_[head % ring_.size()] = poll;
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  bool pop(EndedPoll &poll) {
    uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail == head_.load(std::memory_order_acquire)) {
      return false;
    }
    poll = ring_[tail % ring_.size()];
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  uint64_t take_dropped() { return dropped_.exchange(0, std::memory_order_relaxed); }

private:
  std::array<EndedPoll, 32> ring_;
  std::atomic<uint64_t> head_{0};
  std::atomic<uint64_t> tail_{0};
  std::atomic<uint64_t> dropped_{0};
};

} // namespace clearway::probe
