// The executable and the shared objects that are loaded.
#pragma once

#include "ElfImage.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace clearway::probe {

struct Module {
  uintptr_t begin = 0; // of the mapped range
  uintptr_t end = 0;
  uintptr_t bias = 0; // run-time address = link-time address + bias
  std::string path;
  std::string build_id;
  bool device_driver = false; // time spent in it is a wait for a device

  // NULL if the file cannot be read. Opened at first use.
  const ElfImage *image() const;

private:
  friend class Modules;
  mutable std::unique_ptr<ElfImage> image_;
  mutable bool tried_ = false;
};

// Used by the watchdog thread only. Modules that were unloaded are kept until the next refresh, and reports
// hold what they need by shared pointers.
class Modules {
public:
  // Looks whether something was loaded or unloaded, and if so reads the list again. Takes the dynamic
  // linker's lock for a moment; 100 ns when nothing changed.
  void refresh();

  std::shared_ptr<const Module> find(uintptr_t address) const;

  // Whether a return address may point there: inside executable memory of a module.
  bool is_code(uintptr_t address) const;

private:
  std::vector<std::shared_ptr<Module>> modules_; // sorted by begin
  unsigned long long loads_ = 0;
  unsigned long long unloads_ = 0;
};

} // namespace clearway::probe
