// Stalls of every kind: is the cause right, is there a stack, is every stall counted?
#include "Injections.h"
#include "RecordingProbe.h"

#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

namespace {
struct Row {
  std::array<int, CLEARWAY_CAUSE_COUNT> by_cause{};
  int injected = 0, left_out = 0, counted = 0, reported = 0, with_stack = 0, complete = 0, right = 0, right_detail = 0;
};

struct Result {
  std::map<std::string, Row> rows;
  int injected = 0, right = 0, counted = 0, with_stack = 0, wrong_detail = 0, kinds = 0;
};
} // namespace

static void judge(const Injection &injection, const std::vector<KeptReport> &reports, Row &row) {
  for (const KeptReport &kept : reports) {
    row.reported++;
    row.by_cause[kept.report.cause]++;
    row.right += kept.report.cause == injection.cause;
    row.right_detail += injection.detail.empty() || kept.detail == injection.detail;
    row.with_stack += !kept.frames.empty();
    row.complete += (kept.report.flags & (CLEARWAY_REPORT_TRUNCATED | CLEARWAY_REPORT_NO_STACK)) == 0;
    if (kept.report.cause != injection.cause || (!injection.detail.empty() && kept.detail != injection.detail)) {
      std::printf("  %s seen as %s\n", injection.name.c_str(), kept.text().c_str());
    }
  }
}

// Lines that begin with `measured:` are shown when all tests have passed, too.
static void print(const Result &result) {
  std::printf("measured: %-20s %4s %8s", "injected", "n", "left out");
  for (int cause = 0; cause < CLEARWAY_CAUSE_COUNT; ++cause) {
    std::printf(" %11s", clearway_cause_name(clearway_cause(cause)));
  }
  std::printf("  detail stack complete\n");
  for (const auto &[name, row] : result.rows) {
    std::printf("measured: %-20s %4d %8d", name.c_str(), row.injected, row.left_out);
    for (int count : row.by_cause) {
      std::printf(" %11d", count);
    }
    std::printf("  %6d %5d %8d\n", row.right_detail, row.with_stack, row.complete);
  }
  std::printf("measured: %d kinds, cause right in %d of %d, stack in %d, counted %d\n", result.kinds, result.right,
              result.injected, result.with_stack, result.counted);
}

// Inflicts one stall and judges what is said of it. False if the machine was busy with something else, so that it is
// not known what was inflicted.
static bool inflict(RecordingProbe &probe, AttachedLoop &loop, const Injection &injection, int milliseconds, Row &row) {
  probe.clear();
  uint64_t stalls_before = loop.snapshot().stalls;
  bool happened = injection.inflict(
      milliseconds, [&] { clearway_loop_begin(loop.get(), 0); }, [&] { clearway_loop_end(loop.get()); });
  uint64_t stalls = loop.snapshot().stalls - stalls_before;
  std::vector<KeptReport> reports = probe.reports();
  bool late = !reports.empty() && (reports[0].report.flags & CLEARWAY_REPORT_WATCHDOG_LATE) != 0;
  if (!happened || late) {
    return false;
  }
  row.injected++;
  row.counted += int(stalls);
  judge(injection, reports, row);
  return true;
}

static Result sum(std::map<std::string, Row> rows) {
  Result result;
  for (auto &[name, row] : rows) {
    result.injected += row.injected;
    result.counted += row.counted;
    result.right += row.right;
    result.with_stack += row.with_stack;
    result.wrong_detail += row.injected - row.right_detail;
    result.kinds += row.injected > 0;
  }
  result.rows = std::move(rows);
  return result;
}

// A busy machine lets some kinds happen seldom. All get twice as many attempts as stalls are wanted of them, and on a
// machine so busy that everything takes several times as long fewer; those that did not happen at all get more.
static bool goes_on(const Row &row, int repetitions, int round, std::chrono::seconds passed) {
  bool enough_tried = round >= 2 * repetitions || passed.count() > repetitions * 10;
  return row.injected < (enough_tried ? 1 : repetitions);
}

static Result run(RecordingProbe &probe, int repetitions, int milliseconds) {
  std::map<std::string, Row> rows;
  std::thread([&] {
    using std::chrono::steady_clock;
    AttachedLoop loop;
    std::vector<Injection> all = injections();
    auto begin = steady_clock::now(), until = begin + std::chrono::seconds(120 + repetitions * 15);
    bool any = true;
    for (int round = 0; any && steady_clock::now() < until; ++round) {
      any = false;
      for (const Injection &injection : all) {
        Row &row = rows[injection.name];
        auto passed = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - begin);
        if (goes_on(row, repetitions, round, passed)) {
          row.left_out += !inflict(probe, loop, injection, milliseconds, row);
          any = true;
        }
      }
    }
  }).join();
  return sum(std::move(rows));
}

// Kind by kind: a sum could hide a kind that never happened, or one stall counted twice beside one that was missed.
static void expect_every_kind_counted(const Result &result) {
  for (const auto &[name, row] : result.rows) {
    EXPECT_GT(row.injected, 0) << name << " did not happen in " << row.left_out << " attempts: nothing is known of it";
    EXPECT_EQ(row.counted, row.injected) << name << ": 100 % of stalls over the threshold are counted";
    EXPECT_EQ(row.reported, row.injected) << name << ": each is reported, once";
  }
}

// The kernel's own accounts say whether a stall was what it was meant to be; those that other programs on this machine
// turned into something else are left out, and named.
TEST(Cause, IsRightForEveryKindOfStall) {
  clearway_config config{};
  config.threshold_ns = 10 * ms;
  RecordingProbe probe(config);
  Result result = run(probe, test_size(4, 60), 25);
  print(result);
  for (const std::string &kind : impossible_injections()) {
    std::printf("measured: left out: %s\n", kind.c_str());
  }
  EXPECT_GE(result.kinds, 12);
  expect_every_kind_counted(result);
#if defined(__SANITIZE_THREAD__)
  return; // it delivers signals at calls of its own: stacks, and what is told from them, are those of its functions
#endif
  EXPECT_GE(result.with_stack * 100, result.injected * 99) << "99 % have a stack, at more than twice the threshold";
  EXPECT_GE(result.right * 100, result.injected * 98) << "98 % have the right cause";
  EXPECT_LE(result.wrong_detail, result.injected / 20);
}
