#include "runtime/Culprit.h"
#include "runtime/Format.h"
#include "runtime/PollHistogram.h"
#include "runtime/StallReport.h"
#include "runtime/StallWriters.h"
#include "runtime/html/Markup.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

using namespace clearway::runtime;
using testing::HasSubstr;
using testing::Not;

namespace {

Frame native(const char *symbol, const char *module = "/srv/app", const char *file = "") {
  Frame frame;
  frame.symbol = symbol;
  frame.module = module;
  frame.file = file;
  return frame;
}

Frame python(const char *symbol, const char *file) {
  Frame frame;
  frame.native = false;
  frame.language = "python";
  frame.symbol = symbol;
  frame.file = file;
  frame.line = 3;
  return frame;
}

Stall stallOf(std::vector<Frame> frames, uint64_t durationNs = 1'000'000, const char *loop = "main") {
  static uint64_t id = 0;
  Stall stall;
  stall.id = ++id;
  stall.loop = loop;
  stall.beginUnixNs = 1'000'000'000 * id;
  stall.durationNs = durationNs;
  stall.frames = std::move(frames);
  return stall;
}

} // namespace

TEST(Culprit, IsTheInnermostFrameOfTheApplication) {
  EXPECT_EQ(culpritOf(stallOf({native("__nanosleep", "/lib/x86_64-linux-gnu/libc.so.6"), native("void std::this_thread::sleep_for<long>(long)"),
                               native("app::wait()"), native("main")})),
            "app::wait");
  EXPECT_EQ(culpritOf(stallOf({native("core::ptr::drop_in_place<app::Big>"), native("tokio::runtime::task::raw::poll"), native("app::serve::{{closure}}")})),
            "app::serve::{closure}");
  EXPECT_EQ(culpritOf(stallOf({python("sleep_", "/usr/lib/python3.11/asyncio/tasks.py"), python("get", "/venv/lib/python3.11/site-packages/requests/api.py"),
                               python("Backend.post", "/srv/chat/backend.py"), native("_PyEval_EvalFrameDefault", "/usr/bin/python3.11")})),
            "Backend.post");
  EXPECT_EQ(culpritOf(stallOf({native("helper", "/srv/app", "/root/.cargo/registry/src/x/lib.rs"), native("own", "/srv/app", "src/main.rs")})), "own");
  for (const char *library : {"/usr/src/rustc-1.85.0/library/core/src/iter/range.rs", "/build/rustc-1.90-src/library/std/src/thread.rs"})
    EXPECT_EQ(culpritOf(stallOf({native("<u64 as core::iter::range::Step>::forward_unchecked", "/srv/app", library), native("app::count")})),
              "app::count");
}

namespace {
constexpr const char *kEvents = "/usr/lib/python3.11/asyncio/events.py";
constexpr const char *kBaseEvents = "/usr/lib/python3.11/asyncio/base_events.py";
constexpr const char *kSite = "/venv/lib/python3.11/site-packages/";
std::string inSite(const char *file) { return kSite + std::string(file); }
} // namespace

TEST(Culprit, IsNotWhoStartedTheLoop) {
  std::vector<Frame> outside = {python("Handle._run", kEvents), python("BaseEventLoop._run_once", kBaseEvents),
                                python("serve_forever", "/srv/app/start.py"), python("<module>", "/srv/app/start.py")};
  auto with = [&](std::vector<Frame> frames) {
    frames.insert(frames.end(), outside.begin(), outside.end());
    return culpritOf(stallOf(std::move(frames)));
  };
  EXPECT_EQ(with({python("encodebytes", "/usr/lib/python3.11/base64.py"), python("Files.read", inSite("notebooks/files.py").c_str()),
                  python("execute", inSite("tornado/web.py").c_str())}),
            "Files.read");
  EXPECT_EQ(with({python("write", inSite("tornado/iostream.py").c_str())}), "write");
  EXPECT_EQ(with({python("encodebytes", "/usr/lib/python3.11/base64.py"), python("Files.read", inSite("notebooks/files.py").c_str()),
                  python("handle", "/srv/app/views.py")}),
            "handle");
  EXPECT_EQ(with({}), "Handle._run");
}

