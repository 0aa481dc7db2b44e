// From addresses to frames a person can read.
#pragma once

#include "FrameSources.h"
#include "Modules.h"
#include "Unwinder.h"

#include <memory>
#include <string>
#include <vector>

namespace clearway::probe {

// For strings of reports, which are NULL where unknown. Valid as long as `text`.
inline const char *text_or_null(const std::string &text) { return text.empty() ? nullptr : text.c_str(); }

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

// The exported function that the call before a return address goes to, through the linkage table if need
// be; NULL if the instruction does not say. Names functions that stripped libraries reach by a jump:
// pthread_join, sem_wait.
const char *called_symbol(const Modules &modules, uintptr_t call_site);

// The name of a frame of a stack: its own symbol, or what its caller called.
const char *frame_symbol(const Modules &modules, const std::vector<uintptr_t> &stack, size_t index);

// Itanium names (C++, older Rust) made readable; others as they are.
std::string demangle(const char *symbol);

std::vector<ResolvedFrame> resolve(const Modules &modules, const std::vector<uintptr_t> &stack, bool symbols);
ResolvedFrame resolve(const ExtraFrame &frame);

// The view of the public interface; valid as long as `frame`.
clearway_frame public_frame(const ResolvedFrame &frame);

} // namespace clearway::probe
