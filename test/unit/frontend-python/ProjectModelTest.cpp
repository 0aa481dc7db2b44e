#include "frontend/python/ProjectModel.h"

#include <gmock/gmock.h>

namespace clearway::python {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(std::vector<std::string> paths, std::string_view rootPackage = {}) {
  std::vector<std::string> result;
  for (const ModuleInfo &module : discoverModules(paths, rootPackage))
    result.push_back(module.name);
  return result;
}

TEST(ProjectModel, PackagesAtTheRoot) {
  EXPECT_THAT(names({"app/__init__.py", "app/core/__init__.py", "app/core/db.py", "main.py"}),
              ElementsAre("app", "app.core", "app.core.db", "main"));
}

TEST(ProjectModel, PackagesInSource) {
  EXPECT_THAT(names({"src/app/__init__.py", "src/app/db.py", "src/single.py"}), ElementsAre("app", "app.db", "single"));
}

TEST(ProjectModel, PackagesDeepInARepository) {
  EXPECT_THAT(names({"server/text_server/__init__.py", "server/text_server/cli.py", "libs/py-core/core/__init__.py"}),
              ElementsAre("text_server", "text_server.cli", "core"));
}

TEST(ProjectModel, NamespacePackages) {
  EXPECT_THAT(names({"src/google/cloud/store/__init__.py", "src/google/cloud/store/a.py"}),
              ElementsAre("google.cloud.store", "google.cloud.store.a"));
  EXPECT_THAT(names({"app/main.py", "app/routers/users.py"}), ElementsAre("app.main", "app.routers.users"));
}

TEST(ProjectModel, FoldersInsidePackagesNeedNoInit) {
  EXPECT_THAT(names({"chat/__init__.py", "chat/serve/controller.py"}), ElementsAre("chat", "chat.serve.controller"));
}

TEST(ProjectModel, FoldersThatCannotBeModulesAreSearched) {
  EXPECT_THAT(names({"my-service/tasks/run.py", "2024/x.py"}), ElementsAre("tasks.run", "x"));
  EXPECT_THAT(names({"tools/setup.py", "tools/lib/a.py"}), ElementsAre("setup", "lib.a"));
}

TEST(ProjectModel, RootInsideAPackage) {
  EXPECT_THAT(names({"__init__.py", "controller.py", "sub/x.py"}, "chat.serve"),
              ElementsAre("chat.serve", "chat.serve.controller", "chat.serve.sub.x"));
}

TEST(ProjectModel, InitFilesArePackages) {
  const std::vector<std::string> paths{"a/__init__.py", "a/b.py"};
  const auto modules = discoverModules(paths);
  EXPECT_TRUE(modules[0].isPackage);
  EXPECT_FALSE(modules[1].isPackage);
}

TEST(ProjectModel, TestsByConvention) {
  const std::vector<std::string> paths{"tests/x.py",   "a/test_b.py", "a/b_test.py", "a/conftest.py",
                                       "examples/x.py", "a/testing.py", "a/contest.py", "latest/x.py"};
  std::vector<bool> tests;
  for (const ModuleInfo &module : discoverModules(paths))
    tests.push_back(module.isTest);
  EXPECT_THAT(tests, ElementsAre(true, true, true, true, true, false, false, false));
}

} // namespace
} // namespace clearway::python
