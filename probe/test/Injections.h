// Stalls of known cause, to be inflicted on the calling thread.
#pragma once

#include <clearway/probe.h>

#include <functional>
#include <string>
#include <vector>

struct Injection {
  std::string name;
  clearway_cause cause;
  std::string detail; // empty: not checked
  // Stalls the calling thread for about `ms` milliseconds between `begin` and `end`. Returns false if the
  // machine did not let it happen (a spin that got no core, a page that was in memory).
  std::function<bool(int ms, std::function<void()> begin, std::function<void()> end)> inflict;
};

// Those that can be inflicted here: throttling needs a control group that can be written, a page that is missing needs
// userfaultfd.
std::vector<Injection> injections();

// Those that cannot, and why: "throttled: ...".
std::vector<std::string> impossible_injections();
