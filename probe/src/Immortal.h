// The one object of a type that lives as long as the process: threads may outlive static objects, and the memory for it is there
// even when none is left.
#pragma once

#include <new>

namespace clearway::probe {

template <class Type> Type &immortal() {
  alignas(Type) static unsigned char memory[sizeof(Type)];
  static Type *const only = new (static_cast<void *>(memory)) Type;
  return *only;
}

} // namespace clearway::probe
