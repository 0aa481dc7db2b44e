#include "SyscallRestart.h"

#include <cerrno>
#include <cstdint>

namespace clearway::probe {

#if defined(__x86_64__)

static constexpr uint8_t syscall_instruction[2] = {0x0f, 0x05};

// The number is in no register any more: the kernel put the result where it was. The C library loads it
// with `mov $number, %eax` right before.
static bool find_number(const uint8_t *after_syscall, uint32_t &number) {
  constexpr uint8_t mov_eax = 0xb8;
  if (after_syscall[-7] != mov_eax) {
    return false;
  }
  __builtin_memcpy(&number, after_syscall - 6, sizeof number);
  return number < 1024;
}

__attribute__((no_sanitize("address", "thread", "undefined"))) void
restart_interrupted_syscall(ucontext_t &context) {
  auto &registers = context.uc_mcontext.gregs;
  if (registers[REG_RAX] != -EINTR) {
    return;
  }
  auto *after = reinterpret_cast<const uint8_t *>(registers[REG_RIP]);
  uint32_t number = 0;
  if (after[-2] == syscall_instruction[0] && after[-1] == syscall_instruction[1] && find_number(after, number)) {
    registers[REG_RAX] = number;
    registers[REG_RIP] -= sizeof syscall_instruction;
  }
}

#else

void restart_interrupted_syscall(ucontext_t &) {}

#endif

} // namespace clearway::probe
