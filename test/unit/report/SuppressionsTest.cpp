#include "report/Suppressions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace clearway;
using namespace clearway::report;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string_view> kChecks{"blocking-io", "blocking-sleep"};

class SuppressionsTest : public testing::Test {
protected:
  SuppressionsTest() { fs::create_directories(folder); }
  ~SuppressionsTest() override { fs::remove_all(folder); }

  facts::FileFacts &source(const std::string &text, facts::Language language = facts::Language::Python) {
    std::string path = language == facts::Language::Python ? "a.py" : "a.cc";
    std::ofstream(folder + "/" + path) << text;
    facts::FileFacts &file = program.files.emplace_back();
    file.path = path;
    file.language = language;
    return file;
  }
  void comment(uint32_t line, const std::string &text, bool ownLine) {
    program.files.back().directives.push_back({{line, 1, line, 1}, Name(text), ownLine});
  }
  void function(uint32_t first, uint32_t named, uint32_t last) {
    facts::Function function;
    function.range = {first, 1, last, 1};
    function.nameRange = {named, 5, named, 6};
    program.files.back().functions.push_back(function);
  }
  bool suppressed(uint32_t line, const std::string &check = "blocking-io") {
    Finding finding;
    finding.check = check;
    finding.primary = {program.files.back().path, {line, 1, line, 9}, "f"};
    ready().apply(finding);
    return finding.suppressed;
  }
  Suppressions &ready() {
    if (!made) {
      sources = SourceCache(folder);
      made = std::make_unique<Suppressions>(program, sources);
    }
    return *made;
  }
  std::vector<std::string> complaintIds() {
    std::vector<std::string> ids;
    for (const auto &complaint : ready().complaints(kChecks, kChecks))
      ids.push_back(complaint.id);
    return ids;
  }

  std::string folder = fs::temp_directory_path() / ("clearway-suppressions-" + std::to_string(getpid()));
  link::Program program;
  SourceCache sources;
  std::unique_ptr<Suppressions> made;
};

TEST_F(SuppressionsTest, SameLine) {
  source("a\nb\nc\n");
  comment(2, "# clearway: allow(blocking-io) why", false);
  EXPECT_FALSE(suppressed(1));
  EXPECT_TRUE(suppressed(2));
  EXPECT_FALSE(suppressed(3));
  EXPECT_FALSE(suppressed(2, "blocking-sleep")) << "names another check";
  EXPECT_THAT(complaintIds(), testing::IsEmpty());
}

TEST_F(SuppressionsTest, LineAboveSkipsCommentsAndBlankLines) {
  source("# clearway\n\n# more\nx\ny\n");
  comment(1, "# clearway: allow(blocking-*) why", true);
  EXPECT_TRUE(suppressed(4));
  EXPECT_TRUE(suppressed(4, "blocking-sleep"));
  EXPECT_FALSE(suppressed(5));
}

TEST_F(SuppressionsTest, AboveAFunctionCoversItWithItsDecorators) {
  source("# clearway\n@route\ndef f():\n    x\n    y\nz\n");
  comment(1, "# clearway: allow(blocking-io) why", true);
  function(3, 3, 5);
  EXPECT_TRUE(suppressed(4));
  EXPECT_TRUE(suppressed(5));
  EXPECT_FALSE(suppressed(6));
}

TEST_F(SuppressionsTest, AtAStepOfTheOnlyWay) {
  source("a\nb\nc\n");
  comment(1, "# clearway: allow(blocking-io) why", false);
  Finding finding;
  finding.check = "blocking-io";
  finding.primary = {"a.py", {3, 1, 3, 2}, "g"};
  finding.chain = {{{"a.py", {1, 1, 1, 2}, "f"}, "", 1}, {finding.primary, "", 2}};
  Finding others = finding;
  others.otherEntryPoints = 1;
  ready().apply(finding);
  ready().apply(others);
  EXPECT_TRUE(finding.suppressed);
  EXPECT_FALSE(others.suppressed) << "the other entry points were not allowed";
}

TEST_F(SuppressionsTest, ComplaintsAboutComments) {
  source("a\nb\nc\nd\n");
  comment(1, "# clearway: allow(blocking-io)", false);
  comment(2, "# clearway: allow(bloking-io) why", false);
  comment(3, "# clearway: alow", false);
  EXPECT_TRUE(suppressed(1));
  EXPECT_THAT(complaintIds(),
              testing::UnorderedElementsAre("missing-reason", "unknown-check", "malformed-comment"));
}

TEST_F(SuppressionsTest, AnUnusedAllowanceIsReportedOnlyIfItsCheckRan) {
  source("a\n");
  comment(1, "# clearway: allow(blocking-io) why", false);
  std::vector<std::string_view> other{"blocking-sleep"};
  EXPECT_THAT(complaintIds(), testing::ElementsAre("unused-allowance"));
  EXPECT_TRUE(ready().complaints(kChecks, other).empty());
}

TEST_F(SuppressionsTest, SyncContextIsAReason) {
  source("a\nb\n");
  comment(1, "# SYNC CONTEXT: before the loop starts", true);
  comment(2, "# clearway: allow(blocking-io)", false);
  EXPECT_TRUE(suppressed(2));
  EXPECT_THAT(complaintIds(), testing::IsEmpty());
  EXPECT_EQ(ready().find("a.py", 2, "blocking-io")->reason, "before the loop starts");
}

TEST_F(SuppressionsTest, NoLintInCpp) {
  source("a\nb\nc\nd\ne\nf\n", facts::Language::Cpp);
  comment(1, "// NOLINT(clearway-blocking-io)", false);
  comment(2, "// NOLINTNEXTLINE", true);
  comment(4, "// NOLINTBEGIN(blocking-*)", true);
  comment(5, "// NOLINTEND(blocking-*)", true);
  EXPECT_TRUE(suppressed(1));
  EXPECT_FALSE(suppressed(2));
  EXPECT_TRUE(suppressed(3));
  EXPECT_TRUE(suppressed(4));
  EXPECT_FALSE(suppressed(6));
  EXPECT_THAT(complaintIds(), testing::IsEmpty()) << "they may be meant for clang-tidy";
}

TEST_F(SuppressionsTest, NoLintOfAnotherCheckAndInPythonSaysNothing) {
  source("a\n", facts::Language::Cpp);
  comment(1, "// NOLINT(bugprone-branch-clone)", false);
  EXPECT_FALSE(suppressed(1));
}

} // namespace
