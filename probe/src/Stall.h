// One stall from the first suspicion to the report.
#pragma once

#include "EndedPolls.h"
#include "Sampler.h"

#include <cstdint>
#include <vector>

namespace clearway::probe {

struct Stall {
  bool active = false;
  bool heartbeat = false; // seen by silence; times are exact to a tick
  bool reported_ongoing = false;
  bool counted = false; // heartbeat loops: the watchdog counts, once
  uint64_t id = 0;      // given when first reported
  EndedPoll poll;       // end_ticks 0 while it lasts
  SampleTarget target;
  std::vector<Sample> samples;
  uint64_t last_sample_ticks = 0;
  int pending_sample = -1; // which sample a late stack belongs to
};

} // namespace clearway::probe
