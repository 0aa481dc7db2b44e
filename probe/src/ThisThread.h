// The calling thread.
#pragma once

#include <cstdint>

namespace clearway::probe {

int32_t this_thread_id(); // the kernel's

struct ThreadStack {
  uintptr_t low = 0; // both 0 if unknown
  uintptr_t high = 0;
};

// Some 20 us.
ThreadStack this_threads_stack();

} // namespace clearway::probe
