#include "Extracted.h"

#include <set>

namespace clearway::frontend {
namespace {

using namespace facts;
using testing::ElementsAre;
using testing::IsEmpty;

/// The control flow of one function, asked about by the calls in it.
class Flow {
public:
  explicit Flow(std::string body) : m_("async def f(p, q):\n" + body) {}

  const Extracted &extracted() const { return m_; }

  /// Whether control may pass `to` after `from`; both are names of called functions.
  bool reaches(std::string_view from, std::string_view to) const { return reachesWithout(from, to, ""); }
  /// ... without passing `barrier` on the way.
  bool reachesWithout(std::string_view from, std::string_view to, std::string_view barrier) const {
    std::vector<uint32_t> work{m_.call(from).block};
    std::set<uint32_t> seen;
    bool behind = false; // the call `from` in its own block
    while (!work.empty()) {
      const uint32_t block = work.back();
      work.pop_back();
      bool blocked = false;
      for (const Event &event : m_.facts.eventsOf(m_.facts.blocks[block])) {
        if (event.kind != EventKind::Call)
          continue;
        const std::string callee = describe(m_.facts, m_.facts.calls[event.index].callee);
        if (!behind) {
          behind = callee == from;
          continue;
        }
        if (callee == to)
          return true;
        blocked |= !barrier.empty() && callee == barrier;
      }
      if (!blocked)
        for (const uint32_t next : m_.facts.successorsOf(m_.facts.blocks[block]))
          if (seen.insert(next).second)
            work.push_back(next);
    }
    return false;
  }

private:
  Extracted m_;
};

TEST(PythonFlow, BranchesExcludeEachOther) {
  const Flow flow("  if p: a()\n  else: b()\n  c()\n");
  EXPECT_FALSE(flow.reaches("a", "b"));
  EXPECT_TRUE(flow.reaches("a", "c"));
  EXPECT_TRUE(flow.reaches("b", "c"));
}

TEST(PythonFlow, ReturnsAndRaisesLeave) {
  const Flow flow("  if p:\n    a()\n    return\n  if q:\n    b()\n    raise E\n  c()\n");
  EXPECT_FALSE(flow.reaches("a", "c"));
  EXPECT_FALSE(flow.reaches("b", "c"));
}

TEST(PythonFlow, LoopsGoRound) {
  const Flow flow(
      "  while p():\n    a()\n    if q:\n      b()\n      break\n    c()\n  else:\n    d()\n  e()\n");
  EXPECT_TRUE(flow.reaches("c", "a"));
  EXPECT_FALSE(flow.reaches("b", "a"));
  EXPECT_FALSE(flow.reaches("b", "d"));
  EXPECT_TRUE(flow.reaches("b", "e"));
  EXPECT_TRUE(flow.reaches("c", "d"));
}

TEST(PythonFlow, ContinueSkips) {
  const Flow flow("  for i in p:\n    a()\n    if q:\n      b()\n      continue\n    c()\n");
  EXPECT_FALSE(flow.reachesWithout("b", "c", "a"));
  EXPECT_TRUE(flow.reaches("b", "a"));
}

TEST(PythonFlow, InfiniteLoopsEndByBreakAlone) {
  EXPECT_FALSE(Flow("  while True: a()\n  b()\n").reaches("a", "b"));
  EXPECT_TRUE(Flow("  while True:\n    a()\n    if p: break\n  b()\n").reaches("a", "b"));
}

TEST(PythonFlow, ShortCircuits) {
  const Flow flow("  a() and b()\n  c()\n  x = d() if p else e()\n  g()\n");
  EXPECT_TRUE(flow.reachesWithout("a", "c", "b"));
  EXPECT_FALSE(flow.reaches("d", "e"));
  EXPECT_FALSE(flow.extracted().has("a", CallFlag::Conditional));
  EXPECT_TRUE(flow.extracted().has("b", CallFlag::Conditional));
  EXPECT_TRUE(flow.extracted().has("d", CallFlag::Conditional));
  EXPECT_FALSE(flow.extracted().has("g", CallFlag::Conditional));
}

TEST(PythonFlow, EveryWayOutPassesFinally) {
  const Flow flow("  for i in p:\n    try:\n      a()\n      if q: return b()\n      if i: break\n      c()\n"
                  "    finally:\n      d()\n    e()\n  g()\n");
  for (const char *from : {"a", "b", "c"})
    EXPECT_FALSE(flow.reachesWithout(from, "g", "d")) << from;
  EXPECT_TRUE(flow.reaches("a", "g"));
  EXPECT_TRUE(flow.extracted().has("d", CallFlag::InFinally));
  EXPECT_FALSE(flow.extracted().has("a", CallFlag::InFinally));
}

TEST(PythonFlow, HandlersFollowWhatRaises) {
  const Flow flow("  try:\n    a()\n    b()\n  except E:\n    c()\n  else:\n    d()\n  e()\n");
  EXPECT_TRUE(flow.reachesWithout("a", "c", "d"));
  EXPECT_FALSE(flow.reaches("d", "c"));
  EXPECT_TRUE(flow.reaches("c", "e"));
  EXPECT_TRUE(flow.extracted().has("c", CallFlag::InFinally));
  EXPECT_FALSE(flow.extracted().has("d", CallFlag::InFinally));
}

TEST(PythonFlow, WithIsLeftOnEveryPath) {
  const Extracted m("async def f(p):\n  with lock:\n    if p: return a()\n    b()\n  c()\n");
  ASSERT_EQ(m.facts.objects.size(), 1u);
  EXPECT_EQ(m.calls(CallKind::Exit).size(), 1u);
  // From the blocks of a() and b(), each successor holds the exit.
  const uint32_t exit = m.call("lock", CallKind::Exit).block;
  for (const char *callee : {"a", "b"})
    EXPECT_THAT(m.facts.successorsOf(m.facts.blocks[m.call(callee).block]), testing::Each(exit)) << callee;
}

TEST(PythonFlow, AsyncWithSuspendsTwice) {
  const Extracted m("async def f():\n  async with a() as x, b():\n    pass\n");
  EXPECT_EQ(m.facts.suspensions.size(), 4u);
  EXPECT_THAT(m.calls(CallKind::Enter), ElementsAre("a()", "b()"));
  EXPECT_THAT(m.calls(CallKind::Exit), ElementsAre("b()", "a()"));
  EXPECT_TRUE(m.call("a()", CallKind::Enter).flags & CallFlag::Awaited);
  EXPECT_EQ(m.stored("x"), "async with a()");
}

TEST(PythonFlow, WithInParentheses) {
  const Extracted m("def f():\n  with (a() as x): pass\n  with (b() as y, c()): pass\n  with (d()): pass\n");
  EXPECT_THAT(m.calls(CallKind::Enter), ElementsAre("a()", "b()", "c()", "d()"));
  EXPECT_EQ(m.stored("x"), "with a()");
  EXPECT_EQ(m.stored("y"), "with b()");
  EXPECT_EQ(m.facts.objects[0].name.view(), "x");
}

TEST(PythonFlow, WhatFollowsWithIsReachedIfItsBodyEnds) {
  EXPECT_FALSE(Flow("  with x:\n    a()\n    return\n  b()\n").reaches("a", "b"));
  EXPECT_TRUE(Flow("  with suppress(E):\n    a()\n    return\n  b()\n").reaches("a", "b"));
  EXPECT_TRUE(Flow("  with x:\n    a()\n    if p: return\n  b()\n").reaches("a", "b"));
}

TEST(PythonFlow, IterationsAreCalls) {
  const Extracted m("async def f(p):\n  for a in x(): pass\n  async for b in y(): pass\n  [c async for c in "
                    "z()]\n  yield 1\n");
  EXPECT_THAT(m.calls(CallKind::Iterate), ElementsAre("x()", "y()", "z()"));
  EXPECT_FALSE(m.call("x()", CallKind::Iterate).flags & CallFlag::Awaited);
  EXPECT_TRUE(m.call("y()", CallKind::Iterate).flags & CallFlag::Awaited);
  EXPECT_EQ(m.call("x").loop, kNone);
  EXPECT_NE(m.call("x()", CallKind::Iterate).loop, kNone);
  EXPECT_EQ(m.facts.suspensions.size(), 3u);
}

TEST(PythonFlow, GeneratorExpressionsAreLazy) {
  const Extracted m("def f():\n  return any(a(x) for x in b() if c(x))\n");
  EXPECT_TRUE(m.has("a", CallFlag::Deferred));
  EXPECT_TRUE(m.has("c", CallFlag::Deferred));
  EXPECT_FALSE(m.has("b", CallFlag::Deferred));
  EXPECT_FALSE(m.has("any", CallFlag::Deferred));
}

TEST(PythonFlow, MainGuard) {
  const Extracted m("if __name__ == '__main__':\n  a()\nelse:\n  b()\nc()\n");
  EXPECT_TRUE(m.has("a", CallFlag::MainGuard));
  EXPECT_FALSE(m.has("b", CallFlag::MainGuard));
  EXPECT_FALSE(m.has("c", CallFlag::MainGuard));
}

TEST(PythonRunningLoop, TestsTellThatThereIsNone) {
  constexpr auto kFlag = CallFlag::NoRunningLoop;
  EXPECT_TRUE(Extracted("def f():\n  if not loop.is_running(): a()\n").has("a", kFlag));
  EXPECT_TRUE(Extracted("def f():\n  if loop.is_running(): return\n  a()\n").has("a", kFlag));
  EXPECT_TRUE(Extracted("def f():\n  if loop and loop.is_running(): b()\n  else: a()\n").has("a", kFlag));
  EXPECT_TRUE(
      Extracted("def f():\n  try: get_running_loop()\n  except RuntimeError: return a()\n").has("a", kFlag));
  EXPECT_TRUE(
      Extracted(
          "def f():\n  try:\n    asyncio.get_running_loop()\n    raise X\n  except (A, RuntimeError): pass\n"
          "  a()\n")
          .has("a", kFlag));
  EXPECT_TRUE(
      Extracted(
          "def f():\n  try: l = get_running_loop()\n  except RuntimeError: l = None\n  if l is None: a()\n")
          .has("a", kFlag));
}

TEST(PythonRunningLoop, OtherTestsTellNothing) {
  constexpr auto kFlag = CallFlag::NoRunningLoop;
  EXPECT_FALSE(Extracted("def f():\n  if loop.is_running(): a()\n").has("a", kFlag));
  EXPECT_FALSE(Extracted("def f():\n  if not loop.is_running(): b()\n  a()\n").has("a", kFlag));
  EXPECT_FALSE(Extracted("def f():\n  if x and loop.is_running(): b()\n  else: a()\n").has("a", kFlag));
  EXPECT_FALSE(Extracted("def f():\n  try: get_running_loop()\n  except ValueError: a()\n").has("a", kFlag));
  EXPECT_FALSE(Extracted("def f():\n  try: other()\n  except RuntimeError: a()\n").has("a", kFlag));
  EXPECT_FALSE(
      Extracted("def f():\n  try: get_running_loop()\n  except RuntimeError: b()\n  a()\n").has("a", kFlag));
  EXPECT_FALSE(Extracted("def f(l):\n  if l is None: a()\n").has("a", kFlag));
}

} // namespace
} // namespace clearway::frontend
