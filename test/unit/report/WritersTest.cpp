#include "report/Writers.h"

#include "Sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace clearway;
using namespace clearway::report;
using testing::HasSubstr;
using testing::Not;

namespace {

class WritersTest : public testing::Test {
protected:
  std::string written(Format format, WriteOptions options = {}) {
    SourceCache sources(sample.folder);
    return write(format, sample.report, sources, options);
  }
  nlohmann::json sarif(WriteOptions options = {}) {
    return nlohmann::json::parse(written(Format::Sarif, options));
  }
  Sample sample;
};

TEST_F(WritersTest, TextShowsLineRangeAndChain) {
  std::string text = written(Format::Text);
  EXPECT_THAT(text, HasSubstr("app/backend.py:4:12: error: `requests.get` blocks the event loop"));
  EXPECT_THAT(text,
              HasSubstr("    4 |     return requests.get(\"u\")\n      |            ^~~~~~~~~~~~~~~~~\n"));
  EXPECT_THAT(text, HasSubstr("app/server.py:6:5: note: `chat` calls `fetch`\n"));
  EXPECT_THAT(text, HasSubstr("reached from 3 more entry points"));
}

TEST_F(WritersTest, TextCountsCharactersNotBytes) {
  // "ü😀" are two characters in six bytes: byte column 21 is character column 17
  sample.report.findings[2].primary.range = {12, 21, 12, 34};
  EXPECT_THAT(written(Format::Text), HasSubstr("app/server.py:12:17: warning: "));
}

TEST_F(WritersTest, SuppressedFindingsAreLeftOut) {
  for (Format format :
       {Format::Text, Format::Concise, Format::Json, Format::Sarif, Format::GitHub, Format::JUnit})
    EXPECT_THAT(written(format), Not(HasSubstr("start-up only")));
  WriteOptions all;
  all.includeSuppressed = true;
  EXPECT_THAT(written(Format::Sarif, all), HasSubstr("\"justification\": \"start-up only\""));
  EXPECT_THAT(written(Format::Json, all), HasSubstr("\"justification\": \"start-up only\""));
}

TEST_F(WritersTest, ConciseIsOneLinePerFinding) {
  std::string text = written(Format::Concise);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, HasSubstr("[blocking-io]\n"));
}

TEST_F(WritersTest, SarifBeginsAsBuildSystemsRecogniseIt) {
  EXPECT_THAT(written(Format::Sarif), testing::StartsWith("{\n  \"$schema\": \"https://"));
}

TEST_F(WritersTest, SarifColumnsAreUtf16) {
  sample.report.findings[2].primary.range = {12, 21, 12, 34};
  auto log = sarif();
  EXPECT_EQ(log["runs"][0]["columnKind"], "utf16CodeUnits");
  auto region = log["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"];
  EXPECT_EQ(region["startColumn"], 18); // the emoji counts two
  EXPECT_EQ(region["endColumn"], 31);
  EXPECT_EQ(region["snippet"]["text"], "time.sleep(1)");
}

TEST_F(WritersTest, SarifLinksEveryRelatedLocation) {
  auto result = sarif()["runs"][0]["results"][0];
  ASSERT_EQ(result["relatedLocations"].size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(result["relatedLocations"][i]["id"], i + 1);
    EXPECT_THAT(result["message"]["text"].get<std::string>(), HasSubstr("](" + std::to_string(i + 1) + ")"));
  }
  EXPECT_EQ(result["codeFlows"][0]["threadFlows"][0]["locations"][0]["nestingLevel"], 1);
  EXPECT_EQ(result["codeFlows"][0]["threadFlows"][0]["locations"][1]["nestingLevel"], 2);
}

TEST_F(WritersTest, SarifTextThatLooksLikeALinkIsNone) {
  EXPECT_THAT(sarif()["runs"][0]["results"][1]["message"]["text"].get<std::string>(),
              HasSubstr("[there] (x)"));
}

TEST_F(WritersTest, SarifRulesCarryTheirPageAndWeaknesses) {
  auto driver = sarif()["runs"][0]["tool"]["driver"];
  EXPECT_THAT(driver["rules"][0]["help"]["markdown"].get<std::string>(), HasSubstr("## Why"));
  EXPECT_EQ(driver["rules"][0]["shortDescription"]["text"], "Reports I/O that blocks.");
  EXPECT_EQ(driver["rules"][0]["relationships"][1]["target"]["id"], "1088");
  EXPECT_EQ(sarif()["runs"][0]["taxonomies"][0]["taxa"].size(), 2u);
}

TEST_F(WritersTest, SarifIsReproducible) {
  WriteOptions options;
  options.reproducible = true;
  options.startTime = "2020-01-01T00:00:00Z";
  std::string text = written(Format::Sarif, options);
  EXPECT_THAT(text, Not(HasSubstr(sample.folder)));
  EXPECT_THAT(text, Not(HasSubstr("2020-01-01")));
}

TEST_F(WritersTest, SarifWithAbsolutePaths) {
  WriteOptions options;
  options.absolutePaths = true;
  EXPECT_EQ(
      sarif(options)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
      "file://" + sample.folder + "/app/backend.py");
}

TEST_F(WritersTest, SarifEncodesPaths) {
  sample.report.findings[0].primary.file = "app/a b#ü.py";
  EXPECT_EQ(sarif()["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "app/a%20b%23%C3%BC.py");
}

TEST_F(WritersTest, GitHubEscapesWhatWouldEndACommand) {
  sample.report.findings[0].message = "100% of\nlines";
  EXPECT_THAT(
      written(Format::GitHub),
      HasSubstr(
          "::error file=app/backend.py,line=4,endLine=4,col=12,endColumn=29,title=clearway%3A blocking-io::"
          "100%25 of%0Alines"));
}

TEST_F(WritersTest, JUnitEscapesMarkup) {
  std::string text = written(Format::JUnit);
  EXPECT_THAT(text, HasSubstr("&lt;here&gt; &amp; [there]"));
  EXPECT_THAT(text, HasSubstr("tests=\"2\" failures=\"2\""));
}

TEST_F(WritersTest, ACleanRunStillHasAPassingTestCase) {
  sample.report.findings.clear();
  EXPECT_THAT(written(Format::JUnit), HasSubstr("tests=\"1\" failures=\"0\""));
  EXPECT_EQ(sarif()["runs"][0]["results"].size(), 0u);
  EXPECT_EQ(written(Format::Text), "");
}

TEST_F(WritersTest, JsonSaysWhatSarifSays) {
  auto json = nlohmann::json::parse(written(Format::Json));
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["findings"].size(), 2u);
  EXPECT_EQ(json["findings"][0]["location"]["line"], 4);
  EXPECT_EQ(json["findings"][0]["chain"].size(), 2u);
  EXPECT_EQ(json["findings"][1]["fixes"][0]["safe"], true);
  EXPECT_EQ(json["notifications"][0]["id"], "syntax-error");
}

TEST_F(WritersTest, SourceThatIsNoUtf8DoesNotBreakAReport) {
  std::ofstream(sample.folder + "/app/backend.py") << "\n\n\n    x = '\xFC\xDF' + requests.get('u')\n";
  EXPECT_NO_THROW(sarif());
  EXPECT_NO_THROW(written(Format::Text));
}

TEST_F(WritersTest, ControlCharactersOfTheSourceDoNotReachTheTerminal) {
  std::ofstream(sample.folder + "/app/backend.py") << "\n\n\n    x = '\x1B[2J' + requests.get('u')\n";
  EXPECT_THAT(written(Format::Text), Not(HasSubstr("\x1B[2J")));
}

} // namespace
