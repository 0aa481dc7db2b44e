// Which module each Python file is, judged by where the files lie.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clearway::python {

struct ModuleInfo {
  std::string name;       // dotted; of a package for its __init__ file
  bool isPackage = false; // an __init__ file
  bool isTest = false;    // tests, benchmarks and examples, by convention
};

/// One entry per path, in the same order. `paths` are all Python files of the project, relative to its root and
/// '/'-separated; `rootPackage` is the dotted package that the root itself is, if it lies inside one.
///
/// A folder with an __init__ file is a package, and so is any folder inside one. The topmost package lies in a folder
/// that Python searches, unless plain folders lead up from there to a `src` folder: those are namespace packages.
/// Outside packages a module is named by its path from the nearest folder that can only be a place to search:
/// `src`, one with a setup.py, one whose name is no identifier, or the root.
std::vector<ModuleInfo> discoverModules(std::span<const std::string> paths, std::string_view rootPackage = {});

} // namespace clearway::python
