// When the records get the totals of the loops while the probe runs: a process that is killed has no other.
#pragma once

#include <algorithm>
#include <cstdint>

namespace clearway::probe {

class TotalsSchedule {
public:
  // `interval_ns` 0: the longer it has run, the more rarely, so that the records stay small.
  void start(uint64_t interval_ns, uint64_t now_ns) {
    interval_ns_ = interval_ns;
    start_ns_ = last_ns_ = now_ns;
    round_ = 0;
  }

  // A larger number than before when they are due again; 0 before the first time.
  uint64_t round(uint64_t now_ns) {
    if (now_ns - last_ns_ >= interval(now_ns)) {
      last_ns_ = now_ns;
      ++round_;
    }
    return round_;
  }

private:
  uint64_t interval(uint64_t now_ns) const {
    constexpr uint64_t shortest_ns = 10'000'000'000, longest_ns = 300'000'000'000;
    return interval_ns_ != 0 ? interval_ns_ : std::clamp((now_ns - start_ns_) / 10, shortest_ns, longest_ns);
  }

  uint64_t interval_ns_ = 0, start_ns_ = 0, last_ns_ = 0, round_ = 0;
};

} // namespace clearway::probe
