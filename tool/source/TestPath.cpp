#include "source/Discovery.h"
#include "source/Glob.h"

#include <algorithm>
#include <array>

namespace clearway::source {

namespace {

constexpr std::array<std::string_view, 7> kTestFolders{"test",    "tests", "unittests", "testdata",
                                                       "benches", "bench", "examples"};
constexpr std::array<std::string_view, 8> kTestFiles{"test_*.py", "*_test.py", "tests.py",  "conftest.py",
                                                     "build.rs",  "tests.rs",  "*_test.c*", "*_unittest.c*"};

} // namespace

bool isTestPath(std::string_view path) {
  size_t slash = path.rfind('/');
  std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  auto named = [&](std::string_view glob) { return globMatches(glob, file); };
  if (std::any_of(kTestFiles.begin(), kTestFiles.end(), named))
    return true;
  if (slash == std::string_view::npos)
    return false;
  auto inside = [folders = path.substr(0, slash)](std::string_view folder) {
    return globExcludes(folder, folders);
  };
  return std::any_of(kTestFolders.begin(), kTestFolders.end(), inside);
}

} // namespace clearway::source
