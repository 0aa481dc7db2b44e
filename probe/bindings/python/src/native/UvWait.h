/* Begins the polls of uvloop's loops where the kernel's wait for events ends. libuv calls the callbacks of
 * sockets and descriptors right behind that, before any of its own hooks. */
#pragma once

#include <clearway/probe.h>

namespace clearway::python {

/* From here on, when the wait of the loop with this epoll descriptor ends, a poll of `loop` begins. `library`
 * (from dlopen) is the shared object that contains libuv. False if its wait cannot be interposed: nothing
 * changed. Only on the loop's thread or while the loop does not run. */
bool watch_wait(void *library, int epoll, clearway_loop *loop);

/* Undoes that; with the last loop the library calls the system's function again. Without effect on a loop
 * that is not watched. Same threads. */
void unwatch_wait(clearway_loop *loop);

} // namespace clearway::python
