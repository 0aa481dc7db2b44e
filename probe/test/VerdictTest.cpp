// What several samples of one stall say together, without a thread to look at.
#include "Verdict.h"

#include <gtest/gtest.h>

using namespace clearway::probe;

static Sample sample(clearway_cause cause, uint64_t covers_ns, std::vector<uintptr_t> native, std::string python = "",
                     std::string note = "") {
  Sample result;
  result.cause = cause;
  result.covers_ns = covers_ns;
  result.stack.addresses = std::move(native);
  result.stack_note = std::move(note);
  if (!python.empty()) {
    result.extra = {{"python", python, "app.py", uint32_t(covers_ns)}};
  }
  return result;
}

static constexpr const char *late = "the thread did not run, or blocks signal 62";

TEST(Verdict, IsTheCauseOfMostOfTheTime) {
  std::vector<Sample> samples = {sample(CLEARWAY_CAUSE_LOCK, 10, {1, 2}), sample(CLEARWAY_CAUSE_LOCK, 10, {1, 2}),
                                 sample(CLEARWAY_CAUSE_ON_CPU, 50, {3, 4})};
  Verdict verdict = judge(samples);
  EXPECT_EQ(verdict.cause, CLEARWAY_CAUSE_ON_CPU);
  EXPECT_EQ(verdict.stack, &samples[2]);
  EXPECT_EQ(verdict.stack_note, "");
}

TEST(Verdict, TakesNativeFramesFromASampleOfTheSameFunctions) {
  std::vector<Sample> samples = {sample(CLEARWAY_CAUSE_ON_CPU, 90, {}, "compute", late),
                                 sample(CLEARWAY_CAUSE_ON_CPU, 10, {7, 8}, "compute")};
  Verdict verdict = judge(samples);
  EXPECT_EQ(verdict.stack, &samples[1]);
  EXPECT_EQ(verdict.stack_note, "");
}

TEST(Verdict, SaysWhyThereAreNoNativeFrames) {
  std::vector<Sample> samples = {sample(CLEARWAY_CAUSE_ON_CPU, 90, {}, "compute", late),
                                 sample(CLEARWAY_CAUSE_ON_CPU, 10, {7, 8}, "other"),
                                 sample(CLEARWAY_CAUSE_STARVED, 10, {7, 8}, "compute")};
  Verdict verdict = judge(samples);
  EXPECT_EQ(verdict.stack, &samples[0]) << "what took most of the time is named";
  EXPECT_EQ(verdict.stack_note, std::string("no native frames: ") + late);
}

TEST(Verdict, NamesWithFramesOfTheInterpreterWhereASampleHasThem) {
  std::vector<Sample> samples = {sample(CLEARWAY_CAUSE_ON_CPU, 90, {1, 2}), sample(CLEARWAY_CAUSE_ON_CPU, 10, {7, 8}, "compute"),
                                 sample(CLEARWAY_CAUSE_STARVED, 95, {7, 8}, "other")};
  EXPECT_EQ(judge(samples).stack, &samples[1]);
  samples.erase(samples.begin() + 1);
  EXPECT_EQ(judge(samples).stack, &samples[1]) << "the heaviest cause";
  samples.pop_back();
  EXPECT_EQ(judge(samples).stack, &samples[0]) << "native frames alone, if there are no others";
}

TEST(Verdict, OfAnotherCauseIsNamedAsSuch) {
  std::vector<Sample> samples = {sample(CLEARWAY_CAUSE_STARVED, 90, {}, "", late), sample(CLEARWAY_CAUSE_ON_CPU, 10, {7, 8})};
  Verdict verdict = judge(samples);
  EXPECT_EQ(verdict.stack, &samples[1]);
  EXPECT_EQ(verdict.stack_note, "taken when the cause looked like on-cpu");
}

TEST(Verdict, WithoutAnyStackSaysWhy) {
  EXPECT_EQ(judge({}).stack_note, "the poll was over before the watchdog looked");
  std::vector<Sample> samples = {sample(CLEARWAY_CAUSE_STARVED, 90, {}, "", late)};
  EXPECT_EQ(judge(samples).stack, nullptr);
  EXPECT_EQ(judge(samples).stack_note, late);
}
