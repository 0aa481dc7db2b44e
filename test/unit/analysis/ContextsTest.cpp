#include "ProgramBuilder.h"

#include <gmock/gmock.h>

namespace clearway::test {
namespace {

using catalog::EffectKind;
using catalog::ExecutionContext;
using facts::FunctionKind;
using facts::ResultUse;
using link::Confidence;

class ContextsTest : public testing::Test {
protected:
  ProgramBuilder build;

  catalog::Entry &boundary(ExecutionContext context) {
    catalog::Entry &entry = build.entry("asyncio.to_thread");
    catalog::RunsArgument runs;
    runs.argument.position = 0;
    runs.context = context;
    entry.runs.push_back(runs);
    return entry;
  }
};

TEST_F(ContextsTest, HelpersOfACoroutineRunOnTheLoopByTheShortestWay) {
  const auto deep = build.function("deep");
  const auto middle = build.function("middle");
  build.call(deep);
  const auto far = build.function("far", FunctionKind::Coroutine);
  build.call(middle);
  const auto near = build.function("near", FunctionKind::Coroutine);
  const auto call = build.call(deep);
  const auto results = build.analyse();
  const analysis::Reach *reach = results.contexts.eventLoop(deep);
  ASSERT_TRUE(reach);
  EXPECT_EQ(reach->entry, near);
  EXPECT_EQ(reach->via, call);
  EXPECT_EQ(reach->depth, 1u);
  uint32_t total = 0;
  const auto ways = results.contexts.ways(build.program, results.graph, deep, 5, total);
  ASSERT_EQ(ways.size(), 2u);
  EXPECT_EQ(ways[0].entry, near);
  EXPECT_THAT(ways[0].calls, testing::ElementsAre(call));
  EXPECT_EQ(ways[1].entry, far);
  EXPECT_THAT(ways[1].functions, testing::ElementsAre(middle, deep));
  EXPECT_EQ(total, 2u);
}

TEST_F(ContextsTest, SyncCodeThatNoCoroutineReachesIsNowhere) {
  const auto helper = build.function("helper");
  build.function("main");
  build.call(helper);
  build.function("other", FunctionKind::Coroutine);
  EXPECT_EQ(build.analyse().contexts.eventLoop(helper), nullptr);
}

TEST_F(ContextsTest, WhatIsHandedToAThreadLeavesTheLoop) {
  const auto &toThread = boundary(ExecutionContext::BlockingPool);
  const auto helper = build.function("helper");
  const auto work = build.function("work");
  build.call(helper);
  build.function("handler", FunctionKind::Coroutine);
  build.hand(toThread, work);
  const auto results = build.analyse();
  EXPECT_EQ(results.contexts.eventLoop(work), nullptr);
  EXPECT_EQ(results.contexts.eventLoop(helper), nullptr);
  EXPECT_TRUE(results.contexts.reach(helper, ExecutionContext::BlockingPool));
}

TEST_F(ContextsTest, ACallbackOfTheLoopIsAnEntryPointWhoeverHandsItOver) {
  const auto &callSoon = boundary(ExecutionContext::EventLoop);
  const auto tick = build.function("tick");
  build.function("setup");
  build.hand(callSoon, tick);
  const auto results = build.analyse();
  ASSERT_TRUE(results.contexts.eventLoop(tick));
  EXPECT_EQ(results.contexts.eventLoop(tick)->entryKind, analysis::EntryKind::Callback);
}

TEST_F(ContextsTest, ACallableGivenToUnknownCodeIsOnlyStored) {
  const auto &store = build.entry("registry.register");
  const auto work = build.function("work");
  build.function("handler", FunctionKind::Coroutine);
  build.hand(store, work);
  EXPECT_EQ(build.analyse().contexts.eventLoop(work), nullptr);
}

TEST_F(ContextsTest, AGeneratorRunsWhereItIsIterated) {
  const auto inner = build.function("inner");
  const auto generator = build.function("numbers", FunctionKind::Generator);
  build.call(inner);
  build.function("makes", FunctionKind::Coroutine);
  build.call(generator, ResultUse::Returned);
  EXPECT_EQ(build.analyse().contexts.eventLoop(inner), nullptr);
  build.function("iterates", FunctionKind::Coroutine);
  build.call(generator, ResultUse::Iterated);
  ProgramBuilder &again = build;
  EXPECT_TRUE(analysis::computeContexts(again.program, again.catalog, analysis::buildCallGraph(again.program))
                  .eventLoop(inner));
}

TEST_F(ContextsTest, CallsWithoutARunningLoopDoNotCount) {
  const auto helper = build.function("helper");
  build.function("handler", FunctionKind::Coroutine);
  build.site(build.call(helper)).flags |= facts::CallFlag::NoRunningLoop;
  EXPECT_EQ(build.analyse().contexts.eventLoop(helper), nullptr);
}

TEST_F(ContextsTest, RealCodeComesBeforeTestsAndSureWaysBeforeNames) {
  const auto helper = build.function("helper");
  const auto middle = build.function("middle");
  build.call(helper);
  build.function("test_it", FunctionKind::Coroutine, facts::FunctionFlag::Test);
  build.call(helper);
  build.function("guessed", FunctionKind::Coroutine);
  build.call(helper, ResultUse::Discarded, Confidence::NameOnly);
  const auto real = build.function("handler", FunctionKind::Coroutine);
  build.call(middle);
  const auto results = build.analyse();
  EXPECT_EQ(results.contexts.eventLoop(helper)->entry, real);
  EXPECT_FALSE(results.contexts.eventLoop(helper)->testOnly);
}

TEST_F(ContextsTest, WhatIsReachedByNameOnlySaysSo) {
  const auto helper = build.function("helper");
  build.function("guessed", FunctionKind::Coroutine);
  build.call(helper, ResultUse::Discarded, Confidence::NameOnly);
  EXPECT_EQ(build.analyse().contexts.eventLoop(helper)->confidence, Confidence::NameOnly);
}

TEST_F(ContextsTest, RecursionEnds) {
  const auto helper = build.function("helper");
  build.call(helper);
  build.function("handler", FunctionKind::Coroutine);
  build.call(helper);
  EXPECT_EQ(build.analyse().contexts.eventLoop(helper)->depth, 1u);
}

TEST_F(ContextsTest, ADecoratorThatMovesAFunctionToThreadsCutsItsCalls) {
  auto &syncToAsync = build.entry("asgiref.sync.sync_to_async");
  syncToAsync.membersRunIn = ExecutionContext::BlockingPool;
  const auto work = build.function("work");
  build.program.functions[work].decorators.push_back({syncToAsync.name, &syncToAsync, Confidence::Certain});
  build.function("handler", FunctionKind::Coroutine);
  build.call(work);
  EXPECT_EQ(build.analyse().contexts.eventLoop(work), nullptr);
}

TEST_F(ContextsTest, ACommentPutsAFunctionOnTheLoop) {
  const auto callback = build.function("on_message");
  facts::Directive directive;
  directive.range = build.file().functions[callback].nameRange;
  directive.text = Name("# clearway: context(event-loop)");
  build.file().directives.push_back(directive);
  ASSERT_TRUE(build.analyse().contexts.eventLoop(callback));
}

} // namespace
} // namespace clearway::test
