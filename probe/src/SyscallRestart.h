// Undoes the one harm a signal can do: EINTR in a call that began between the watchdog's look and the
// signal's arrival.
#pragma once

#include <ucontext.h>

namespace clearway::probe {

// If the signal interrupted a system call that the kernel would not restart (nanosleep, poll, epoll_wait,
// ...), arranges for it to be made again when the handler returns. The call is a few microseconds old at
// most, since the thread was seen running, so that its time limit starts again without being noticed.
void restart_interrupted_syscall(ucontext_t &context);

} // namespace clearway::probe
