#include "Extracted.h"

#include "facts/Validate.h"

#include <thread>

namespace clearway::frontend {
namespace {

using namespace facts;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::string repeated(std::string_view text, size_t times) {
  std::string result;
  while (times-- > 0)
    result += text;
  return result;
}

TEST(PythonInput, Empty) {
  const Extracted m("");
  EXPECT_THAT(m.diagnostics(), IsEmpty());
  EXPECT_EQ(m.facts.functions.size(), 1u);
  EXPECT_FALSE(m.facts.hadErrors);
}

TEST(PythonInput, EveryVersionsSyntax) {
  const Extracted m("print(f\"{x['a']} {f'{y!r:>{w}}'}\", f\"{d[\"k\"]}\")\n"
                    "match p:\n  case {'a': [1, *_], **rest} | C(x=1): pass\n  case -1 | 1+2j | None: pass\n"
                    "try: pass\nexcept* (A, B) as eg: pass\n"
                    "with (a() as b, c() as d): pass\n"
                    "def f[*Ts, **P](a, /, *, b): return (y := 1)\n"
                    "async def g():\n  return [i async for i in x() if await z(i)]\n"
                    "@(yield_ := deco).x\ndef h(): ...\nlambda *a, **k: (a, k)\nx: int\ndel a[0], b.c\n"
                    "type = match = case = 1\nprint(*a, sep='')\na[1:2, ::3]\n");
  EXPECT_THAT(m.diagnostics(), IsEmpty());
  EXPECT_THAT(m.calls(), Contains("x"));
}

TEST(PythonInput, CallsInInterpolationsAreFound) {
  EXPECT_THAT(Extracted("x = f\"{a(f'{b()}')} {c():{d()}}\"\n").calls(), ElementsAre("b", "a", "c", "d"));
  EXPECT_THAT(Extracted("x = 'a()' r'{b()}' rb'{c()}'\n").calls(), IsEmpty());
}

TEST(PythonInput, SyntaxErrorsLeaveTheRest) {
  const Extracted m("def f():\n  a(\n\ndef g():\n  b()\n");
  EXPECT_THAT(m.diagnostics(), Contains("syntax-error"));
  EXPECT_TRUE(m.facts.hadErrors);
  EXPECT_THAT(m.calls(), Contains("b"));
  EXPECT_TRUE(m.facts.diagnostics[0].range.valid());
}

TEST(PythonInput, OtherEncodings) {
  EXPECT_THAT(Extracted(std::string_view("\xFF\xFE"
                                         "a\0",
                                         4))
                  .diagnostics(),
              ElementsAre("not-utf8"));
  EXPECT_THAT(Extracted(std::string_view("a()\0b()", 7)).diagnostics(), ElementsAre("binary"));
  const Extracted latin("# caf\xE9\nx()\n");
  EXPECT_THAT(latin.diagnostics(), ElementsAre("not-utf8"));
  EXPECT_EQ(latin.facts.diagnostics[0].range.beginLine, 1u);
  EXPECT_THAT(latin.calls(), ElementsAre("x"));
  EXPECT_THAT(Extracted("\xEF\xBB\xBFx('\xC3\xA9')\n").diagnostics(), IsEmpty());
}

TEST(PythonInput, DeepNestingIsSaidNotDied) {
  constexpr size_t kLevels = 10'000;
  const auto ids = [](const std::string &source) {
    std::vector<std::string> result;
    std::thread([&] {
      result = Extracted(source).diagnostics();
    }).join(); // a thread's stack is the smaller one
    return result;
  };
  EXPECT_THAT(ids("x = " + repeated("(", kLevels) + "1" + repeated(")", kLevels) + "\n"),
              ElementsAre("too-deep"));
  EXPECT_THAT(ids("x = a" + repeated(".b()", kLevels) + "\n"), ElementsAre("too-deep"));
  EXPECT_THAT(ids("x = " + repeated("not ", kLevels) + "a\n"), ElementsAre("too-deep"));
  EXPECT_THAT(ids("x: " + repeated("a[", kLevels) + "b" + repeated("]", kLevels) + "\n"),
              ElementsAre("too-deep"));
  EXPECT_THAT(ids("match x:\n  case " + repeated("[", kLevels) + "a" + repeated("]", kLevels) + ": pass\n"),
              ElementsAre("too-deep"));
}

TEST(PythonInput, LongIsNotDeep) {
  constexpr size_t kTerms = 10'000;
  EXPECT_EQ(Extracted("x = a()" + repeated(" + a()", kTerms) + "\n").facts.calls.size(), kTerms + 1);
  EXPECT_EQ(Extracted("x = a()" + repeated(" and a()", kTerms) + "\n").facts.calls.size(), kTerms + 1);
  EXPECT_THAT(Extracted("if a: pass\n" + repeated("elif b(): pass\n", kTerms)).diagnostics(), IsEmpty());
  EXPECT_THAT(Extracted("x: a" + repeated(" | b", kTerms) + "\n").diagnostics(), IsEmpty());
}

TEST(PythonInput, LargeFiles) {
  const std::string function = "def f():\n    return call(1, 'a string of some length', key=value)\n\n";
  const Extracted m(repeated(function, 10'000'000 / function.size()));
  EXPECT_THAT(m.diagnostics(), IsEmpty());
  EXPECT_EQ(m.facts.calls.size(), 10'000'000 / function.size());
}

TEST(PythonInput, Directives) {
  const Extracted m("a()  # clearway: allow(blocking-io) once at start\n# SYNC CONTEXT: worker\nb('# "
                    "clearway: x')\n# noqa\n");
  ASSERT_EQ(m.facts.directives.size(), 2u);
  EXPECT_FALSE(m.facts.directives[0].ownLine);
  EXPECT_TRUE(m.facts.directives[1].ownLine);
  EXPECT_EQ(m.facts.directives[1].range.beginLine, 2u);
  EXPECT_EQ(m.facts.directives[1].text.view(), "# SYNC CONTEXT: worker");
}

// Whatever is cut off, what is left is consistent and comes back from its text.
TEST(PythonInput, EveryPrefixGivesSoundFacts) {
  constexpr std::string_view kSource =
      "async def f(self, a: 'T' = g(), *b):\n  async with x() as y, z:\n    try:\n      for i in [j async "
      "for j in k()]:\n"
      "        if not (i or await l(i)): continue\n        else: break\n    except (E, F) as e: raise\n"
      "    finally: del y\n  return lambda q: f'{q:{w}}' if q else {**r, 's': (yield)}\n"
      "class C(D, metaclass=M):\n  x: int = 1\n  @property\n  def p(self): return super().p\n"
      "match v:\n  case C(x=1) | [a, *_] if n: pass\nfrom . import (a as b, c)\n";
  for (size_t size = 0; size <= kSource.size(); ++size) {
    const Extracted m(kSource.substr(0, size));
    ASSERT_EQ(validate(m.facts), "") << size;
    const std::string text = dump(m.facts);
    const auto again = parse(text);
    ASSERT_TRUE(again) << size << ": line " << again.error().line << ": " << again.error().message;
    ASSERT_EQ(dump(*again), text) << size;
  }
}

} // namespace
} // namespace clearway::frontend
