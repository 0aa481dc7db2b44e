#include "runtime/Verification.h"

#include <gmock/gmock.h>

using namespace clearway;
using namespace clearway::runtime;
using report::MeasuredVerdict;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// A program of functions, without any code in them.
class Sketch {
public:
  Sketch &file(const char *path) {
    facts::FileFacts &file = program_.files.emplace_back();
    file.path = path;
    program_.functionBase.push_back(static_cast<uint32_t>(program_.functions.size()));
    return function("<module>", 1, 1000, facts::FunctionKind::Module);
  }

  Sketch &function(const char *name, uint32_t first, uint32_t last, facts::FunctionKind kind = facts::FunctionKind::Plain) {
    facts::FileFacts &file = program_.files.back();
    facts::Function function;
    function.name = function.qualifiedName = Name(name);
    function.kind = kind;
    function.range = {first, 1, last, 1};
    function.nameRange = {first, 5, first, 9};
    link::Function linked;
    linked.file = static_cast<link::FileId>(program_.files.size() - 1);
    linked.local = static_cast<facts::FunctionId>(file.functions.size());
    file.functions.push_back(function);
    program_.functions.push_back(linked);
    return *this;
  }

  const link::Program &program() const { return program_; }

private:
  link::Program program_;
};

Frame at(const char *symbol, const char *file, uint64_t line) {
  Frame frame;
  frame.symbol = symbol;
  frame.file = file;
  frame.line = line;
  return frame;
}

Frame python(const char *symbol, const char *file, uint64_t line) {
  Frame frame = at(symbol, file, line);
  frame.native = false;
  return frame;
}

Stall stallOf(std::vector<Frame> frames, uint64_t milliseconds = 60, const char *cause = "syscall") {
  Stall stall;
  stall.loop = "main";
  stall.cause = cause;
  stall.durationNs = milliseconds * 1'000'000;
  stall.frames = std::move(frames);
  return stall;
}

report::Finding findingAt(const char *file, uint32_t line, uint32_t lastLine = 0, const char *terminal = "time.sleep") {
  report::Finding finding;
  finding.check = "blocking-sleep";
  finding.primary = {file, {line, 5, lastLine ? lastLine : line, 20}, ""};
  finding.terminal = terminal;
  return finding;
}

struct Chat {
  Sketch sketch;
  std::vector<report::Finding> findings;
  std::vector<Stall> stalls;
  Coverage coverage;

  Chat() {
    sketch.file("demo/chat/server.py").function("chat.server.say", 10, 20, facts::FunctionKind::Coroutine);
    sketch.file("demo/chat/backend.py").function("chat.backend.Backend.post", 5, 15).function("chat.backend.Backend.idle", 20, 30);
  }

  Unexplained run() { return measure(findings, stalls, ProgramIndex(sketch.program()), coverage); }
  const report::Measurement &of(size_t i) { return *findings[i].measurement; }
};

} // namespace

TEST(Verification, ConfirmsByLineOfTheInnermostFrame) {
  Chat chat;
  chat.findings = {findingAt("demo/chat/backend.py", 7, 9), findingAt("demo/chat/backend.py", 12), findingAt("demo/chat/server.py", 12)};
  chat.stalls = {stallOf({python("sleep", "/usr/lib/python3.11/x.py", 3), python("Backend.post", "/app/chat/backend.py", 8),
                          python("say", "/app/chat/server.py", 12)}),
                 stallOf({python("Backend.post", "/app/chat/backend.py", 9)}, 100)};
  Unexplained rest = chat.run();
  EXPECT_TRUE(rest.here.empty() && rest.elsewhere.empty());
  EXPECT_EQ(chat.of(0).verdict, MeasuredVerdict::Confirmed);
  EXPECT_EQ(chat.of(0).evidence, report::Evidence::Line);
  EXPECT_EQ(chat.of(0).stalls, 2u);
  EXPECT_EQ(chat.of(0).totalNs, 160'000'000u);
  EXPECT_EQ(chat.of(0).worstNs, 100'000'000u);
  EXPECT_EQ(chat.of(1).verdict, MeasuredVerdict::Executed); // the same function, another line
  EXPECT_EQ(chat.of(2).verdict, MeasuredVerdict::Executed); // on the stack, further out
}

