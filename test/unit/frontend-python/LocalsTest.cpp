#include "Extracted.h"

namespace clearway::frontend {
namespace {

using namespace facts;
using testing::ElementsAre;
using testing::IsEmpty;

// What a function returns, given its body.
std::string returned(std::string body) {
  const Extracted m("def f(p, q):\n" + body);
  const auto values = m.returns("m.f");
  return values.empty() ? "nothing" : values.back();
}

TEST(PythonLocals, StraightLines) {
  EXPECT_EQ(returned("  x = a()\n  return x\n"), "a()");
  EXPECT_EQ(returned("  x = a()\n  x = b()\n  return x\n"), "b()");
  EXPECT_EQ(returned("  x = p\n  y = x\n  return y.z\n"), "p.z");
  EXPECT_EQ(returned("  (x := a())\n  return x\n"), "a()");
  EXPECT_EQ(returned("  x = y = a()\n  return x\n"), "a()");
}

TEST(PythonLocals, Unpacking) {
  EXPECT_EQ(returned("  x, y = a(), b()\n  return y\n"), "b()");
  EXPECT_EQ(returned("  x, y = a()\n  return y\n"), "a()[1]");
  EXPECT_EQ(returned("  x, (y, z) = a(), (b(), c())\n  return z\n"), "c()");
  EXPECT_EQ(returned("  x, *y = a()\n  return x\n"), "a()[0]");
}

TEST(PythonLocals, PathsMeet) {
  EXPECT_EQ(returned("  x = a()\n  if p: x = b()\n  return x\n"), "(b() | a())");
  EXPECT_EQ(returned("  if p: x = a()\n  elif q: x = b()\n  else: x = c()\n  return x\n"),
            "(a() | b() | c())");
  EXPECT_EQ(returned("  x = a() if p else b()\n  return x\n"), "(a() | b())");
  EXPECT_EQ(returned("  x = p or b()\n  return x\n"), "(p | b())");
}

TEST(PythonLocals, PathsThatLeftDoNotMeet) {
  EXPECT_EQ(returned("  x = a()\n  if p:\n    x = b()\n    raise E\n  return x\n"), "a()");
  EXPECT_EQ(returned("  while True:\n    x = a()\n    break\n  return x\n"), "x");
}

TEST(PythonLocals, LoopsAndHandlersMakeThemUnclear) {
  EXPECT_EQ(returned("  x = a()\n  for i in q: x = b(x)\n  return x\n"), "x");
  EXPECT_EQ(returned("  try: x = a()\n  except E: pass\n  return x\n"), "x");
  EXPECT_EQ(returned("  x = a()\n  for i in q: pass\n  return x\n"), "a()");
}

TEST(PythonLocals, InsideALoopTheLatestValueCounts) {
  const Extracted m("def f(q):\n  for i in q:\n    x = i\n    g(x)\n");
  EXPECT_EQ(describe(m.facts, m.facts.argumentsOf(m.call("g"))[0].value), "each q");
}

TEST(PythonLocals, FinallyKeepsTheNormalPath) {
  EXPECT_EQ(returned("  try: x = a()\n  finally: g()\n  return x\n"), "a()");
  EXPECT_EQ(returned("  x = a()\n  try: g()\n  finally: x = b()\n  return x\n"), "b()");
}

TEST(PythonLocals, Narrowing) {
  EXPECT_EQ(returned("  if isinstance(p, T): return p\n"), "p as T");
  EXPECT_EQ(returned("  if not isinstance(p, T): return 1\n  return p\n"), "p as T");
  EXPECT_EQ(returned("  assert isinstance(p, T)\n  return p\n"), "p as T");
  EXPECT_EQ(returned("  if isinstance(p, T): g()\n  return p\n"), "p");
  EXPECT_EQ(returned("  if q and isinstance(p, T): return p\n"), "p as T");
  EXPECT_EQ(returned("  if q or isinstance(p, T): return p\n"), "p");
  EXPECT_EQ(returned("  match p:\n    case T(): return p\n"), "p as T");
}

TEST(PythonLocals, Patterns) {
  EXPECT_EQ(returned("  match p:\n    case T() as t: return t\n"), "p as T");
  EXPECT_EQ(returned("  match p:\n    case T(x=c): return c\n"), "p as T.x");
  EXPECT_EQ(returned("  match p:\n    case [a, *b]: return a\n"), "each p");
  EXPECT_EQ(returned("  match p:\n    case other: return other\n"), "p");
  EXPECT_EQ(returned("  match p:\n    case mod.CONST: return mod\n"), "mod");
}

TEST(PythonLocals, DeclaredTypesOutrankValues) {
  EXPECT_EQ(returned("  x: T = a()\n  return x\n"), "a() as T");
  EXPECT_EQ(returned("  x: T\n  return x\n"), "a T");
}

TEST(PythonLocals, ComprehensionNamesStayInside) {
  EXPECT_EQ(returned("  x = a()\n  y = [x for x in q]\n  return x\n"), "a()");
  EXPECT_EQ(returned("  return [x.y for x in q]\n"), "[each q.y]");
  EXPECT_EQ(returned("  return {k: v for k, v in q}\n"), "[each q[0], each q[1]]");
  EXPECT_EQ(returned("  z = [y := x for x in q]\n  return y\n"), "each q");
}

TEST(PythonLocals, GlobalsAndNonlocals) {
  const Extracted m("g = None\ndef f():\n  global g\n  g = a()\n  return g\n"
                    "def outer():\n  n = None\n  def inner():\n    nonlocal n\n    n = b()\n  return n\n");
  EXPECT_THAT(m.returns("m.f"), ElementsAre("g"));
  for (const Binding &binding : m.facts.bindings) {
    const std::string value = describe(m.facts, binding.value);
    if (value == "a()" || value == "b()") {
      EXPECT_EQ(binding.scope, value == "a()" ? 0u : m.function("m.outer").scope);
    }
  }
  EXPECT_EQ(m.stored("g"), "a()");
  EXPECT_EQ(m.stored("n"), "b()");
}

TEST(PythonLocals, ClosuresLookOutwards) {
  const Extracted m("def f(p):\n  x = a()\n  def g():\n    return x\n  return g\n");
  const ValueId value = m.facts.operandsOf(m.function("m.f.g").returns)[0];
  EXPECT_EQ(m.facts.values[value].kind, ValueKind::Ref);
  EXPECT_EQ(m.facts.values[value].a, m.function("m.f.g").scope);
}

TEST(PythonLocals, NeverMoreAlternativesThanCanBeFollowed) {
  std::string body = "  if p: x = a0()\n";
  for (int i = 1; i < 20; ++i)
    body += "  elif p: x = a" + std::to_string(i) + "()\n";
  EXPECT_EQ(returned(body + "  return x\n"), "x");
}

} // namespace
} // namespace clearway::frontend
