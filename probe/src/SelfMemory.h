// Reads this process's memory without ever faulting, while other threads unmap it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace clearway::probe {

// Copies [from, from + size) and returns how much of its beginning could be read.
size_t read_memory(uintptr_t from, void *to, size_t size);

} // namespace clearway::probe