TEST(Verification, SaysWhatWasNotSeen) {
  Chat chat;
  chat.findings = {findingAt("demo/chat/backend.py", 25), findingAt("demo/chat/backend.py", 26), findingAt("demo/chat/backend.py", 27)};
  ASSERT_TRUE(chat.coverage.add("SF:/ci/demo/chat/backend.py\nDA:25,0\nDA:26,4\nend_of_record\n"));
  chat.run();
  EXPECT_EQ(chat.of(0).verdict, MeasuredVerdict::NeverExecuted);
  EXPECT_EQ(chat.of(1).verdict, MeasuredVerdict::Executed);
  EXPECT_EQ(chat.of(1).runs, 4u);
  EXPECT_EQ(chat.of(2).verdict, MeasuredVerdict::NotSeen);
}

TEST(Verification, TellsFilesOfOneNameApart) {
  Sketch sketch;
  sketch.file("a/util.py").function("a.util.f", 1, 9).file("b/util.py").function("b.util.f", 1, 9);
  ProgramIndex index(sketch.program());
  EXPECT_EQ(index.placeOf(python("f", "/srv/b/util.py", 3)).file, 1u);
  EXPECT_EQ(index.placeOf(python("f", "/srv/a/util.py", 3)).file, 0u);
  EXPECT_FALSE(index.placeOf(python("f", "/srv/c/util.py", 3)).valid()); // might be either
  EXPECT_FALSE(index.placeOf(python("g", "/srv/other.py", 3)).valid());
}

TEST(Verification, TakesAFileOfThatNameIfTheFunctionIsInIt) {
  Sketch sketch;
  sketch.file("src/server.cpp").function("app::serve", 10, 20);
  ProgramIndex index(sketch.program());
  EXPECT_TRUE(index.placeOf(at("app::serve(int)", "/build/server.cpp", 12)).valid());
  EXPECT_FALSE(index.placeOf(at("other::run()", "/usr/src/lib/server.cpp", 12)).valid());
  EXPECT_FALSE(index.placeOf(at("app::serve(int)", "/usr/src/lib/server.cpp", 400)).valid());
}

TEST(Verification, ConfirmsByFunctionWithoutLines) {
  Sketch sketch;
  sketch.file("src/app.cpp").function("app::fetch", 10, 20).function("app::load", 30, 40);
  std::vector<report::Finding> findings = {findingAt("src/app.cpp", 12, 0, "std::this_thread::sleep_for"),
                                           findingAt("src/app.cpp", 14, 0, "std::mutex::lock"), findingAt("src/app.cpp", 33)};
  std::vector<Stall> stalls = {stallOf({at("std::mutex::lock()", "", 0), at("app::fetch(int)::{lambda()#1}::operator()() const", "", 0),
                                        at("app::load()", "", 0)})};
  measure(findings, stalls, ProgramIndex(sketch.program()), {});
  EXPECT_EQ(findings[0].measurement->verdict, MeasuredVerdict::Executed);
  EXPECT_EQ(findings[1].measurement->verdict, MeasuredVerdict::Confirmed);
  EXPECT_EQ(findings[1].measurement->evidence, report::Evidence::Function);
  EXPECT_EQ(findings[2].measurement->verdict, MeasuredVerdict::Executed);
}

TEST(Verification, ConfirmsByTheCallThatLeadsThere) {
  Chat chat;
  report::Finding finding = findingAt("demo/chat/backend.py", 7);
  finding.chain = {{{"demo/chat/server.py", {12, 5, 12, 20}, ""}, "", 1}, {finding.primary, "", 2}};
  chat.findings = {finding};
  chat.stalls = {stallOf({at("", "", 0), at("say", "/app/chat/server.py", 12)})};
  chat.run();
  EXPECT_EQ(chat.of(0).verdict, MeasuredVerdict::Confirmed);
  EXPECT_EQ(chat.of(0).evidence, report::Evidence::Chain);
}

