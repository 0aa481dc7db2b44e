// A walk over tree-sitter's tree in source order. tree-sitter's cursor can also turn back and say where it is, and pays for
// that at each step: it took an eighth of a whole run. This one only goes on, and reads the nodes as tree-sitter's own
// headers describe them; the lock file names the version that they belong to.
#pragma once

#include <tree_sitter/api.h>

extern "C" {
#include "language.h"
#include "subtree.h"
#include "tree.h"
}

#include <cstdint>
#include <vector>

namespace clearway::treesitter {

/// The children of a node that are still to be visited.
struct TreeLevel {
  const Subtree *next, *end;
  uint32_t position;   // where the last child ended, or the node begins
  uint16_t structural; // the number of the next child, those not counted that may be anywhere
  bool isFirst, isVisible;
  TSFieldId inherited; // of a node that is not visible: its field
  const TSSymbol *aliases;
  const TSFieldMapEntry *fields, *lastField;
};

/// A visible node under the walk.
class TreeVisit {
public:
  TreeVisit(const TSTree &tree, const TreeLevel &level, const Subtree *subtree, uint32_t begin, TSSymbol alias)
      : tree_(tree), level_(level), subtree_(subtree), begin_(begin), alias_(alias) {}

  uint32_t begin() const { return begin_; }
  uint32_t end() const { return begin_ + ts_subtree_size(*subtree_).bytes; }
  bool isMissing() const { return ts_subtree_missing(*subtree_); }
  /// As ts_node_symbol() says.
  TSSymbol symbol() const {
    const TSSymbol own = alias_ ? alias_ : ts_subtree_symbol(*subtree_);
    return own >= ts_builtin_sym_error_repeat ? own : tree_.language->public_symbol_map[own];
  }
  /// Its field in its parent; 0: in none.
  TSFieldId field() const {
    if (ts_subtree_extra(*subtree_))
      return 0;
    for (const TSFieldMapEntry *entry = level_.fields; entry < level_.lastField; ++entry)
      if (!entry->inherited && entry->child_index == level_.structural)
        return entry->field_id;
    return level_.inherited;
  }
  /// The same node for tree-sitter's functions; its rows and columns are not right.
  TSNode node() const { return ts_node_new(&tree_, subtree_, {begin_, {0, 0}}, alias_); }

private:
  const TSTree &tree_;
  const TreeLevel &level_;
  const Subtree *subtree_;
  uint32_t begin_;
  TSSymbol alias_;
};

/// Calls `visitor.enter(visit)` for `root` and the visible nodes below it. Where that returns true, the children follow and then
/// `visitor.leave()`; otherwise they are passed over.
template <class Visitor> class TreeWalk {
public:
  TreeWalk(TSNode root, Visitor &visitor) : tree_(*root.tree), visitor_(visitor) {
    levels_.reserve(64);
    const auto *subtree = static_cast<const Subtree *>(root.id);
    const TreeLevel none{.next = nullptr, .end = nullptr, .position = 0, .structural = 0, .isFirst = true, .isVisible = true,
                         .inherited = 0, .aliases = nullptr, .fields = nullptr, .lastField = nullptr};
    const auto alias = static_cast<TSSymbol>(root.context[3]);
    if (visitor_.enter(TreeVisit(tree_, none, subtree, ts_node_start_byte(root), alias)))
      open(*subtree, ts_node_start_byte(root), true, 0);
  }

  void run() {
    while (!levels_.empty()) {
      TreeLevel &level = levels_.back();
      if (level.next != level.end)
        step(level);
      else
        close();
    }
  }

private:
  void open(Subtree parent, uint32_t begin, bool isVisible, TSFieldId inherited) {
    const uint32_t count = ts_subtree_child_count(parent);
    TreeLevel level{.next = nullptr, .end = nullptr, .position = begin, .structural = 0, .isFirst = true, .isVisible = isVisible,
                    .inherited = inherited, .aliases = nullptr, .fields = nullptr, .lastField = nullptr};
    if (count != 0) {
      level.next = ts_subtree_children(parent);
      level.end = level.next + count;
      level.aliases = ts_language_alias_sequence(tree_.language, parent.ptr->production_id);
      ts_language_field_map(tree_.language, parent.ptr->production_id, &level.fields, &level.lastField);
    }
    levels_.push_back(level);
  }

  void close() {
    const bool wasVisible = levels_.back().isVisible;
    levels_.pop_back();
    if (wasVisible)
      visitor_.leave();
  }

  void step(TreeLevel &level) {
    const Subtree *child = level.next++;
    const uint32_t begin = level.position + (level.isFirst ? 0 : ts_subtree_padding(*child).bytes);
    const bool isExtra = ts_subtree_extra(*child);
    const TSSymbol alias = level.aliases && !isExtra ? level.aliases[level.structural] : TSSymbol{0};
    const TreeVisit visit(tree_, level, child, begin, alias);
    level.position = begin + ts_subtree_size(*child).bytes;
    level.isFirst = false;
    const bool isVisible = ts_subtree_visible(*child) || alias;
    const bool descends = isVisible ? visitor_.enter(visit) : ts_subtree_visible_child_count(*child) != 0;
    const TSFieldId field = descends && !isVisible ? visit.field() : TSFieldId{0};
    level.structural += !isExtra;
    if (descends)
      open(*child, begin, isVisible, field); // ends the life of `level`
  }

  const TSTree &tree_;
  Visitor &visitor_;
  std::vector<TreeLevel> levels_;
};

} // namespace clearway::treesitter
