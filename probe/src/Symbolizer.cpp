#include "Symbolizer.h"

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

std::string demangle(const char *symbol) {
  int status = 0;
  char *readable = abi::__cxa_demangle(symbol, nullptr, nullptr, &status);
  std::string result = status == 0 && readable != nullptr ? readable : symbol;
  std::free(readable);
  return result;
}

ResolvedFrame resolve(const Modules &modules, uintptr_t address, bool symbols) {
  ResolvedFrame frame;
  frame.address = address;
  frame.module = modules.find(address);
  if (frame.module == nullptr) {
    return frame;
  }
  frame.offset = address - frame.module->bias;
  ElfSymbol symbol = symbols ? find_symbol(*frame.module, address) : ElfSymbol{};
  if (symbol.name != nullptr) {
    frame.symbol = demangle(symbol.name);
    frame.symbol_offset = frame.offset - symbol.address;
  }
  return frame;
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

static const char *text_or_null(const std::string &text) { return text.empty() ? nullptr : text.c_str(); }

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
