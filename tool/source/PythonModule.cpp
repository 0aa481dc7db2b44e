#include "source/PythonModule.h"

#include <filesystem>
#include <vector>

namespace clearway::source {

namespace fs = std::filesystem;

namespace {

bool isPackageFolder(const fs::path &folder) {
  std::error_code error;
  return fs::exists(folder / "__init__.py", error) || fs::exists(folder / "__init__.pyi", error);
}

/// Names of the packages around `folder`, outermost first; `folder` becomes the one that contains them all.
std::vector<std::string> packagesAround(fs::path &folder) {
  std::vector<std::string> names;
  for (; folder.has_filename() && isPackageFolder(folder); folder = folder.parent_path())
    names.insert(names.begin(), folder.filename());
  return names;
}

std::vector<std::string> namespaceFolders(const fs::path &folder, const fs::path &project) {
  std::vector<std::string> names;
  fs::path relative = folder.lexically_relative(project);
  if (relative.empty() || *relative.begin() == "..")
    return names;
  for (const fs::path &part : relative)
    if (part != ".")
      names.push_back(part);
  if (!names.empty() && (names.front() == "src" || names.front() == "python"))
    names.erase(names.begin());
  return names;
}

} // namespace

PythonModule pythonModule(const std::string &absolutePath, const std::string &project) {
  fs::path path(absolutePath), folder = path.parent_path();
  PythonModule module{{}, path.stem() == "__init__"};
  std::vector<std::string> names = packagesAround(folder);
  if (names.empty())
    names = namespaceFolders(folder, project);
  if (!module.isPackage)
    names.push_back(path.stem());
  for (const std::string &name : names)
    module.name += (module.name.empty() ? "" : ".") + name;
  return module;
}

} // namespace clearway::source
