// Stalls of every kind: is the cause right, is there a stack, is every stall counted?
#include "Injections.h"
#include "RecordingProbe.h"

#include <cstdio>
#include <map>
#include <thread>

namespace {
struct Row {
  std::array<int, CLEARWAY_CAUSE_COUNT> by_cause{};
  int injected = 0, counted = 0, reported = 0, with_stack = 0, complete = 0, right = 0, right_detail = 0;
};

struct Result {
  std::map<std::string, Row> rows;
  int injected = 0, right = 0, counted = 0, with_stack = 0, wrong_detail = 0;
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

static void print(const Result &result) {
  std::printf("%-20s %4s", "injected", "n");
  for (int cause = 0; cause < CLEARWAY_CAUSE_COUNT; ++cause) {
    std::printf(" %11s", clearway_cause_name(clearway_cause(cause)));
  }
  std::printf("  detail stack complete\n");
  for (const auto &[name, row] : result.rows) {
    std::printf("%-20s %4d", name.c_str(), row.injected);
    for (int count : row.by_cause) {
      std::printf(" %11d", count);
    }
    std::printf("  %6d %5d %8d\n", row.right_detail, row.with_stack, row.complete);
  }
  std::printf("cause right in %d of %d, stack in %d, counted %d\n", result.right, result.injected, result.with_stack,
              result.counted);
}

static Result run(RecordingProbe &probe, int repetitions, int milliseconds) {
  Result result;
  std::thread([&] {
    AttachedLoop loop;
    std::vector<Injection> all = injections();
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      for (const Injection &injection : all) {
        bool slow = injection.cause == CLEARWAY_CAUSE_THROTTLED;
        probe.clear();
        uint64_t stalls_before = loop.snapshot().stalls;
        bool happened = injection.inflict(
            slow ? 60 : milliseconds, [&] { clearway_loop_begin(loop.get(), 0); },
            [&] { clearway_loop_end(loop.get()); });
        uint64_t stalls = loop.snapshot().stalls - stalls_before;
        std::vector<KeptReport> reports = probe.reports();
        Row &row = result.rows[injection.name];
        bool late = !reports.empty() && (reports[0].report.flags & CLEARWAY_REPORT_WATCHDOG_LATE) != 0;
        if (!happened || late) {
          continue; // the machine was busy with something else: what was inflicted is not known
        }
        row.injected++;
        row.counted += int(stalls);
        judge(injection, reports, row);
      }
    }
  }).join();
  for (auto &[name, row] : result.rows) {
    result.injected += row.injected;
    result.counted += row.counted;
    result.right += row.right;
    result.with_stack += row.with_stack;
    result.wrong_detail += row.injected - row.right_detail;
  }
  return result;
}

TEST(Cause, IsRightForEveryKindOfStall) {
  clearway_config config{};
  config.threshold_ns = 10 * ms;
  std::string group = throttling_group();
  config.cgroup_path = group.empty() ? nullptr : group.c_str();
  raise_priority();
  RecordingProbe probe(config);
  Result result = run(probe, test_size(4, 60), 25);
  print(result);
  int kinds_seen = 0;
  for (const auto &[name, row] : result.rows) {
    kinds_seen += row.injected > 0;
  }
  EXPECT_GE(kinds_seen, 12);
  EXPECT_EQ(result.counted, result.injected) << "100 % of stalls over the threshold are counted";
  EXPECT_GE(result.with_stack * 100, result.injected * 99) << "99 % have a stack";
  EXPECT_GE(result.right * 100, result.injected * 98) << "98 % have the right cause";
  EXPECT_LE(result.wrong_detail, result.injected / 20);
}
