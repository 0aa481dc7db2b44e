#include "frontend/python/ProjectModel.h"

#include <algorithm>
#include <unordered_set>

namespace clearway::python {
namespace {

std::string_view folderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view lastPart(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view stemOf(std::string_view file) { return file.substr(0, file.find('.')); }

bool isIdentifier(std::string_view text) {
  const auto isWordByte = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !text.empty() && !(text.front() >= '0' && text.front() <= '9') && std::ranges::all_of(text, isWordByte);
}

bool isTestPath(std::string_view path) {
  constexpr std::string_view kFolders[] = {"tests", "test", "benches", "benchmarks", "examples"};
  const std::string_view file = lastPart(path), stem = stemOf(file);
  if (stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest")
    return true;
  for (std::string_view folder = folderOf(path); !folder.empty(); folder = folderOf(folder))
    if (std::ranges::find(kFolders, lastPart(folder)) != std::end(kFolders))
      return true;
  return false;
}

class Layout {
public:
  explicit Layout(std::span<const std::string> paths) {
    for (const std::string &path : paths) {
      if (stemOf(lastPart(path)) == "__init__")
        packages_.emplace(folderOf(path));
      else if (lastPart(path) == "setup.py")
        projects_.emplace(folderOf(path));
    }
  }

  /// The folder that module names of files in `folder` are relative to.
  std::string_view searchFolder(std::string_view folder) const {
    std::string_view package = folder;
    while (!package.empty() && !isPackage(package))
      package = folderOf(package);
    if (package.empty())
      return placeToSearch(folder);
    while (isPackage(folderOf(package)) && !folderOf(package).empty())
      package = folderOf(package);
    return namespaceRoot(folderOf(package));
  }

  bool isPackage(std::string_view folder) const { return packages_.contains(std::string(folder)); }

private:
  static bool isSource(std::string_view folder) { return lastPart(folder) == "src"; }

  // The `src` folder that plain folders lead up to from `folder`; otherwise `folder` itself.
  std::string_view namespaceRoot(std::string_view folder) const {
    for (std::string_view up = folder; !up.empty() && isIdentifier(lastPart(up)); up = folderOf(up)) {
      if (isSource(up))
        return up;
      if (projects_.contains(std::string(up)))
        break;
    }
    return folder;
  }

  std::string_view placeToSearch(std::string_view folder) const {
    while (!folder.empty() && !isSource(folder) && isIdentifier(lastPart(folder)) &&
           !projects_.contains(std::string(folder)))
      folder = folderOf(folder);
    return folder;
  }

  std::unordered_set<std::string> packages_, projects_;
};

std::string dotted(std::string_view path) {
  std::string name(path);
  std::ranges::replace(name, '/', '.');
  return name;
}

std::string join(std::string_view package, std::string_view name) {
  if (package.empty() || name.empty())
    return std::string(package.empty() ? name : package);
  return std::string(package) + '.' + std::string(name);
}

} // namespace

std::vector<ModuleInfo> discoverModules(std::span<const std::string> paths, std::string_view rootPackage) {
  const Layout layout(paths);
  std::vector<ModuleInfo> modules;
  modules.reserve(paths.size());
  for (const std::string &path : paths) {
    const std::string_view folder = folderOf(path), stem = stemOf(lastPart(path));
    const std::string_view from = rootPackage.empty() ? layout.searchFolder(folder) : std::string_view();
    std::string_view inside = folder.substr(std::min(folder.size(), from.empty() ? 0 : from.size() + 1));
    const bool isPackage = stem == "__init__";
    const std::string package = join(rootPackage, dotted(inside));
    modules.push_back({isPackage ? package : join(package, stem), isPackage, isTestPath(path)});
  }
  return modules;
}

} // namespace clearway::python
