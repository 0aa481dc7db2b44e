// The syntax tree of one file as a flat array in source order, without the tokens nobody asks for. Made in
// one pass over tree-sitter's tree, which is freed at once; children and siblings are found by index.
#pragma once

#include "facts/Facts.h"
#include "frontend/treesitter/Grammar.h"
#include "frontend/treesitter/LineTable.h"

#include <string_view>
#include <vector>

namespace clearway::treesitter {

/// Index of a node. The root is 0; no other node has the root as its child, sibling or field, so 0 means
/// "none" there.
using NodeId = uint32_t;
inline constexpr NodeId kNoNode = 0;

/// The kind of a part of the source that no rule of the grammar fits.
inline constexpr uint16_t kErrorKind = UINT16_MAX;

struct Node {
  uint16_t kind = 0; // as the grammar's table says; 0: a named node nobody listed
  uint8_t field = 0; // its field in its parent
  uint8_t unused = 0;
  uint32_t begin = 0, end = 0; // bytes
  NodeId next = 0;             // the first node behind what is below this one
  Name name;                   // of identifiers
};

class SyntaxTree {
public:
  const Node &operator[](NodeId id) const { return nodes_[id]; }
  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  std::string_view source() const { return source_; }
  std::string_view text(NodeId id) const {
    return source_.substr(nodes_[id].begin, nodes_[id].end - nodes_[id].begin);
  }
  facts::SourceRange range(NodeId id) const { return lines_.range(nodes_[id].begin, nodes_[id].end); }
  const LineTable &lines() const { return lines_; }

  /// The children of a node, for range-based for.
  class Children {
  public:
    class Iterator {
    public:
      Iterator(const Node *nodes, NodeId at) : nodes_(nodes), at_(at) {}
      NodeId operator*() const { return at_; }
      Iterator &operator++() {
        at_ = nodes_[at_].next;
        return *this;
      }
      bool operator!=(const Iterator &other) const { return at_ != other.at_; }

    private:
      const Node *nodes_;
      NodeId at_;
    };
    Children(const Node *nodes, NodeId parent) : nodes_(nodes), parent_(parent) {}
    Iterator begin() const { return {nodes_, parent_ + 1}; }
    Iterator end() const { return {nodes_, nodes_[parent_].next}; }
    bool empty() const { return parent_ + 1 == nodes_[parent_].next; }

  private:
    const Node *nodes_;
    NodeId parent_;
  };
  Children children(NodeId id) const { return {nodes_.data(), id}; }
  NodeId firstChild(NodeId id) const { return nodes_[id].next == id + 1 ? kNoNode : id + 1; }
  /// The next child of `parent` behind `id`.
  NodeId nextSibling(NodeId parent, NodeId id) const {
    return nodes_[id].next < nodes_[parent].next ? nodes_[id].next : kNoNode;
  }
  /// The first child in that field.
  NodeId child(NodeId parent, uint8_t field) const;
  NodeId lastChild(NodeId parent) const;

  struct Comment {
    uint32_t begin, end;
  };
  const std::vector<Comment> &directives() const { return directives_; }

  struct Error {
    uint32_t begin, end;
    bool missing;          // something is not there, rather than not understood
    std::string_view what; // what is missing
  };
  /// Outermost errors first to last, at most kMaxErrors.
  const std::vector<Error> &errors() const { return errors_; }
  static constexpr size_t kMaxErrors = 20;

  /// Forgets everything and prepares for the nodes of `source`.
  void reset(std::string_view source);
  /// A root without children.
  void addRoot() { nodes_.push_back({.end = static_cast<uint32_t>(source_.size()), .next = 1}); }

private:
  friend class Flattener;
  std::string_view source_;
  std::vector<Node> nodes_;
  std::vector<Comment> directives_;
  std::vector<Error> errors_;
  LineTable lines_;
};

enum class ParseResult : uint8_t {
  Complete,
  Abandoned, // the parser worked far longer than the size of the file explains
};

/// Parses `source` into `tree`, which is reused from file to file. `source` has to outlive its use.
/// Each thread has parsers of its own; safe to call from any thread.
ParseResult parse(const Grammar &grammar, std::string_view source, SyntaxTree &tree);

} // namespace clearway::treesitter
