#include "Drivers.h"

#include <algorithm>
#include <array>

namespace clearway::probe {

static constexpr std::array driver_names = {
    "libcuda.so",        "libcudart",     "libcudadebugger", "libnvidia-ptxjitcompiler", "libnvidia-gpucomp",
    "libnvidia-nvvm",    "libnccl",       "libcuda_",        "libamdhip64",              "libhsa-runtime64.so",
    "libhsakmt.so",      "librccl",       "libze_loader.so", "libze_intel_gpu.so",       "libigdrcl.so",
    "libnvidia-opencl.so"};

static constexpr std::array host_work = {"cuModuleLoad", "cuLibraryLoad", "cuLink",        "cuInit",
                                         "cudaModule",   "hipModuleLoad", "hiprtcCompile", "nvrtcCompile"};

bool is_device_driver(std::string_view path) {
  size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return std::any_of(driver_names.begin(), driver_names.end(),
                     [&](const char *known) { return name.starts_with(known); });
}

bool is_host_work_of_driver(std::string_view symbol) {
  return std::any_of(host_work.begin(), host_work.end(),
                     [&](const char *known) { return symbol.starts_with(known); });
}

} // namespace clearway::probe
