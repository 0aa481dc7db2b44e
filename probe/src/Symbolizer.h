// From addresses to frames a person can read.
#pragma once

#include "FrameSources.h"
#include "Modules.h"
#include "Unwinder.h"

#include <memory>
#include <string>
#include <vector>

namespace clearway::probe {

struct ResolvedFrame {
  clearway_frame_kind kind = CLEARWAY_FRAME_NATIVE;
  uint64_t address = 0;
  uint64_t offset = 0;
  std::shared_ptr<const Module> module;
  std::string symbol;
  uint64_t symbol_offset = 0;
  std::string file;
  uint32_t line = 0;
  std::string language;
};

// The name of the function at an address, not demangled; NULL if unknown.
const char *raw_symbol(const Modules &modules, uintptr_t address);

// Itanium names (C++, older Rust) made readable; others as they are.
std::string demangle(const char *symbol);

ResolvedFrame resolve(const Modules &modules, uintptr_t address, bool symbols);
ResolvedFrame resolve(const ExtraFrame &frame);

// The view of the public interface; valid as long as `frame`.
clearway_frame public_frame(const ResolvedFrame &frame);

} // namespace clearway::probe
