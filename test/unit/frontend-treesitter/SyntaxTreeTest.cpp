#include "frontend/treesitter/SyntaxTree.h"

#include <gmock/gmock.h>
#include <random>
#include <thread>

namespace clearway::treesitter {
namespace {

using testing::ElementsAre;

enum : uint16_t { kCall = 1, kIdentifier, kString, kAwait, kAwaitToken };
enum : uint8_t { kFunction = 1, kArguments };

constexpr NodeType kTypes[] = {{"call", kCall},
                               {"identifier", kIdentifier, Descent::Leaf},
                               {"string", kString, Descent::Leaf},
                               {"await", kAwait},
                               {"await", kAwaitToken, Descent::Leaf, true}};
constexpr FieldType kFields[] = {{"function", kFunction}, {"arguments", kArguments}, {"no such field", 9}};

const Grammar &python() {
  static const Grammar grammar(
      tree_sitter_python(), kTypes, kFields, "identifier", [](std::string_view) { return true; },
      [](std::string_view comment) { return comment.find("keep") != std::string_view::npos; });
  return grammar;
}

// The kinds of all nodes that the table lists, in order.
std::vector<uint16_t> kinds(const SyntaxTree &tree) {
  std::vector<uint16_t> result;
  for (NodeId node = 0; node < tree.size(); ++node)
    if (tree[node].kind != 0)
      result.push_back(tree[node].kind);
  return result;
}

TEST(SyntaxTrees, HoldWhatWasAskedFor) {
  SyntaxTree tree;
  EXPECT_EQ(parse(python(), "await f('x')\n", tree), ParseResult::Complete);
  EXPECT_THAT(kinds(tree), ElementsAre(kAwait, kAwaitToken, kCall, kIdentifier, kString));
}

TEST(SyntaxTrees, ChildrenSiblingsAndFields) {
  SyntaxTree tree;
  parse(python(), "f(a, b)\n", tree);
  NodeId call = 0;
  while (tree[call].kind != kCall)
    ++call;
  const NodeId function = tree.child(call, kFunction), arguments = tree.child(call, kArguments);
  EXPECT_EQ(tree.text(function), "f");
  EXPECT_EQ(tree[function].name.view(), "f");
  EXPECT_EQ(tree.nextSibling(call, function), arguments);
  EXPECT_EQ(tree.nextSibling(call, arguments), kNoNode);
  EXPECT_EQ(tree.text(tree.firstChild(arguments)), "a");
  EXPECT_EQ(tree.text(tree.lastChild(arguments)), "b");
  EXPECT_EQ(tree.firstChild(function), kNoNode);
  EXPECT_EQ(tree.child(function, kFunction), kNoNode);
}

TEST(SyntaxTrees, CommentsVanishUnlessAskedFor) {
  SyntaxTree tree;
  parse(python(), "# gone\nf()  # keep me\n", tree);
  ASSERT_EQ(tree.directives().size(), 1u);
  EXPECT_EQ(tree.source().substr(tree.directives()[0].begin, 9), "# keep me");
}

TEST(SyntaxTrees, ErrorsAreOutermostAndFew) {
  SyntaxTree tree;
  parse(python(), "f()\n", tree);
  EXPECT_TRUE(tree.errors().empty());
  std::string broken;
  for (int i = 0; i < 100; ++i)
    broken += "f(]]\n\nx = 1\n";
  parse(python(), broken, tree);
  EXPECT_FALSE(tree.errors().empty());
  EXPECT_LE(tree.errors().size(), SyntaxTree::kMaxErrors);
}

TEST(SyntaxTrees, AreReused) {
  SyntaxTree tree;
  parse(python(), "f()  # keep\n(\n", tree);
  parse(python(), "", tree);
  EXPECT_EQ(tree.size(), 1u);
  EXPECT_TRUE(tree.errors().empty());
  EXPECT_TRUE(tree.directives().empty());
}

TEST(SyntaxTrees, ThreadsHaveParsersOfTheirOwn) {
  std::vector<std::thread> threads;
  std::vector<size_t> sizes(4);
  for (size_t &size : sizes)
    threads.emplace_back([&size] {
      SyntaxTree tree;
      for (int i = 0; i < 50; ++i)
        parse(python(), "def f(x):\n  return [g(x) for x in y]\n", tree);
      size = tree.size();
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_THAT(sizes, testing::Each(sizes[0]));
}

TEST(LineTables, CountBytesAndLinesFromOne) {
  LineTable lines;
  lines.reset("ab\n\xC3\xA9z\n\nlast");
  EXPECT_EQ(lines.lines(), 4u);
  EXPECT_EQ(lines.range(0, 2), (facts::SourceRange{1, 1, 1, 3}));
  EXPECT_EQ(lines.range(5, 6), (facts::SourceRange{2, 3, 2, 4}));
  EXPECT_EQ(lines.range(1, 12), (facts::SourceRange{1, 2, 4, 5}));
  lines.reset("");
  EXPECT_EQ(lines.lines(), 0u);
  EXPECT_EQ(lines.range(0, 0), (facts::SourceRange{1, 1, 1, 1}));
}

TEST(LineTables, AnyOrderOfQuestionsGivesTheSameAnswers) {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += std::string(static_cast<size_t>(i % 7), 'x') + "\n";
  LineTable lines;
  lines.reset(text);
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    const auto offset = static_cast<uint32_t>(random() % text.size());
    const auto expected = 1 + std::count(text.begin(), text.begin() + offset, '\n');
    ASSERT_EQ(lines.position(offset).line, static_cast<uint32_t>(expected)) << offset;
  }
}

} // namespace
} // namespace clearway::treesitter
