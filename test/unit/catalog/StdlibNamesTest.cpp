// The names of the standard library's entries, held against the Python of this machine.
#include "catalog/Catalog.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace clearway::catalog {
namespace {

std::filesystem::path writeNames(const Catalog &catalog) {
  const auto path = std::filesystem::path(testing::TempDir()) / "clearway-stdlib-names.txt";
  std::ofstream out(path);
  for (const Entry &entry : catalog.entries())
    if (entry.file.view().find("/stdlib-") != std::string_view::npos)
      out << entry.file.view() << ":" << entry.line << " " << entry.name.view() << (entry.isProperty ? " property" : "") << "\n";
  return path;
}

TEST(StdlibNames, AreThoseOfPython) {
  if (std::system("python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null") != 0)
    GTEST_SKIP() << "no Python 3.10 or newer here";
  static constexpr facts::Language kPython[] = {facts::Language::Python};
  const auto names = writeNames(Catalog::embedded(kPython));
  const auto script = std::filesystem::path(CLEARWAY_TEST_DATA "/../../../catalog/stdlib_names.py").lexically_normal();
  const std::string command = "python3 '" + script.string() + "' '" + names.string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

} // namespace
} // namespace clearway::catalog
