#include "runtime/Symbolizer.h"

#include <dlfcn.h>

#include <filesystem>

namespace clearway::runtime {

std::unique_ptr<Symbolizer> loadSymbolizer(const std::vector<std::string> &debugFolders, std::string &error) {
  namespace fs = std::filesystem;
  std::error_code code;
  const fs::path self = fs::read_symlink("/proc/self/exe", code).parent_path();
  for (const fs::path &folder : {self / ".." / "lib", self}) {
    const fs::path candidate = folder / "libclearway-symbolizer.so";
    if (!fs::exists(candidate, code))
      continue;
    void *handle = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
      error = dlerror();
      return nullptr;
    }
    const auto make = reinterpret_cast<decltype(&clearway_symbolizer)>(dlsym(handle, "clearway_symbolizer"));
    std::unique_ptr<Symbolizer> symbolizer(make ? make(kSymbolizerVersion, debugFolders) : nullptr);
    if (!symbolizer)
      error = candidate.string() + " belongs to another version of clearway; install both from one build";
    return symbolizer;
  }
  error = "libclearway-symbolizer.so is not installed beside the command (built without LLVM?)";
  return nullptr;
}

} // namespace clearway::runtime
