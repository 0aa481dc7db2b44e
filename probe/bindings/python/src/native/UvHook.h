/* Marks the polls of uvloop's libuv loop: from the end of the wait for events (UvWait.h), or else from the
 * check phase behind it, to the prepare phase. */
#pragma once

#include <clearway/probe.h>

namespace clearway::python {

struct UvHook;

/* `uv_loop` is a uv_loop_t; `library` the path of the shared object that contains this libuv. NULL and a
 * reason in `problem` if it cannot be hooked. Only on the loop's thread or while the loop does not run. */
UvHook *hook_uv(clearway_loop *loop, void *uv_loop, const char *library, const char **problem);

/* The handles are closed in the loop's next iteration. Same threads. */
void unhook_uv(UvHook *hook);

} // namespace clearway::python