TEST(Culprit, IsInTheThreadThatHoldsTheGil) {
  std::vector<Frame> frames = {python("encode", "/usr/lib/python3.11/json/encoder.py"), python("Writer.writes", inSite("nbformat/nbjson.py").c_str()),
                               python("run", inSite("anyio/_backends/_asyncio.py").c_str()),
                               python("<the GIL is held above, waited for below>", ""), python("handle", "/srv/app/views.py"),
                               native("take_gil", "/usr/bin/python3.11")};
  EXPECT_EQ(culpritOf(stallOf(frames)), "Writer.writes");
  frames.insert(frames.begin() + 2, python("save", "/srv/app/store.py"));
  EXPECT_EQ(culpritOf(stallOf(frames)), "save");
  EXPECT_EQ(culpritOf(stallOf({python("<the GIL is held above, waited for below>", ""), python("handle", "/srv/app/views.py")})), "handle");
}

TEST(Culprit, IsNoGeneratedOrInterpretersCode) {
  EXPECT_EQ(culpritOf(stallOf({python("validate_cell", "<string>"), python("errors", inSite("nbformat/validator.py").c_str())})), "errors");
  EXPECT_EQ(culpritOf(stallOf({python("call_soon", kBaseEvents), native("task_step_impl", "/opt/py/lib/python3.11/lib-dynload/_asyncio.so", "/src/_asyncio.c")})),
            "call_soon");
  EXPECT_EQ(culpritOf(stallOf({python("run", inSite("onnx/session.py").c_str()), native("ort::Run()", inSite("onnx/state.so").c_str()),
                               native("_PyEval", "/usr/bin/python3.11")})),
            "run");
}

TEST(Culprit, FallsBackOnWhatIsKnown) {
  EXPECT_EQ(culpritOf(stallOf({native("", "/usr/lib/libother.so"), native("write", "/lib/libc.so.6")})), "write");
  EXPECT_EQ(culpritOf(stallOf({native("write", "/lib/libc.so.6"), native("", "/opt/stripped"), native("__libc_start_main", "/lib/libc.so.6")})),
            "stripped+0x0");
  EXPECT_EQ(culpritOf(stallOf({native("", "/opt/plugin.so"), native("app::load", "/opt/app")})), "app::load");
  EXPECT_EQ(culpritOf(stallOf({native("", "/opt/jit.so")})), "jit.so+0x0");
  Stall none = stallOf({});
  none.stackNote = "signals are disabled";
  EXPECT_EQ(culpritOf(none), "(no stack: signals are disabled)");
}

TEST(StallReport, GroupsByCulpritAndStack) {
  Records records;
  records.stalls = {stallOf({native("write", "/lib/libc.so.6"), native("app::log"), native("app::a")}, 10),
                    stallOf({native("app::log"), native("app::a")}, 30), stallOf({native("app::log"), native("app::b")}, 20),
                    stallOf({native("app::other")}, 15)};
  StallReport report = summarize(records, {});
  ASSERT_EQ(report.culprits.size(), 2u);
  EXPECT_EQ(report.culprits[0].function, "app::log");
  EXPECT_EQ(report.culprits[0].totalNs, 60u);
  EXPECT_EQ(report.culprits[0].maxNs, 30u);
  ASSERT_EQ(report.culprits[0].stacks.size(), 2u); // what the C library adds makes no other stack
  EXPECT_EQ(report.culprits[0].stacks[0].stalls.size(), 2u);
  EXPECT_EQ(report.stalls.front().durationNs, 30u);
}

TEST(StallReport, Filters) {
  Records records;
  records.stalls = {stallOf({}, 50, "worker-1"), stallOf({}, 70, "worker-2"), stallOf({}, 20, "main")};
  records.stalls[1].cause = "lock";
  auto left = [&](const StallFilter &filter) { return summarize(records, filter).stalls.size(); };
  EXPECT_EQ(left({.loops = {"worker-*"}}), 2u);
  EXPECT_EQ(left({.causes = {"lock"}}), 1u);
  EXPECT_EQ(left({.leastNs = 50}), 2u);
  EXPECT_EQ(left({.sinceUnixNs = records.stalls[1].beginUnixNs}), 2u);
  EXPECT_EQ(left({.untilUnixNs = records.stalls[1].beginUnixNs}), 2u);
  EXPECT_EQ(summarize(records, {.leastNs = 60}).filteredOut, 2u);
}