TEST(Verification, ReportsWhatNobodyPredicted) {
  Chat chat;
  chat.stalls = {stallOf({python("Backend.post", "/app/chat/backend.py", 8), python("say", "/app/chat/server.py", 12)}, 50, "on-cpu"),
                 stallOf({python("Backend.post", "/app/chat/backend.py", 9), python("say", "/app/chat/server.py", 12)}, 80, "on-cpu"),
                 stallOf({python("f", "/elsewhere/x.py", 9)}), stallOf({}),
                 stallOf({python("Backend.idle", "/app/chat/backend.py", 22)}, 90, "starved")};
  Unexplained rest = chat.run();
  EXPECT_EQ(rest.here.size(), 3u);
  EXPECT_EQ(rest.elsewhere.size(), 2u);
  std::vector<report::Finding> found = unpredicted(rest.here, ProgramIndex(chat.sketch.program()));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].level, report::Level::Warning);
  EXPECT_EQ(found[0].primary.range.beginLine, 9u); // of the longest
  EXPECT_EQ(found[0].measurement->stalls, 2u);
  EXPECT_EQ(found[0].measurement->worstNs, 80'000'000u);
  EXPECT_THAT(found[0].message, HasSubstr("chat.backend.Backend.post` stopped the event loop `main` for 80.0 ms (on-cpu)"));
  ASSERT_EQ(found[0].chain.size(), 2u);
  EXPECT_EQ(found[0].chain[0].text, "`chat.server.say` calls `chat.backend.Backend.post`");
  EXPECT_EQ(found[0].entry, "chat.server.say");
  EXPECT_EQ(found[1].level, report::Level::Note); // the machine's doing
}

TEST(Verification, RanksByCost) {
  auto with = [](MeasuredVerdict verdict, uint64_t total) {
    report::Finding finding;
    finding.measurement = report::Measurement{.verdict = verdict, .stalls = total ? 1u : 0u, .totalNs = total};
    return finding;
  };
  std::vector<report::Finding> findings = {with(MeasuredVerdict::NotSeen, 0), with(MeasuredVerdict::NeverExecuted, 0),
                                           with(MeasuredVerdict::Executed, 0), with(MeasuredVerdict::Confirmed, 5),
                                           with(MeasuredVerdict::Unpredicted, 7)};
  rankByCost(findings);
  std::vector<MeasuredVerdict> order;
  for (const report::Finding &finding : findings)
    order.push_back(finding.measurement->verdict);
  EXPECT_THAT(order, ElementsAre(MeasuredVerdict::Unpredicted, MeasuredVerdict::Confirmed, MeasuredVerdict::Executed,
                                 MeasuredVerdict::NotSeen, MeasuredVerdict::NeverExecuted));
}

TEST(Coverage, SaysWhatIsWrong) {
  Coverage coverage;
  EXPECT_THAT(coverage.add("hello\n").error(), HasSubstr("no coverage in LCOV's format"));
  EXPECT_THAT(coverage.add("SF:a.py\nDA:x,1\n").error(), HasSubstr("2: is no line"));
  EXPECT_THAT(coverage.add("DA:1,1\n").error(), HasSubstr("DA comes before any SF"));
  EXPECT_TRUE(coverage.empty());
  EXPECT_TRUE(coverage.add("TN:\r\nSF:a.py\r\nDA:1,2,abc\r\nend_of_record\r\nSF:a.py\nDA:1,3\n"));
  EXPECT_EQ(coverage.files().at("a.py").at(1), 5u);
}

TEST(Names, ShareTheirEnds) {
  EXPECT_EQ(commonComponents("a::b::c", "x::b::c"), 2u);
  EXPECT_EQ(commonComponents("chat.backend.post", "Backend.post"), 1u);
  EXPECT_EQ(commonComponents("", "a"), 0u);
  EXPECT_EQ(lastComponent("std::mutex::lock"), "lock");
}
