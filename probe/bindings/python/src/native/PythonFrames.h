/* Frames of a running interpreter, read from another thread without the GIL. */
#pragma once

namespace clearway::python {

/* Makes the probe ask for Python frames. The loop's `user` must be its PyThreadState. False: this interpreter's
 * frames cannot be read, native stacks remain. */
bool install_frame_source();

} // namespace clearway::python
