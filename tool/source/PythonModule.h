// The dotted name under which Python code imports a file.
#pragma once

#include <string>

namespace clearway::source {

struct PythonModule {
  std::string name; // "package.sub.module"; a package's own name for its __init__ file
  bool isPackage = false;
};

/// A folder with an __init__ file is a package, and so is any folder of the project inside one. The topmost
/// package lies in a folder that Python searches, unless plain folders lead up from there to a `src` folder:
/// those are namespace packages. A file in no package is named by its path from the nearest folder that can
/// only be a place to search: `src`, one with a setup.py, one whose name is no identifier, a `python` folder
/// right in the project, or `project` itself. Thread-safe.
PythonModule pythonModule(const std::string &absolutePath, const std::string &project);

} // namespace clearway::source
