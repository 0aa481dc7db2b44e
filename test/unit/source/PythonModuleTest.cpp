#include "source/PythonModule.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>
#include <vector>

namespace clearway::source {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class PythonModules : public testing::Test {
protected:
  void SetUp() override {
    project_ = fs::path(testing::TempDir()) / ("clearway-modules-" + std::to_string(::getpid()));
    fs::create_directories(project_);
  }
  void TearDown() override { fs::remove_all(project_); }

  /// Makes the files, and names those of them that do not start with '+'.
  std::vector<std::string> names(const std::vector<std::string> &paths) {
    for (const std::string &path : paths) {
      const fs::path file = project_ / (path.starts_with('+') ? path.substr(1) : path);
      fs::create_directories(file.parent_path());
      std::ofstream{file};
    }
    std::vector<std::string> result;
    for (const std::string &path : paths)
      if (!path.starts_with('+'))
        result.push_back(pythonModule(project_ / path, project_).name);
    return result;
  }

  fs::path project_;
};

TEST_F(PythonModules, PackagesAtTheRoot) {
  EXPECT_THAT(names({"app/__init__.py", "app/core/__init__.py", "app/core/db.py", "main.py"}),
              ElementsAre("app", "app.core", "app.core.db", "main"));
}

TEST_F(PythonModules, PackagesInSource) {
  EXPECT_THAT(names({"src/app/__init__.py", "src/app/db.py", "src/single.py"}),
              ElementsAre("app", "app.db", "single"));
}

TEST_F(PythonModules, PackagesDeepInARepository) {
  EXPECT_THAT(
      names({"server/text_server/__init__.py", "server/text_server/cli.py", "libs/py-core/core/__init__.py"}),
      ElementsAre("text_server", "text_server.cli", "core"));
}

TEST_F(PythonModules, NamespacePackages) {
  EXPECT_THAT(names({"src/google/cloud/store/__init__.py", "src/google/cloud/store/a.py"}),
              ElementsAre("google.cloud.store", "google.cloud.store.a"));
  EXPECT_THAT(names({"app/main.py", "app/routers/users.py", "python/binding.py"}),
              ElementsAre("app.main", "app.routers.users", "binding"));
}

TEST_F(PythonModules, FoldersInsidePackagesNeedNoInit) {
  EXPECT_THAT(names({"libs/chat/__init__.py", "libs/chat/serve/controller.py"}),
              ElementsAre("chat", "chat.serve.controller"));
}

TEST_F(PythonModules, FoldersThatCannotBeModulesAreSearched) {
  EXPECT_THAT(names({"my-service/tasks/run.py", "2024/x.py"}), ElementsAre("tasks.run", "x"));
  EXPECT_THAT(names({"+tools/setup.py", "tools/lib/a.py"}), ElementsAre("lib.a"));
}

TEST_F(PythonModules, InitFilesArePackages) {
  names({"a/__init__.py", "a/b.py"});
  EXPECT_TRUE(pythonModule(project_ / "a/__init__.py", project_).isPackage);
  EXPECT_FALSE(pythonModule(project_ / "a/b.py", project_).isPackage);
}

TEST_F(PythonModules, AProjectInsideAPackage) {
  names({"+chat/__init__.py", "+chat/serve/__init__.py", "+chat/serve/x.py"});
  EXPECT_EQ(pythonModule(project_ / "chat/serve/x.py", project_ / "chat/serve").name, "chat.serve.x");
}

} // namespace
} // namespace clearway::source
