#include "frontend/rust/Condensing.h"
#include "frontend/rust/Syntax.h"

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

namespace clearway::frontend::rust {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using treesitter::CondensedText;
using treesitter::FlatTree;

struct Seen {
  std::vector<std::string> nodes;
  bool hasErrors = false;
};

Seen readAll(FlatTree &tree) {
  Seen seen;
  for (NodeId node = 0; node < tree.size(); ++node) {
    tree.expanded(node);
    const treesitter::Node &one = tree[node];
    seen.nodes.push_back(std::to_string(one.kind) + "/" + std::to_string(one.field) + " " + std::to_string(one.begin) + "-" +
                         std::to_string(one.end) + " to " + std::to_string(one.next));
  }
  seen.hasErrors = tree.hasErrors();
  return seen;
}

Seen parsed(std::string_view source) {
  FlatTree tree(vocabulary(), source);
  tree.parse();
  return readAll(tree);
}

Seen parsedCondensed(std::string_view source) {
  const CondensedText condensed = condense(source, TestBodies::Kept);
  FlatTree tree(vocabulary(), source);
  tree.parse(condensed);
  return readAll(tree);
}

std::string condensed(std::string_view source, TestBodies bodies = TestBodies::LeftOut) {
  return std::string(condense(source, bodies).text());
}

constexpr std::string_view kSound[] = {
    "",
    " \n",
    "// nothing but a comment",
    "//! The crate.\n\n/// A function.\nfn f() {}\n",
    "#!/usr/bin/env  run // not a comment\nfn f() {}\n",
    "#![allow(dead_code)] // an attribute, no shebang\nfn f() {}\n",
    "\xEF\xBB\xBF" "fn f() {}\n",
    "\xEF\xBB\xBF// first\nfn f() {}\n",
    "fn f() {\r\n    g( a ,\r\n       b ) ;\r\n}\r\n",
    "fn f() { g(\"// no comment  \", \"\\\\\", \"a \\\" /* b\"); } // one\n",
    "fn f() { g(r\"\\\", r#\"\"  //\"#, br##\"\"# /*\"##, b\"  //\", c\" /* \"); }\n",
    "fn f() { g('\"', '\\'', b'\"', '{', ' ', '/', '\\u{1F600}', '\xC3\xA9', '\xF0\x9F\x98\x80'); /* ' */ }\n",
    "struct S<'a, 'b: 'a> { a: &'a  str, b: &'b /* ' */ str }\nfn f<'a>(x: &'a u8) -> &'a u8 { 'l: loop { break  'l; } x }\n",
    "fn f() { let x = a /* one /* two */ still */ + b / c /**/ / d; }\n",
    "fn f() { let x: Vec<Vec<u8> > = a >> b; if x < y && y > z {} let r = & & rows; }\n",
    "fn f() { let x = 1. + 2.0e-3 ; let y = 1 .. 2 ; let z = t.0 .1 ; }\n",
    "macro_rules! m { ($($x:expr),* $(,)?) => { /* c */ $( f($x) ; )* } }\nfn f() { m!( a , // b\n c ) }\n",
    "enum E { A, /* between */ B { x: u8 }, // behind\n /// Documented.\n C(u8), }\n",
    "fn f(r: u8, br: u8) -> u8 { r#type(r, br) + r /* \" */ }\n",
    "#![feature( a , b )]\n#[derive(Debug, /* c */ Clone)] #[serde(rename = \")\", default)] #[doc = \"x\"] #[a::b( c(d), [e] )] struct S { #[x(y)] f: u8 }\n",
    "fn f() { m!(#[a(b, c)] x, #[d(e)]); m! { #[a(b)] struct S; } #[allow(unused)] let x = !(a) ; y != (b) }\n#[cfg(a)] fn g() {}\n",
    "fn f() { /* clearway: allow(all) */ g(); // clearway: allow(all)\n h() /* SYNC CONTEXT: x */ }",
};

TEST(Condensing, ChangesNoTree) {
  for (const std::string_view source : kSound) {
    const Seen full = parsed(source);
    EXPECT_FALSE(full.hasErrors) << source;
    EXPECT_EQ(parsedCondensed(source).nodes, full.nodes) << source;
  }
}

TEST(Condensing, ChangesNoTreeOfBrokenSource) {
  for (const std::string_view source : kSound)
    for (size_t cut = 0; cut < source.size(); ++cut) {
      const std::string front(source.substr(0, cut)), rest(source.substr(cut)), without = front + rest.substr(1);
      EXPECT_EQ(parsedCondensed(front).nodes, parsed(front).nodes) << front;
      EXPECT_EQ(parsedCondensed(rest).nodes, parsed(rest).nodes) << rest;
      EXPECT_EQ(parsedCondensed(without).nodes, parsed(without).nodes) << without;
    }
}

TEST(Condensing, LeavesOutCommentsAndIdleSpace) {
  EXPECT_EQ(condensed("fn  f( a : u8 ) {\n    // x\n    return /* y */ a ;\n}\n"), "fn\nf( a : u8 ) {return\na ;\n}\n");
}

TEST(Condensing, LeavesOutArgumentsOfAttributes) {
  EXPECT_EQ(condensed("#[derive(A, B)] struct S;"), "#[derive()] struct S;");
  EXPECT_EQ(condensed("#![allow(a, b(c))]\nfn f() { m!(#[x(y)] z) }"), "#![allow()]\nfn f() { m!(#[x(y)] z) }");
  for (const std::string_view source : {"#[a = \"(b)\"] fn f() {}", "#[a(b) fn f() {}", "#[a(b)c] fn f() {}", "#[a[b]] fn f() {}"})
    EXPECT_EQ(condensed(source), source);
}

TEST(Condensing, KeepsDirectives) {
  const std::string_view source = "fn f() {\n    // why\n    // clearway: allow(blocking-io)\n    // so\n    g();\n}\n";
  EXPECT_THAT(condensed(source), AllOf(HasSubstr("// clearway: allow(blocking-io)\n"), Not(HasSubstr("why")), Not(HasSubstr("so"))));
  const CondensedText text = condense(source, TestBodies::Kept);
  FlatTree tree(vocabulary(), source);
  tree.expanded(tree.first(tree.parse(text)) + 4);
  for (NodeId node = 0; node < tree.size(); ++node)
    tree.expanded(node);
  ASSERT_EQ(tree.comments().size(), 1u);
  EXPECT_EQ(tree.text(tree.comments()[0].begin, tree.comments()[0].end), "// clearway: allow(blocking-io)");
}

TEST(Condensing, LeavesOutBodiesOfTests) {
  for (const std::string_view source : {
           "#[test]\nfn f() { gone(); }\nfn g() { kept(); }",
           "#[tokio::test(flavor = \"multi_thread\")]\n/// Why.\n#[ignore]\npub(crate) async fn f() { gone(); }\nfn g() { kept(); }",
           "#[test] fn f<T: Fn(u8) -> [u8; 2]>(t: T) -> [u8; { 2 }] where T: Send { \"}\"; '}'; /* } */ r#\"}\"#; gone(); }\nfn g() { kept(); }",
           "#[cfg(test)]\nmod tests {\n  impl A {\n    fn f(&self) { gone(); }\n  }\n  struct B;\n  fn g() { if gone() { gone(); } } }\nfn g() { kept(); }",
           "#[cfg(test)] pub mod tests { mod inner { unsafe extern \"C\" fn f() { gone() } } fn g() -> ! { gone() } }\nfn g() { kept(); }",
       })
    EXPECT_THAT(condensed(source), AllOf(HasSubstr("kept"), Not(HasSubstr("gone")), HasSubstr("{}"))) << source;
}

TEST(Condensing, KeepsWhatIsNoTestOrNotCertain) {
  for (const std::string_view source : {
           "#[cfg(not(test))] fn f() { kept(); }",
           "#[cfg(test)] use a::{kept};",
           "#[cfg(test)] struct A { kept: fn(u8) }",
           "#[cfg(test)] mod tests; fn f() { kept() }",
           "#[cfg(test)] mod tests { struct A { kept: fn(u8) } static F: fn () = { kept }; }",
           "#[cfg(test)] mod tests { macro_rules! m { () => { fn $name() { kept } } } }",
           "#[test] fn f() -> A<{ kept }> { 3 }",
           "#[test] fn f() { kept(); ",
           "fn f() { \"#[test] fn g() { kept }\"; }",
           "fn f() { /* #[test] */ fn g() { kept } }",
           "fn f() { let r#fn = 3; kept }",
       })
    EXPECT_THAT(condensed(source), HasSubstr("kept")) << source;
}

TEST(Condensing, LeavesOutEveryBodyOfTestFiles) {
  const std::string_view source = "fn f() { gone(); }\nimpl A { async fn g() { gone(); } }\nconst KEPT: u8 = 3;\n";
  EXPECT_THAT(condensed(source, TestBodies::AllLeftOut), AllOf(HasSubstr("KEPT"), Not(HasSubstr("gone"))));
  EXPECT_THAT(condensed(source, TestBodies::Kept), HasSubstr("gone"));
}

TEST(Condensing, FillsCertainGapsOfTheGrammar) {
  EXPECT_EQ(condensed("fn f() { g(&raw, &raw const x, &raw mut y, &rawer) }"), "fn f() { g(&rav, &raw const x, &raw mut y, &rawer) }");
  EXPECT_EQ(condensed("unsafe extern \"C\" { fn f(); }"), "       extern \"C\" { fn f(); }");
  EXPECT_EQ(condensed("unsafe extern \"C\" fn f() {}"), "unsafe extern \"C\" fn f() {}");
}

} // namespace
} // namespace clearway::frontend::rust