TEST(PollHistogram, CountsHiddenWaits) {
  // A poll of 10 hides waits of 9, 8, …, 1 where one was to begin every 1.
  EXPECT_EQ(hiddenWaits(10, 1, 100), 9u);
  EXPECT_EQ(hiddenWaits(10, 1, 9), 9u);
  EXPECT_EQ(hiddenWaits(10, 1, 8), 8u);
  EXPECT_EQ(hiddenWaits(10, 1, 0), 0u);
  EXPECT_EQ(hiddenWaits(10, 4, 100), 1u); // 6; 2 is less than an interval
  EXPECT_EQ(hiddenWaits(10, 0, 100), 0u);
  EXPECT_EQ(hiddenWaits(7, 4, 100), 0u);
}

TEST(PollHistogram, KeepsEveryPoll) {
  LoopTotals loop;
  loop.expectedIntervalNs = 1'000'000;
  loop.buckets = {{15, 4}, {1023, 100}, {60'817'407, 3}, {UINT64_MAX, 1}};
  loop.raw.max = 5'000'000'000'000;
  std::vector<HistogramBar> bars = histogramOf(loop);
  ASSERT_FALSE(bars.empty());
  auto sum = [&](uint64_t HistogramBar::*part) {
    return std::accumulate(bars.begin(), bars.end(), uint64_t{0}, [&](uint64_t all, const HistogramBar &bar) { return all + bar.*part; });
  };
  EXPECT_EQ(sum(&HistogramBar::raw), 108u);
  EXPECT_GT(sum(&HistogramBar::corrected), 108u + 3 * 58);
  EXPECT_GT(bars.front().raw, 0u);
  EXPECT_GT(bars.back().corrected, 0u);
}

TEST(Format, IsShort) {
  EXPECT_EQ(durationText(0), "0 ns");
  EXPECT_EQ(durationText(999), "999 ns");
  EXPECT_EQ(durationText(1'234), "1.23 µs");
  EXPECT_EQ(durationText(87'449'573), "87.4 ms");
  EXPECT_EQ(durationText(999'600'000), "1.00 s");
  EXPECT_EQ(durationText(61'000'000'000), "1 min 1 s");
  EXPECT_EQ(durationText(UINT64_MAX), "5124095 h 34 min");
  EXPECT_EQ(countText(1'234'567), "1,234,567");
  EXPECT_EQ(counted(1, "process"), "1 process");
  EXPECT_EQ(counted(2, "process"), "2 processes");
  EXPECT_EQ(shareText(1, 1000), "< 1 %");
  EXPECT_EQ(shareText(0, 0), "-");
  EXPECT_EQ(timeText(1795245978274343428), "2026-11-21 07:26:18.274");
}

TEST(Format, LetsNoCommandThrough) {
  EXPECT_EQ(clean("a\033[31mb\x7f\n"), "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(clean("\xE2\x80\xAE" "exe.txt"), "\xEF\xBF\xBD" "exe.txt"); // right to left
  EXPECT_EQ(clean("grüße 😀"), "grüße 😀");
  EXPECT_EQ(html::escape("</script>&\"'"), "&lt;/script&gt;&amp;&quot;&#39;");
}

TEST(StallWriters, SurviveExtremes) {
  Records records;
  records.processes.push_back({.pid = -1, .startNs = UINT64_MAX, .startUnixNs = 1, .stopNs = 5});
  records.stalls = {stallOf({native("<<<"), native("", "")}, UINT64_MAX, "</script>")};
  records.stalls[0].beginUnixNs = UINT64_MAX;
  records.loops.push_back({.loop = "x", .raw = {.count = 1, .max = UINT64_MAX}, .buckets = {{UINT64_MAX, UINT64_MAX}}});
  for (uint64_t begin : {uint64_t{0}, uint64_t{1}, UINT64_MAX}) {
    records.stalls[0].beginUnixNs = begin;
    StallReport report = summarize(records, {});
    writeStallText(report, {});
    writeStallJson(report, {});
    writeStallTrace(report, {});
    EXPECT_THAT(writeStallHtml(report, {}), Not(HasSubstr("</script></td>")));
  }
}
