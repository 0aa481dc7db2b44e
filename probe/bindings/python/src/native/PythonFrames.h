/* Frames of a running interpreter, read from another thread without the GIL. */
#pragma once

#include <cstdint>

namespace clearway::python {

/* Makes the probe ask for Python frames. The loop's `user` must be its PyThreadState. False: this interpreter's
 * frames cannot be read, native stacks remain. */
bool install_frame_source();

/* Reads the Python stack of a thread so many times, as the watchdog does, and returns how often there were frames.
 * Not with the GIL. The state may be freed meanwhile: then there are none. */
uint64_t read_frames(void *thread_state, int32_t thread_id, uint64_t times);

} // namespace clearway::python
