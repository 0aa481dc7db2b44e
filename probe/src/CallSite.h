// What the call before a return address calls. All addresses are run-time ones; reads the program's code.
#pragma once

#include <cstdint>

namespace clearway::probe {

// The function that is called directly or through a slot of the linker's; 0 if it is not to be seen.
uint64_t call_target(uint64_t return_address);

enum class CallsFunction {
  yes,     // directly, or through a table of the linker's
  unknown, // through a register or a table of the program's
  no       // another function, which may have ended in a jump to this one; or there is no call
};

// Tells a real frame on the stack from two words that look like one. `function` 0: unknown.
CallsFunction calls_function(uint64_t return_address, uint64_t function);

} // namespace clearway::probe
