#include "Symbolizer.h"

#include "CallSite.h"
#include "HostCallback.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cxxabi.h>

namespace clearway::probe {

static ElfSymbol find_symbol(const Module &module, uintptr_t address) {
  const ElfImage *image = module.image();
  return image == nullptr ? ElfSymbol{} : image->symbol_at(address - module.bias);
}

const char *raw_symbol(const Modules &modules, uintptr_t address) {
  auto module = modules.find(address);
  return module == nullptr ? nullptr : find_symbol(*module, address).name;
}

static std::atomic<clearway_demangle_fn> foreign_demangler{nullptr};

static std::string demangle_foreign(const char *symbol) {
  clearway_demangle_fn function = foreign_demangler.load(std::memory_order_acquire);
  if (function == nullptr) {
    return {};
  }
  char text[4096];
  size_t length = 0;
  call_host("the function given to clearway_set_demangler", [&] { length = function(symbol, text, sizeof text); });
  return {text, std::min(length, sizeof text - 1)};
}

std::string demangle(const char *symbol) {
  if (std::string foreign = demangle_foreign(symbol); !foreign.empty()) {
    return foreign;
  }
  int status = 0;
  char *readable = abi::__cxa_demangle(symbol, nullptr, nullptr, &status);
  std::string result = status == 0 && readable != nullptr ? readable : symbol;
  std::free(readable);
  return result;
}

const char *called_symbol(const Modules &modules, uintptr_t call_site) {
  uintptr_t target = call_target(call_site + 1);
  return target == 0 ? nullptr : raw_symbol(modules, target);
}

const char *frame_symbol(const Modules &modules, const std::vector<uintptr_t> &stack, size_t index) {
  const char *own = raw_symbol(modules, stack[index]);
  if (own != nullptr || index + 1 >= stack.size()) {
    return own;
  }
  const char *called = called_symbol(modules, stack[index + 1]);
  bool is_callers_own = called != nullptr && called == raw_symbol(modules, stack[index + 1]);
  return is_callers_own ? nullptr : called;
}

static ResolvedFrame resolve(const Modules &modules, const std::vector<uintptr_t> &stack, size_t index, bool symbols) {
  ResolvedFrame frame;
  frame.address = stack[index];
  frame.module = modules.find(frame.address);
  if (frame.module == nullptr) {
    return frame;
  }
  frame.offset = frame.address - frame.module->bias;
  ElfSymbol symbol = symbols ? find_symbol(*frame.module, frame.address) : ElfSymbol{};
  if (symbol.name != nullptr) {
    frame.symbol = demangle(symbol.name);
    frame.symbol_offset = frame.offset - symbol.address;
  } else if (const char *called = symbols ? frame_symbol(modules, stack, index) : nullptr) {
    frame.symbol = demangle(called);
  }
  return frame;
}

std::vector<ResolvedFrame> resolve(const Modules &modules, const std::vector<uintptr_t> &stack, bool symbols) {
  std::vector<ResolvedFrame> frames;
  for (size_t index = 0; index < stack.size(); ++index) {
    frames.push_back(resolve(modules, stack, index, symbols));
  }
  return frames;
}

ResolvedFrame resolve(const ExtraFrame &extra) {
  ResolvedFrame frame;
  frame.kind = CLEARWAY_FRAME_EXTRA;
  frame.symbol = extra.function;
  frame.file = extra.file;
  frame.line = extra.line;
  frame.language = extra.language;
  return frame;
}

clearway_frame public_frame(const ResolvedFrame &frame) {
  clearway_frame result{};
  result.kind = frame.kind;
  result.address = frame.address;
  result.offset = frame.offset;
  result.module = frame.module == nullptr ? nullptr : text_or_null(frame.module->path);
  result.build_id = frame.module == nullptr ? nullptr : text_or_null(frame.module->build_id);
  result.symbol = text_or_null(frame.symbol);
  result.symbol_offset = frame.symbol_offset;
  result.file = text_or_null(frame.file);
  result.line = frame.line;
  result.language = text_or_null(frame.language);
  return result;
}

} // namespace clearway::probe

extern "C" void clearway_set_demangler(clearway_demangle_fn demangle) {
  clearway::probe::foreign_demangler.store(demangle, std::memory_order_release);
}
