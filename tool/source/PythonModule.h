// The dotted name under which Python code imports a file.
#pragma once

#include <string>

namespace clearway::source {

struct PythonModule {
  std::string name; // "package.sub.module"; a package's own name for its __init__ file
  bool isPackage = false;
};

/// A package is a folder with an __init__ file. A file in no package is named after the folders below `project`, a leading
/// `src` or `python` left out: that is where its project puts it on the search path. Thread-safe.
PythonModule pythonModule(const std::string &absolutePath, const std::string &project);

} // namespace clearway::source
