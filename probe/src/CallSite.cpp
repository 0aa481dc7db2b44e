#include "CallSite.h"

#include "SelfMemory.h"

#include <cstring>

namespace clearway::probe {

#if defined(__x86_64__)

static int32_t displacement(const uint8_t *at) {
  int32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

static uint64_t pointer_at(uint64_t address) {
  uint64_t value = 0;
  return read_memory(address, &value, sizeof value) == sizeof value ? value : 0;
}

// Through an entry of the procedure linkage table: [endbr64] [bnd] jmp *slot(%rip).
static uint64_t behind_stub(uint64_t target) {
  uint8_t code[16] = {};
  if (read_memory(target, code, sizeof code) != sizeof code) {
    return 0;
  }
  size_t at = code[0] == 0xf3 && code[1] == 0x0f && code[2] == 0x1e ? 4 : 0;
  at += code[at] == 0xf2 ? 1 : 0;
  bool is_stub = code[at] == 0xff && code[at + 1] == 0x25;
  return is_stub ? pointer_at(target + at + 6 + uint64_t(int64_t(displacement(code + at + 2)))) : target;
}

uint64_t call_target(uint64_t return_address) {
  uint8_t code[6] = {};
  if (read_memory(return_address - sizeof code, code, sizeof code) != sizeof code) {
    return 0;
  }
  if (code[1] == 0xe8) { // call relative
    return behind_stub(return_address + uint64_t(int64_t(displacement(code + 2))));
  }
  bool through_slot = code[0] == 0xff && code[1] == 0x15; // call *slot(%rip)
  return through_slot ? pointer_at(return_address + uint64_t(int64_t(displacement(code + 2)))) : 0;
}

// Group 5 of the opcode map: ff with /2 in its second byte, which also says how long the instruction is.
static bool is_indirect_call(const uint8_t *end) {
  for (int length = 2; length <= 7; ++length) {
    const uint8_t *code = end - length;
    if (code[0] == 0xff && (code[1] >> 3 & 7) == 2) {
      return true;
    }
  }
  return false;
}

CallsFunction calls_function(uint64_t return_address, uint64_t function) {
  uint8_t code[8] = {};
  if (function == 0 || read_memory(return_address - sizeof code, code, sizeof code) != sizeof code) {
    return CallsFunction::unknown;
  }
  if (call_target(return_address) == function) {
    return CallsFunction::yes;
  }
  return is_indirect_call(code + sizeof code) ? CallsFunction::unknown : CallsFunction::no;
}

#else

uint64_t call_target(uint64_t) { return 0; }

CallsFunction calls_function(uint64_t, uint64_t) { return CallsFunction::unknown; }

#endif

} // namespace clearway::probe
