// A syntax tree as one array in pre-order, filled by a single cursor walk. Reading it costs an index, not a
// search: a node's first child is the next element, its next sibling is where its subtree ends.
#pragma once

#include "frontend/treesitter/NodePool.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct TSTree;

namespace clearway::frontend::treesitter {

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

/// A stretch of the source, as byte offsets.
struct ByteRange {
  uint32_t begin = 0, end = 0;
};

struct Node {
  uint16_t kind = 0; // Vocabulary::kinds of the grammar's symbol
  uint8_t field = 0; // Vocabulary::fields of the field it has in its parent
  bool missing = false;
  uint32_t begin = 0, end = 0; // byte offsets
  NodeId next = kNoNode;       // the first node after this subtree
};

/// Nodes by their kind and that of the node they are in; kind 0 for none.
struct KindWithin {
  uint16_t kind = 0, parent = 0;
};

/// What a grammar's numbers mean to the reader of its trees. Number 0 means "of no interest".
struct Vocabulary {
  const TSLanguage *language = nullptr;
  std::vector<uint16_t> kinds; // by grammar symbol
  std::vector<uint8_t> fields; // by grammar field
  uint16_t comment = 0;       // the kind that is left out of trees and collected apart
  uint16_t error = 0;         // the kind of error nodes
  // Of source without errors only, whose trees are not searched for them:
  KindWithin postponed;        // without what is below them until FlatTree::expanded() asks for it
  std::vector<KindWithin> cut; // without what is below them
  /// Source with errors in a form that the grammar knows better, of the same length; empty if there is none.
  std::string (*knownForm)(std::string_view source) = nullptr;
};

/// Element i of each list gets the number i. A kind in quotes ("'async'") is an anonymous token.
Vocabulary makeVocabulary(const TSLanguage *language, std::span<const std::string_view> kinds,
                          std::span<const std::string_view> fields);

/// A source without stretches that make no difference to its tree, and where what is left stands in the source.
class CondensedText {
public:
  /// Neither the source nor what is left of it has more than `capacity` bytes.
  explicit CondensedText(size_t capacity);

  void add(std::string_view text, uint32_t offset);
  void add(char c, uint32_t offset) { add(std::string_view(&c, 1), offset); }
  std::string_view text() const { return {text_.get(), size_}; }
  std::span<char> bytes() { return {text_.get(), size_}; }
  /// Where a byte of the text stands in the source.
  uint32_t begin(uint32_t at) const { return offsets_[at]; }
  /// The end in the source of what ends before a byte of the text.
  uint32_t end(uint32_t at) const { return at == 0 ? 0 : offsets_[at - 1] + 1; }

private:
  std::unique_ptr<char[]> text_;
  std::unique_ptr<uint32_t[]> offsets_; // and of where the text ends
  size_t size_ = 0;
};

class FlatTree {
public:
  /// `vocabulary` and `text` must outlive the tree. A thread has one tree at a time.
  FlatTree(const Vocabulary &vocabulary, std::string_view text);

  /// Parses the whole text; returns the root.
  NodeId parse();
  /// The same for less, if what `condensed` leaves out changes nothing; it must outlive the tree. Should it have errors, the
  /// whole text is parsed: what is made of errors depends on what lies between them.
  NodeId parse(const CondensedText &condensed);
  /// Parses only the given stretches, as if they stood next to each other; their nodes are appended to the
  /// array with their true positions. Returns the root, or kNoNode if the ranges are out of order.
  NodeId parseRanges(std::span<const ByteRange> ranges);
  /// What parseAdded() made: its root, kNoNode if the text has errors; the offset at which the text counts as standing.
  struct Added {
    NodeId root = kNoNode;
    uint32_t offset = 0;
  };
  /// Parses a text that stands nowhere in the source, as what a macro gives. It gets offsets behind the source's, by which
  /// text() and parseRanges() know it. Nothing becomes of it if there is too much of such text.
  Added parseAdded(std::string text);

  /// A postponed node together with what is below it, appended to the array; any other node as it is. To be asked once.
  NodeId expanded(NodeId id);
  /// Whether something that was parsed so far has errors.
  bool hasErrors() const { return hasErrors_; }

  const Node &operator[](NodeId id) const { return nodes_[id]; }
  size_t size() const { return nodes_.size(); }
  std::string_view text(NodeId id) const { return text(nodes_[id].begin, nodes_[id].end); }
  std::string_view text(uint32_t begin, uint32_t end) const {
    if (end <= text_.size()) [[likely]]
      return text_.substr(begin, end - begin);
    const Stretch stretch = stretchAt(begin);
    return stretch.text.substr(begin - stretch.offset, end - begin);
  }
  std::string_view source() const { return text_; }
  /// The source, or the added text that the offset is in, and where that begins.
  struct Stretch {
    std::string_view text;
    uint32_t offset = 0;
  };
  Stretch stretchAt(uint32_t offset) const;
  /// In no particular order; those below postponed nodes are missing.
  std::span<const ByteRange> comments() const { return comments_; }

  /// First child, or kNoNode.
  NodeId first(NodeId id) const { return id + 1 < nodes_[id].next ? id + 1 : kNoNode; }
  /// The child in the given field, or kNoNode.
  NodeId field(NodeId id, uint8_t field) const;
  /// The first child of the given kind, or kNoNode.
  NodeId child(NodeId id, uint16_t kind) const;

private:
  friend class Flattening;
  /// Where what was parsed stands in the source.
  struct Position {
    uint32_t shift = 0;
    const CondensedText *condensed = nullptr;
    uint32_t begin(uint32_t at) const { return condensed ? condensed->begin(at) : at + shift; }
    uint32_t end(uint32_t at) const { return condensed ? condensed->end(at) : at + shift; }
  };
  struct Postponed {
    NodeId node;
    uint32_t begin, alias;
    const void *subtree;
    const TSTree *tree;
    Position position;
    bool keepsComments;
  };
  NodeId flatten(TSParser *parser, Stretch stretch, bool keepsComments);
  NodeId flatten(const TSTree *tree, Position position, bool keepsComments);
  const TSTree *parseStretch(TSParser *parser, Stretch stretch);
  const TSTree *parseCondensed(TSParser *parser, std::string_view text) const;
  std::string_view knownForm(Stretch stretch);

  const Vocabulary &vocabulary_;
  std::string_view text_;
  struct AddedText {
    uint32_t offset;
    std::string text;
  };
  std::deque<AddedText> added_; // by offset
  struct KnownForm {
    bool isMade = false;
    std::string text;
  };
  KnownForm ofSource_, ofAdded_;
  clearway::treesitter::ParseMemory memory_;
  std::vector<Node> nodes_;
  std::vector<ByteRange> comments_;
  std::vector<Postponed> postponed_; // by node
  bool hasErrors_ = false;
};

/// The children of a node: `for (NodeId child : Children(tree, node))`. Parsing more into the tree meanwhile
/// is fine.
class Children {
public:
  Children(const FlatTree &tree, NodeId parent) : tree_(tree), parent_(parent) {}
  struct Iterator {
    const FlatTree &tree;
    NodeId id;
    NodeId operator*() const { return id; }
    Iterator &operator++() {
      id = tree[id].next;
      return *this;
    }
    bool operator!=(const Iterator &other) const { return id != other.id; }
  };
  Iterator begin() const { return {tree_, parent_ + 1}; }
  Iterator end() const { return {tree_, tree_[parent_].next}; }

private:
  const FlatTree &tree_;
  NodeId parent_;
};

} // namespace clearway::frontend::treesitter
