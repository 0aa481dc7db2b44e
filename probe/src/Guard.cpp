#include "Guard.h"

namespace clearway::probe {

static constexpr size_t absurd_size = 64 * 1024; // a size field that was never set

bool readable_struct(const void *structure, size_t given, size_t known) {
  if (given < sizeof(size_t) || given > absurd_size) {
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

std::string unreadable_struct_text(const char *name, size_t given, size_t known) {
  std::string text = std::string(name) + ".struct_size is " + std::to_string(given);
  if (given < sizeof(size_t) || given > absurd_size) {
    return text + ": set it to sizeof(" + name + ") before the call";
  }
  return text + ", and a field behind byte " + std::to_string(known) + " is set, which library version " CLEARWAY_PROBE_VERSION
         " does not know: leave it zero, or load a library as new as the header (clearway_probe_version)";
}

} // namespace clearway::probe
