#include "Extracted.h"

namespace clearway::frontend {
namespace {

using namespace facts;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(PythonCalls, AreInEvaluationOrder) {
  const Extracted m("a(b(), c(d()), k=e())\n");
  EXPECT_THAT(m.calls(), ElementsAre("b", "d", "c", "e", "a"));
}

TEST(PythonCalls, SayWhatBecomesOfTheResult) {
  const Extracted m("def f(self):\n"
                    "  discarded()\n  x = assigned()\n  self.x = stored()\n  argument_of(argument())\n"
                    "  receiver().x()\n  [element()]\n  if operand(): pass\n"
                    "  for i in iterated(): pass\n  with entered(): pass\n  return returned()\n");
  EXPECT_EQ(m.call("discarded").use, ResultUse::Discarded);
  EXPECT_EQ(m.call("assigned").use, ResultUse::Assigned);
  EXPECT_EQ(m.facts.bindings[m.call("assigned").boundTo].name.view(), "x");
  EXPECT_EQ(m.call("stored").use, ResultUse::Stored);
  EXPECT_EQ(m.call("argument").use, ResultUse::Argument);
  EXPECT_EQ(m.call("receiver").use, ResultUse::Receiver);
  EXPECT_EQ(m.call("element").use, ResultUse::Element);
  EXPECT_EQ(m.call("operand").use, ResultUse::Operand);
  EXPECT_EQ(m.call("iterated").use, ResultUse::Iterated);
  EXPECT_EQ(m.call("entered").use, ResultUse::Entered);
  EXPECT_EQ(m.call("returned").use, ResultUse::Returned);
}

TEST(PythonCalls, OfModulesAreNotStoredInLocals) {
  const Extracted m("x = f()\n");
  EXPECT_EQ(m.call("f").use, ResultUse::Stored);
  EXPECT_EQ(m.call("f").boundTo, kNone);
}

TEST(PythonCalls, AwaitedAtOnce) {
  const Extracted m("async def f():\n  await g()\n  x = h()\n  await x\n");
  EXPECT_EQ(m.call("g").use, ResultUse::Awaited);
  EXPECT_TRUE(m.has("g", CallFlag::Awaited));
  EXPECT_FALSE(m.has("h", CallFlag::Awaited));
  ASSERT_EQ(m.facts.suspensions.size(), 2u);
  EXPECT_EQ(describe(m.facts, m.facts.suspensions[1].operand), "h()");
}

TEST(PythonCalls, KnowTheCallThatTakesThem) {
  const Extracted m("async def f():\n  await gather(a(), *[b(i) for i in c()], d().e)\n");
  const auto outer = static_cast<CallId>(&m.call("gather") - m.facts.calls.data());
  EXPECT_EQ(m.call("a").awaitedBy, outer);
  EXPECT_EQ(m.call("b").awaitedBy, outer);
  EXPECT_EQ(m.call("c").awaitedBy, kNone);
  EXPECT_EQ(m.call("d").awaitedBy, kNone);
}

TEST(PythonCalls, ReadingAnAttributeMayBeOne) {
  const Extracted m("import os\ndef f(x):\n  y = x.prop\n  x.method()\n  x.stored = 1\n  os.name\n");
  EXPECT_THAT(m.calls(CallKind::Attribute), ElementsAre("x.prop"));
}

TEST(PythonCalls, OfOneFunctionLieTogether) {
  const Extracted m("def f():\n  a()\n  def g():\n    b()\n  c()\nd()\n");
  EXPECT_THAT(m.calls(), ElementsAre("d", "a", "c", "b"));
}

TEST(PythonCalls, PositionsAreBytesFromOne) {
  const Extracted m("x = 'é'; obj.call(1)\n");
  EXPECT_EQ(m.call("obj.call").range, (SourceRange{1, 11, 1, 22}));
  EXPECT_EQ(m.call("obj.call").nameRange, (SourceRange{1, 15, 1, 19}));
}

} // namespace
} // namespace clearway::frontend
