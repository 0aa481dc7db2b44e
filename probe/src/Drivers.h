// Which modules and functions belong to GPU drivers.
#pragma once

#include <string_view>

namespace clearway::probe {

// By file name: the CUDA, HIP, Level Zero and OpenCL user-mode drivers and run-time libraries.
bool is_device_driver(std::string_view path);

// Driver functions that compute on the host (compile kernels, load modules): not waits.
bool is_host_work_of_driver(std::string_view symbol);

} // namespace clearway::probe
