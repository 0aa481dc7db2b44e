#include "Extracted.h"

namespace clearway::frontend {
namespace {

using namespace facts;
using testing::ElementsAre;
using testing::IsEmpty;

bool has(const Function &function, uint32_t flag) {
  return function.flags & flag;
}

TEST(PythonFunctions, Kinds) {
  const Extracted m("def a(): pass\nasync def b(): pass\ndef c(): yield 1\nasync def d(): yield 1\n"
                    "def e():\n  def inner(): yield 1\ndef g():\n  x = lambda: (yield)\n");
  EXPECT_EQ(m.function("m.a").kind, FunctionKind::Plain);
  EXPECT_EQ(m.function("m.b").kind, FunctionKind::Coroutine);
  EXPECT_EQ(m.function("m.c").kind, FunctionKind::Generator);
  EXPECT_EQ(m.function("m.d").kind, FunctionKind::AsyncGenerator);
  EXPECT_EQ(m.function("m.e").kind, FunctionKind::Plain);
  EXPECT_EQ(m.function("m.g").kind, FunctionKind::Plain);
  EXPECT_EQ(m.function("m.<module>").kind, FunctionKind::Module);
}

TEST(PythonFunctions, Flags) {
  const Extracted m(
      "class C:\n  @staticmethod\n  def a(x): return x\n  @classmethod\n  def b(cls): return cls\n"
      "  @functools.cached_property\n  def c(self): return self\n  @abc.abstractmethod\n  def d(self): ...\n"
      "  def e(self):\n    'doc'\n    raise NotImplementedError('x')\n"
      "  def f(self):\n    if x: raise NotImplementedError\n    g()\n"
      "  def __new__(cls): return cls\n  @overload\n  def h(self): ...\n");
  EXPECT_TRUE(has(m.function("m.C.a"), FunctionFlag::Static));
  EXPECT_TRUE(has(m.function("m.C.b"), FunctionFlag::ClassMethod));
  EXPECT_TRUE(has(m.function("m.C.c"), FunctionFlag::Property));
  EXPECT_TRUE(has(m.function("m.C.d"), FunctionFlag::Abstract));
  EXPECT_TRUE(has(m.function("m.C.e"), FunctionFlag::Abstract));
  EXPECT_FALSE(has(m.function("m.C.f"), FunctionFlag::Abstract));
  EXPECT_TRUE(has(m.function("m.C.h"), FunctionFlag::Overload));
  EXPECT_THAT(m.returns("m.C.a"), ElementsAre("x"));
  EXPECT_THAT(m.returns("m.C.b"), ElementsAre("cls"));
  EXPECT_THAT(m.returns("m.C.c"), ElementsAre("self"));
  EXPECT_THAT(m.returns("m.C.__new__"), ElementsAre("cls"));
}

TEST(PythonFunctions, ProtocolMethodsWithoutBodyAreAbstract) {
  const Extracted m("class P(Protocol[T]):\n  def f(self): ...\nclass C:\n  def f(self): ...\n");
  EXPECT_TRUE(has(m.function("m.P.f"), FunctionFlag::Abstract));
  EXPECT_FALSE(has(m.function("m.C.f"), FunctionFlag::Abstract));
  EXPECT_EQ(m.facts.classes[0].isProtocol, 1);
  EXPECT_EQ(m.facts.classes[0].typeParameters.count, 1u);
}

TEST(PythonFunctions, Parameters) {
  const Extracted m("def f(a, /, b: int = 1, *args: str, c, **kw: 'T'): return kw\n");
  const auto list = m.facts.parametersOf(m.function("m.f"));
  ASSERT_EQ(list.size(), 5u);
  EXPECT_EQ(describe(m.facts, list[1].annotation), "int");
  EXPECT_EQ(describe(m.facts, list[1].defaultValue), "1");
  EXPECT_EQ(list[2].variadic, 1);
  EXPECT_FALSE(list[2].keywordOnly);
  EXPECT_TRUE(list[3].keywordOnly);
  EXPECT_EQ(list[4].variadic, 2);
  EXPECT_EQ(describe(m.facts, list[4].annotation), "T");
}

TEST(PythonFunctions, DefaultsAndDecoratorsAreEvaluatedOutside) {
  const Extracted m("@deco(x())\ndef f(a=y(), b: Annotated[T, Depends(z)] = None):\n  body()\n");
  EXPECT_THAT(m.calls(), ElementsAre("x", "deco", "y", "Depends", "body"));
  EXPECT_EQ(m.call("y").caller, 0u);
  EXPECT_EQ(m.call("body").caller, 1u);
  EXPECT_EQ(m.function("m.f").decorators.count, 1u);
}

TEST(PythonFunctions, NamesThatRepeatAreToldApart) {
  const Extracted m("if x:\n  def f(): pass\nelse:\n  def f(): pass\n");
  EXPECT_EQ(m.facts.functions[1].disambiguator.view(), "");
  EXPECT_EQ(m.facts.functions[2].disambiguator.view(), "2");
}

TEST(PythonFunctions, TypeParameters) {
  const Extracted m(
      "def f[T: Base](x: T) -> T: return x\nclass C[K, V](Generic[K]): pass\ntype L[T] = list[T]\n");
  EXPECT_EQ(m.facts.classes[0].bases.count, 1u);
  EXPECT_EQ(m.stored("L"), "list[T]");
  EXPECT_THAT(m.diagnostics(), IsEmpty());
  const Value &annotation = m.facts.values[m.facts.parametersOf(m.function("m.f"))[0].annotation];
  EXPECT_EQ(annotation.a, m.function("m.f").scope);
}

TEST(PythonClasses, AttributesOfInstancesAndClasses) {
  const Extracted m(
      "class C:\n  a: int = 1\n  b = Lock()\n  def f(self, p):\n    self.c = p\n    self.d: T = g()\n"
      "    def inner(): self.e = h()\n  @classmethod\n  def make(cls): cls.i = j()\n"
      "  @staticmethod\n  def s(self): self.k = 1\n");
  EXPECT_EQ(m.stored("b"), "Lock()");
  EXPECT_EQ(m.stored("c"), "p");
  EXPECT_EQ(m.stored("d"), "g()");
  EXPECT_EQ(m.stored("e"), "h()");
  EXPECT_EQ(m.stored("k"), "nothing");
  for (const Binding &binding : m.facts.bindings) {
    const std::string_view name = binding.name.view();
    const bool ofInstance = name == "c" || name == "d" || name == "e",
               ofClass = name == "a" || name == "b" || name == "i";
    if (ofInstance || ofClass) {
      EXPECT_EQ((binding.flags & BindingFlag::Instance) != 0, ofInstance) << name;
    }
  }
}

TEST(PythonClasses, SuperIsAValue) {
  const Extracted m("class C(B):\n  def f(self): super().f()\n  def g(self): super(C, self).g()\n");
  EXPECT_THAT(m.calls(), ElementsAre("super().f", "super().g"));
}

TEST(PythonImports, AllForms) {
  const Extracted m("import a.b, c as d\nfrom . import e\nfrom ...x.y import f as g, h\nfrom z import *\n"
                    "from __future__ import annotations\n");
  ASSERT_EQ(m.facts.imports.size(), 6u);
  EXPECT_EQ(m.facts.imports[0].module.view(), "a.b");
  EXPECT_EQ(m.facts.imports[0].alias.view(), "a");
  EXPECT_EQ(m.facts.imports[1].alias.view(), "d");
  EXPECT_EQ(m.facts.imports[2].level, 1);
  EXPECT_EQ(m.facts.imports[2].module.view(), "");
  EXPECT_EQ(m.facts.imports[3].level, 3);
  EXPECT_EQ(m.facts.imports[3].item.view(), "f");
  EXPECT_EQ(m.facts.imports[3].alias.view(), "g");
  EXPECT_TRUE(m.facts.imports[5].flags & ImportFlag::Star);
}

TEST(PythonImports, Conditions) {
  const Extracted m("if typing.TYPE_CHECKING:\n  from a import b\nelse:\n  b = None\n"
                    "try:\n  import c\nexcept ImportError:\n  c = None\n");
  EXPECT_TRUE(m.facts.imports[0].flags & ImportFlag::TypeOnly);
  EXPECT_FALSE(m.facts.imports[1].flags & ImportFlag::TypeOnly);
  EXPECT_FALSE(m.facts.bindings[1].flags & BindingFlag::TypeOnly);
  EXPECT_EQ(std::ranges::count_if(m.facts.bindings, [](const Binding &b) { return b.name.view() == "c"; }),
            2);
}

TEST(PythonImports, Exports) {
  const Extracted m("__all__ = ['a'] + ['b']\n__all__ += ['c']\na = b = c = d = 1\n");
  for (const Binding &binding : m.facts.bindings)
    if (binding.name.view().size() == 1) {
      EXPECT_EQ((binding.flags & BindingFlag::Exported) != 0, binding.name.view() != "d")
          << binding.name.view();
    }
}

TEST(PythonAnnotations, Forms) {
  const auto annotation = [](std::string text) {
    const Extracted m("def f(x: " + text + "): pass\n");
    return describe(m.facts, m.facts.parametersOf(m.function("m.f"))[0].annotation);
  };
  EXPECT_EQ(annotation("a.B"), "a.B");
  EXPECT_EQ(annotation("A | None"), "(A | None)");
  EXPECT_EQ(annotation("Optional['A']"), "Optional[A]");
  EXPECT_EQ(annotation("'dict[str, a.B | None]'"), "dict[str, (a.B | None)]");
  EXPECT_EQ(annotation("Callable[[A, B], Awaitable[C]]"), "Callable[[A, B], Awaitable[C]]");
  EXPECT_EQ(annotation("Literal['a', 'b']"), "Literal['a', 'b']");
  EXPECT_EQ(annotation("'not a type!'"), "_");
  EXPECT_EQ(annotation("'A['"), "_");
}

} // namespace
} // namespace clearway::frontend
