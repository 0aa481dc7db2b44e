#include "HostCallback.h"

#include "Guard.h"
#include "Message.h"

#include <atomic>

namespace clearway::probe {

static std::atomic<uint64_t> exceptions{0};

uint64_t host_exceptions() { return exceptions.load(std::memory_order_relaxed); }

void count_host_exception() { exceptions.fetch_add(1, std::memory_order_relaxed); }

void host_threw(const char *callback, const char *what) noexcept {
  count_host_exception();
  guarded([&] {
    message(Level::error, std::string(callback) + " threw an exception (" + what +
                              "); it is ignored and counted: catch it in the function itself");
    return 0;
  });
}

} // namespace clearway::probe
