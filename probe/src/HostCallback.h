// Calls of the host's functions. An exception that leaves one ends here: it is counted and told, and the library goes on.
#pragma once

#include <cstdint>
#include <exception>

namespace clearway::probe {

// Exceptions that left functions of the host so far, in this process.
uint64_t host_exceptions();

// Counts without a message.
void count_host_exception();
void host_threw(const char *callback, const char *what) noexcept;

// `callback`: what the host calls it. False if it threw.
template <class Function> bool call_host(const char *callback, Function function) noexcept {
  try {
    function();
    return true;
  } catch (const std::exception &error) {
    host_threw(callback, error.what());
  } catch (...) {
    host_threw(callback, "not a std::exception");
  }
  return false;
}

} // namespace clearway::probe
