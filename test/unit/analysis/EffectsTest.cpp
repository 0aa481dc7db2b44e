#include "ProgramBuilder.h"

#include <gmock/gmock.h>

namespace clearway::test {
namespace {

using catalog::ArgumentRef;
using catalog::Condition;
using catalog::ConditionKind;
using catalog::ConditionRole;
using catalog::EffectKind;
using facts::FunctionKind;
using facts::LiteralKind;
using facts::ResultUse;

class EffectsTest : public testing::Test {
protected:
  ProgramBuilder build;

  static Condition condition(ConditionRole role, ConditionKind kind, int position, std::string_view keyword,
                             std::string_view value) {
    Condition made;
    made.role = role;
    made.kind = kind;
    made.argument = {position, Name(keyword), false, false};
    made.value = Name(value);
    return made;
  }
};

TEST_F(EffectsTest, TheNearestOperationOfEachKindIsKnownToAllCallers) {
  const auto &sleep = build.entry("time.sleep", EffectKind::Sleep);
  const auto &get = build.entry("requests.get", EffectKind::Http);
  const auto inner = build.function("inner");
  const auto operation = build.call(sleep);
  build.call(get);
  const auto outer = build.function("outer");
  const auto hop = build.call(inner);
  const auto results = build.analyse();
  ASSERT_EQ(results.effects.of(outer).size(), 2u);
  const analysis::Effect &effect = results.effects.of(outer)[0];
  EXPECT_EQ(effect.kind, EffectKind::Sleep);
  EXPECT_EQ(results.effects.operations[effect.operation].call, operation);
  EXPECT_EQ(effect.nextHop, hop);
  EXPECT_EQ(effect.depth, 1u);
}

TEST_F(EffectsTest, ACoroutineRunsOnlyWhenItIsAwaited) {
  const auto &sleep = build.entry("time.sleep", EffectKind::Sleep);
  const auto inner = build.function("inner", FunctionKind::Coroutine);
  build.call(sleep);
  const auto drops = build.function("drops", FunctionKind::Coroutine);
  build.call(inner);
  const auto awaits = build.function("awaits", FunctionKind::Coroutine);
  build.call(inner, ResultUse::Awaited);
  const auto results = build.analyse();
  EXPECT_TRUE(results.effects.of(drops).empty());
  EXPECT_EQ(results.effects.of(awaits).size(), 1u);
}

TEST_F(EffectsTest, RecursionIsNoTrouble) {
  const auto &sleep = build.entry("time.sleep", EffectKind::Sleep);
  const auto a = build.function("a");
  build.call(1);
  const auto b = build.function("b");
  build.call(a);
  build.call(sleep);
  const auto results = build.analyse();
  EXPECT_EQ(results.effects.of(a)[0].depth, 1u);
  EXPECT_EQ(results.effects.of(b)[0].depth, 0u);
}

TEST_F(EffectsTest, ReadingAnAttributeIsNoCallUnlessItIsAProperty) {
  auto &entry = build.entry("git.Repo.head", EffectKind::FileIo);
  build.function("f");
  build.site(build.call(entry)).kind = facts::CallKind::Attribute;
  EXPECT_TRUE(build.analyse().effects.operations.empty());
  entry.isProperty = true;
  EXPECT_EQ(analysis::findOperations(build.program, analysis::buildCallGraph(build.program)).size(), 1u);
}

TEST_F(EffectsTest, ALazyResultBlocksWhereItIsIterated) {
  auto &lazy = build.entry("Path.glob", EffectKind::FileIo);
  lazy.lazy = true;
  build.function("f");
  build.call(lazy, ResultUse::Returned);
  const auto loop = build.call(lazy, ResultUse::Iterated);
  const auto results = build.analyse();
  ASSERT_EQ(results.effects.operations.size(), 1u);
  EXPECT_EQ(results.effects.operations[0].call, loop);
}

TEST_F(EffectsTest, FunctionsMarkedAsBlockingAreOperations) {
  const auto marked = build.function("marked", FunctionKind::Plain, facts::FunctionFlag::Blocking);
  build.function("handler", FunctionKind::Coroutine);
  build.call(marked);
  EXPECT_EQ(build.analyse().effects.operations.size(), 1u);
}

struct ConditionCase {
  std::string_view literal;
  std::string_view keyword;
  bool blocks;
};

class AcquireTest : public EffectsTest, public testing::WithParamInterface<ConditionCase> {};

TEST_P(AcquireTest, BlocksUnlessToldNotTo) {
  auto &acquire = build.entry("threading.Lock.acquire", EffectKind::Lock);
  acquire.conditions = {
      condition(ConditionRole::NonblockingIf, ConditionKind::ArgumentEquals, 0, "blocking", "False"),
      condition(ConditionRole::NonblockingIf, ConditionKind::ArgumentEquals, 1, "timeout", "0")};
  build.function("f");
  const auto call = build.call(acquire);
  if (!GetParam().literal.empty())
    build.argument(GetParam().literal, LiteralKind::Other, GetParam().keyword);
  EXPECT_EQ(analysis::takesEffect(build.program, build.program.calls[call], acquire), GetParam().blocks);
}

INSTANTIATE_TEST_SUITE_P(
    Arguments, AcquireTest,
    testing::Values(ConditionCase{"", "", true}, ConditionCase{"False", "", false},
                    ConditionCase{"True", "", true}, ConditionCase{"False", "blocking", false},
                    ConditionCase{"0", "timeout", false}, ConditionCase{"0.0", "timeout", false},
                    ConditionCase{"5", "timeout", true}, ConditionCase{"0", "other", true}));

TEST_F(EffectsTest, HiddenArgumentsAreNotTakenForAbsentOnes) {
  auto &wait = build.entry("Event.wait", EffectKind::Wait);
  wait.conditions = {condition(ConditionRole::OnlyIf, ConditionKind::ArgumentAbsent, 0, "timeout", "")};
  build.function("f");
  const auto plain = build.call(wait);
  EXPECT_TRUE(analysis::takesEffect(build.program, build.program.calls[plain], wait));
  const auto hidden = build.call(wait);
  build.argument("kwargs", LiteralKind::Other);
  build.file().arguments.back().spread = 2;
  EXPECT_FALSE(analysis::takesEffect(build.program, build.program.calls[hidden], wait));
}

TEST_F(EffectsTest, ConditionsSeeHowTheReceiverWasMade) {
  auto &queue = build.entry("queue.Queue");
  auto &put = build.entry("queue.Queue.put", EffectKind::Channel);
  put.conditions = {condition(ConditionRole::OnlyIf, ConditionKind::ArgumentDiffers, 0, "maxsize", "0")};
  put.conditions[0].subject = catalog::ConditionSubject::Construction;
  build.function("f");
  const auto putOn = [&](facts::CallId made) {
    facts::Value result, attribute;
    result.kind = facts::ValueKind::CallResult;
    result.a = made;
    build.file().values.push_back(result);
    attribute.kind = facts::ValueKind::Attr;
    attribute.a = static_cast<uint32_t>(build.file().values.size() - 1);
    attribute.name = Name("put");
    build.file().values.push_back(attribute);
    const auto call = build.call(put);
    build.site(call).callee = static_cast<uint32_t>(build.file().values.size() - 1);
    return analysis::takesEffect(build.program, build.program.calls[call], put);
  };
  EXPECT_FALSE(putOn(build.call(queue)));
  const auto bounded = build.call(queue);
  build.argument("10", LiteralKind::Int);
  EXPECT_TRUE(putOn(bounded));
}

} // namespace
} // namespace clearway::test
