// A token bucket: so many per second, with bursts.
#pragma once

#include "Clock.h"

#include <algorithm>
#include <cstdint>

namespace clearway::probe {

class RateLimit {
public:
  void configure(double per_second, double burst) {
    per_second_ = per_second;
    burst_ = burst;
    tokens_ = burst;
    last_ns_ = monotonic_ns();
  }

  bool available() {
    refill(monotonic_ns());
    return tokens_ >= 1;
  }

  bool take() {
    if (!available()) {
      return false;
    }
    tokens_ -= 1;
    return true;
  }

private:
  void refill(uint64_t now) {
    tokens_ = std::min(burst_, tokens_ + double(now - last_ns_) / 1e9 * per_second_);
    last_ns_ = now;
  }

  double per_second_ = 10;
  double burst_ = 20;
  double tokens_ = 20;
  uint64_t last_ns_ = 0;
};

} // namespace clearway::probe
