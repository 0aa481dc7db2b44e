#include "frontend/cpp/CppModule.h"

#include <dlfcn.h>

#include <filesystem>

namespace clearway::frontend::cpp {
namespace fs = std::filesystem;

const CppModule *loadCppModule(std::string &error) {
  std::error_code code;
  const fs::path self = fs::read_symlink("/proc/self/exe", code).parent_path();
  for (const fs::path &folder : {self / ".." / "lib", self}) {
    const fs::path candidate = folder / "libclearway-cpp.so";
    if (!fs::exists(candidate, code))
      continue;
    void *handle = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
      error = dlerror();
      return nullptr;
    }
    using Entry = const CppModule *(*)(int);
    const auto entry = reinterpret_cast<Entry>(dlsym(handle, "clearway_cpp_module"));
    const CppModule *module = entry ? entry(kModuleVersion) : nullptr;
    if (!module)
      error = candidate.string() + " belongs to another version of clearway; install both from one build";
    return module;
  }
  error = "libclearway-cpp.so is not installed beside the command (built with CLEARWAY_CPP_FRONTEND=OFF?)";
  return nullptr;
}

std::string findCompileDatabase(const std::string &start, const std::string &hint) {
  constexpr const char *kName = "compile_commands.json";
  std::error_code code;
  if (!hint.empty()) {
    // Some write -p=DIR, as clang-tidy takes it.
    const fs::path given(hint.front() == '=' ? hint.substr(1) : hint);
    const fs::path file = fs::is_directory(given, code) ? given / kName : given;
    return fs::exists(file, code) ? fs::absolute(file, code).lexically_normal().string() : std::string();
  }
  for (fs::path folder = fs::absolute(start, code); !folder.empty(); folder = folder.parent_path()) {
    for (const fs::path &candidate : {folder / kName, folder / "build" / kName})
      if (fs::exists(candidate, code))
        return candidate.lexically_normal().string();
    if (folder == folder.root_path())
      break;
  }
  return {};
}

} // namespace clearway::frontend::cpp
