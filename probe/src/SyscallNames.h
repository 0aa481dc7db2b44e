#pragma once

#include <cstdint>

namespace clearway::probe {

// "read", "epoll_wait", ...; NULL for a number this library does not know.
const char *syscall_name(int64_t number);

// Futexes: mutexes, condition variables, semaphores, joins.
bool is_lock_syscall(int64_t number);

} // namespace clearway::probe
