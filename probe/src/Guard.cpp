#include "Guard.h"

namespace clearway::probe {

bool readable_struct(const void *structure, size_t given, size_t known) {
  constexpr size_t absurd = 64 * 1024; // a size field that was never set
  if (given < sizeof(size_t) || given > absurd) {
    return false;
  }
  auto *bytes = static_cast<const unsigned char *>(structure);
  for (size_t i = known; i < given; ++i) {
    if (bytes[i] != 0) {
      return false;
    }
  }
  return true;
}

} // namespace clearway::probe
