// The edge of the C interface: running out of memory becomes a status, no exception leaves.
#pragma once

#include <clearway/probe.h>

#include <pthread.h>
#include <string>

namespace clearway::probe {

// Writing and waiting are points at which a cancelled thread ends. It ends at one of the host's own, not in the middle of this
// library, where the unwinding would meet functions that let nothing through.
class NotCancelled {
public:
  NotCancelled() { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  ~NotCancelled() { pthread_setcancelstate(before_, nullptr); }
  NotCancelled(const NotCancelled &) = delete;
  NotCancelled &operator=(const NotCancelled &) = delete;

private:
  int before_ = PTHREAD_CANCEL_ENABLE;
};

template <class Function> int guarded(Function function) noexcept {
  NotCancelled whole;
  try {
    return function();
  } catch (...) {
    return CLEARWAY_E_MEMORY;
  }
}

// Structures of the interface start with their size. True if the library can read one of `given` bytes:
// not empty, and nothing set behind what it knows.
bool readable_struct(const void *structure, size_t given, size_t known);

// What is wrong with a structure that cannot be read, and what to do.
std::string unreadable_struct_text(const char *name, size_t given, size_t known);

// Copies what both sides know; what an older caller does not know stays zero.
template <class Struct> bool read_struct(const Struct *from, Struct &to) {
  if (!readable_struct(from, from->struct_size, sizeof(Struct))) {
    return false;
  }
  size_t size = from->struct_size < sizeof(Struct) ? from->struct_size : sizeof(Struct);
  to = Struct{};
  __builtin_memcpy(static_cast<void *>(&to), from, size);
  to.struct_size = sizeof(Struct);
  return true;
}

// Writes what the caller has room for and leaves its struct_size alone.
template <class Struct> bool write_struct(const Struct &from, Struct *to) {
  size_t given = to->struct_size;
  if (given < sizeof(size_t)) {
    return false;
  }
  size_t size = given < sizeof(Struct) ? given : sizeof(Struct);
  __builtin_memcpy(static_cast<void *>(to), &from, size);
  to->struct_size = given;
  return true;
}

} // namespace clearway::probe
