#include "source/Discovery.h"

#include "source/Subprocess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace clearway;
using namespace clearway::source;
using testing::ElementsAre;
namespace fs = std::filesystem;

namespace {

class DiscoveryTest : public testing::Test {
protected:
  void SetUp() override {
    root = fs::canonical(fs::temp_directory_path()) / ("clearway-discovery-" + std::to_string(getpid()));
    fs::remove_all(root);
    fs::create_directories(root);
  }
  void TearDown() override { fs::remove_all(root); }

  void write(const std::string &path, const std::string &text = "x = 1\n") {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  void git(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-C", root.string()});
    ASSERT_EQ(runProgram(arguments).status, 0);
  }
  std::vector<std::string> names(const Discovered &found) {
    std::vector<std::string> result;
    for (const Candidate &file : found.files)
      result.push_back(fs::path(file.absolutePath).lexically_relative(root));
    return result;
  }
  std::vector<std::string> findIn(std::string path = "", std::vector<std::string> excludes = {}) {
    return names(discover({{(root / path).string()}, std::move(excludes), root.string()}));
  }

  fs::path root;
};

TEST_F(DiscoveryTest, KnowsLanguagesByExtensionAndByInterpreter) {
  write("a.py");
  write("b.rs");
  write("c.cc");
  write("script", "#!/usr/bin/env python3\nprint()\n");
  write("shell", "#!/bin/sh\n");
  write("notes.txt");
  EXPECT_THAT(findIn(), ElementsAre("a.py", "b.rs", "c.cc", "script"));
}

TEST_F(DiscoveryTest, LooksOnceIntoASubmoduleThatWasNotFetched) {
  git({"init", "-q"});
  git({"update-index", "--add", "--cacheinfo", "160000,0123456789012345678901234567890123456789,sub"});
  write("a.py");
  write("sub/b.py");
  EXPECT_THAT(findIn(), ElementsAre("a.py", "sub/b.py"));
  EXPECT_THAT(findIn("sub"), ElementsAre("sub/b.py"));
}

TEST_F(DiscoveryTest, LeavesOutWhatIsNotTheUsersCode) {
  write("a.py");
  for (const char *folder :
       {".git", "node_modules", "x/site-packages", "__pycache__", ".venv", "build", "target"})
    write(std::string(folder) + "/b.py");
  write("env/pyvenv.cfg");
  write("env/lib/c.py");
  EXPECT_THAT(findIn(), ElementsAre("a.py"));
}

TEST_F(DiscoveryTest, ANamedFolderIsAnalysedWhateverItsName) {
  write("build/a.py");
  EXPECT_THAT(findIn("build"), ElementsAre("build/a.py"));
}

TEST_F(DiscoveryTest, HonoursGitignoreButKeepsUntrackedAndTrackedFiles) {
  git({"init", "-q"});
  write(".gitignore", "ignored/\n*_gen.py\n");
  write("a.py");
  write("b_gen.py");
  write("ignored/c.py");
  write("build/tracked.py");
  write("dist/untracked.py");
  git({"add", "build/tracked.py"});
  EXPECT_THAT(findIn(), ElementsAre("a.py", "build/tracked.py"));
  EXPECT_THAT(findIn("ignored"), ElementsAre("ignored/c.py")) << "named, so it is meant";
}

TEST_F(DiscoveryTest, AFileDeletedButStillTrackedIsNoError) {
  git({"init", "-q"});
  write("a.py");
  write("b.py");
  git({"add", "."});
  fs::remove(root / "b.py");
  Discovered found = discover({{root.string()}, {}, root.string()});
  EXPECT_THAT(names(found), ElementsAre("a.py"));
  EXPECT_TRUE(found.notifications.empty());
}

TEST_F(DiscoveryTest, SubmodulesBelongToTheProject) {
  git({"init", "-q"});
  write("a.py");
  write("sub/b.py");
  ASSERT_EQ(runProgram({"git", "-C", (root / "sub").string(), "init", "-q"}).status, 0);
  EXPECT_THAT(findIn(), ElementsAre("a.py", "sub/b.py"));
}

TEST_F(DiscoveryTest, LinkLoopsEndAndLinkedFilesCountOnce) {
  write("a/real.py");
  fs::create_directory_symlink(root, root / "a/loop");
  fs::create_symlink("self.py", root / "self.py");
  fs::create_symlink("nowhere.py", root / "dangling.py");
  fs::create_symlink("a/real.py", root / "alias.py");
  EXPECT_THAT(findIn(), ElementsAre("a/real.py"));
}

TEST_F(DiscoveryTest, AFileNamedTwiceCountsOnce) {
  write("a.py");
  auto path = (root / "a.py").string();
  EXPECT_THAT(names(discover({{path, path, root.string()}, {}, root.string()})), ElementsAre("a.py"));
}

TEST_F(DiscoveryTest, ExcludesAreRelativeToTheProject) {
  write("a.py");
  write("vendor/b.py");
  write("x/vendor/c.py");
  EXPECT_THAT(findIn("", {"/vendor"}), ElementsAre("a.py", "x/vendor/c.py"));
  EXPECT_THAT(findIn("", {"vendor"}), ElementsAre("a.py"));
}

TEST_F(DiscoveryTest, AMissingPathIsReportedAndTheOthersAreFound) {
  write("a.py");
  Discovered found = discover({{(root / "gone").string(), root.string()}, {}, root.string()});
  EXPECT_THAT(names(found), ElementsAre("a.py"));
  EXPECT_TRUE(found.namedPathFailed);
  ASSERT_EQ(found.notifications.size(), 1u);
  EXPECT_EQ(found.notifications[0].id, "no-such-path");
}

TEST_F(DiscoveryTest, AUnreadableFolderIsReportedAndItsSiblingsAreFound) {
  if (geteuid() == 0)
    GTEST_SKIP() << "the superuser can read everything";
  write("a/x.py");
  write("b/y.py");
  fs::permissions(root / "a", fs::perms::none);
  Discovered found = discover({{root.string()}, {}, root.string()});
  fs::permissions(root / "a", fs::perms::owner_all);
  EXPECT_THAT(names(found), ElementsAre("b/y.py"));
  ASSERT_EQ(found.notifications.size(), 1u);
  EXPECT_EQ(found.notifications[0].id, "unreadable");
  EXPECT_FALSE(found.namedPathFailed);
}

TEST(TestPath, ByConvention) {
  EXPECT_TRUE(isTestPath("tests/a.py"));
  EXPECT_TRUE(isTestPath("pkg/test_a.py"));
  EXPECT_TRUE(isTestPath("crate/benches/a.rs"));
  EXPECT_TRUE(isTestPath("build.rs"));
  EXPECT_TRUE(isTestPath("crates/store/build.rs"));
  EXPECT_FALSE(isTestPath("crates/store/src/index/build.rs"));
  EXPECT_FALSE(isTestPath("pkg/latest/a.py"));
  EXPECT_FALSE(isTestPath("pkg/contest.py"));
  EXPECT_FALSE(isTestPath("testing.py"));
}

} // namespace
