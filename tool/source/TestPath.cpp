#include "source/Discovery.h"
#include "source/Glob.h"

#include <algorithm>
#include <array>

namespace clearway::source {

namespace {

constexpr std::array<std::string_view, 7> kTestFolders{"test",    "tests", "unittests", "testdata",
                                                       "benches", "bench", "examples"};
constexpr std::array<std::string_view, 7> kTestFiles{"test_*.py", "*_test.py", "tests.py",     "conftest.py",
                                                     "tests.rs",  "*_test.c*", "*_unittest.c*"};

constexpr std::string_view kBuildScript = "build.rs"; // of a package, beside its manifest

} // namespace

bool isTestPath(std::string_view path) {
  size_t slash = path.rfind('/');
  std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  auto named = [&](std::string_view glob) { return globMatches(glob, file); };
  if (std::any_of(kTestFiles.begin(), kTestFiles.end(), named))
    return true;
  if (slash == std::string_view::npos)
    return file == kBuildScript;
  auto inside = [folders = path.substr(0, slash)](std::string_view folder) {
    return globExcludes(folder, folders);
  };
  if (file == kBuildScript && !inside("src")) // there it is a module like any other
    return true;
  return std::any_of(kTestFolders.begin(), kTestFolders.end(), inside);
}

} // namespace clearway::source
