#include "source/PythonModule.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

namespace clearway::source {

namespace fs = std::filesystem;

namespace {

bool isThere(const fs::path &file) {
  std::error_code error;
  return fs::exists(file, error);
}

bool isPackageFolder(const fs::path &folder) {
  return isThere(folder / "__init__.py") || isThere(folder / "__init__.pyi");
}

bool isIdentifier(std::string_view text) {
  const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
  const auto isWordByte = [&](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || c == '_' || isDigit(c) || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
  };
  return !text.empty() && !isDigit(text.front()) && std::ranges::all_of(text, isWordByte);
}

class Layout {
public:
  explicit Layout(const fs::path &project) : project_(project) {}

  /// The folder that the names of modules in `folder` are relative to.
  fs::path searchFolder(const fs::path &folder) const {
    fs::path package = folder;
    while (isInside(package) && !isPackageFolder(package))
      package = package.parent_path();
    if (!isPackageFolder(package))
      return placeToSearch(folder);
    while (package.has_filename() && isPackageFolder(package))
      package = package.parent_path();
    return namespaceRoot(package);
  }

private:
  bool isInside(const fs::path &folder) const {
    const fs::path relative = folder.lexically_relative(project_);
    return !relative.empty() && *relative.begin() != ".." && relative != ".";
  }

  // Folders below which names start, whatever lies above.
  bool mustBeSearched(const fs::path &folder) const {
    const std::string name = folder.filename();
    return name == "src" || !isIdentifier(name) || (name == "python" && folder.parent_path() == project_) ||
           isThere(folder / "setup.py");
  }

  fs::path namespaceRoot(const fs::path &folder) const {
    fs::path up = folder;
    while (isInside(up) && !mustBeSearched(up))
      up = up.parent_path();
    return up.filename() == "src" ? up : folder;
  }

  fs::path placeToSearch(fs::path folder) const {
    while (isInside(folder) && !mustBeSearched(folder))
      folder = folder.parent_path();
    return folder;
  }

  fs::path project_;
};

} // namespace

PythonModule pythonModule(const std::string &absolutePath, const std::string &project) {
  const fs::path path(absolutePath), folder = path.parent_path();
  PythonModule module{{}, path.stem() == "__init__"};
  std::vector<std::string> names;
  for (const fs::path &part : folder.lexically_relative(Layout(project).searchFolder(folder)))
    if (part != ".")
      names.push_back(part);
  if (!module.isPackage)
    names.push_back(path.stem());
  for (const std::string &name : names)
    module.name += (module.name.empty() ? "" : ".") + name;
  return module;
}

} // namespace clearway::source
