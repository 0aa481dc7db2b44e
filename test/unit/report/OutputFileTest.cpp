#include "report/OutputFile.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace clearway::report;
namespace fs = std::filesystem;

namespace {

class OutputFileTest : public testing::Test {
protected:
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }
  std::string read(const std::string &path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  std::string folder = fs::temp_directory_path() / ("clearway-output-" + std::to_string(getpid()));
};

TEST_F(OutputFileTest, ReplacesAndLeavesNothingBehind) {
  std::string path = folder + "/a.sarif";
  ASSERT_TRUE(replaceFile(path, "old"));
  ASSERT_TRUE(replaceFile(path, "new"));
  EXPECT_EQ(read(path), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(OutputFileTest, KeepsPermissionsAndLinks) {
  std::string path = folder + "/a.txt", link = folder + "/link";
  ASSERT_TRUE(replaceFile(path, "old"));
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  fs::create_symlink("a.txt", link);
  ASSERT_TRUE(replaceFile(link, "new"));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(read(path), "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0640));
}

TEST_F(OutputFileTest, AFullDiskIsAnError) {
  auto written = replaceFile("/dev/full", "text");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().find("No space left"), std::string::npos);
}

TEST_F(OutputFileTest, AMissingFolderIsAnError) {
  auto written = replaceFile(folder + "/no/such/a.txt", "text");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().find("No such file"), std::string::npos);
}

} // namespace
