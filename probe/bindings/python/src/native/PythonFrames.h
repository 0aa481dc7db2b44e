/* Frames of a running interpreter, read from another thread without the GIL. */
#pragma once

#include <cstdint>

namespace clearway::python {

/* Makes the probe ask for Python frames. The loop's `user` must be its PyThreadState. False: this interpreter's
 * frames cannot be read, native stacks remain. */
bool install_frame_source();

/* How many Python stacks were read in this process, and how many of these had a frame. [any thread] */
uint64_t python_captures();
uint64_t python_captures_with_frames();

} // namespace clearway::python
