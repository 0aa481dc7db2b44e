#include "frontend/treesitter/FlatTree.h"

#include "frontend/treesitter/TreeWalk.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace clearway::frontend::treesitter {
namespace {

std::string spelled(const TSLanguage *language, TSSymbol symbol) {
  const std::string name = ts_language_symbol_name(language, symbol);
  return ts_language_symbol_type(language, symbol) == TSSymbolTypeAnonymous ? "'" + name + "'" : name;
}

uint16_t indexOf(std::span<const std::string_view> names, std::string_view name) {
  for (size_t i = 1; i < names.size(); ++i)
    if (names[i] == name)
      return static_cast<uint16_t>(i);
  return 0;
}

/// Where tree-sitter lets the root of a text begin, comments included.
uint32_t beginOf(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const size_t first = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  return static_cast<uint32_t>(std::min(text.find_first_not_of(" \t\r\n", first), text.size()));
}

} // namespace

Vocabulary makeVocabulary(const TSLanguage *language, std::span<const std::string_view> kinds,
                          std::span<const std::string_view> fields) {
  Vocabulary made;
  made.language = language;
  for (uint32_t symbol = 0; symbol < ts_language_symbol_count(language); ++symbol)
    made.kinds.push_back(indexOf(kinds, spelled(language, static_cast<TSSymbol>(symbol))));
  made.fields.push_back(0);
  for (uint32_t field = 1; field <= ts_language_field_count(language); ++field)
    made.fields.push_back(static_cast<uint8_t>(
        indexOf(fields, ts_language_field_name_for_id(language, static_cast<TSFieldId>(field)))));
  made.comment = indexOf(kinds, "comment");
  made.error = indexOf(kinds, "ERROR");
  return made;
}

CondensedText::CondensedText(size_t capacity)
    : text_(std::make_unique_for_overwrite<char[]>(capacity)), offsets_(std::make_unique_for_overwrite<uint32_t[]>(capacity + 1)) {
  offsets_[0] = 0;
}

void CondensedText::add(std::string_view text, uint32_t offset) {
  std::copy(text.begin(), text.end(), text_.get() + size_);
  uint32_t *const offsets = offsets_.get() + size_;
  const auto count = static_cast<uint32_t>(text.size());
  for (uint32_t i = 0; i <= count; ++i)
    offsets[i] = offset + i;
  size_ += count;
}

FlatTree::FlatTree(const Vocabulary &vocabulary, std::string_view text)
    : vocabulary_(vocabulary), text_(text) {
  nodes_.reserve(text.size() / 3);
}

NodeId FlatTree::parse() {
  TSParser *parser = memory_.parser(vocabulary_.language);
  ts_parser_set_included_ranges(parser, nullptr, 0);
  return flatten(parser, {text_, 0}, true);
}

NodeId FlatTree::parse(const CondensedText &condensed) {
  TSParser *parser = memory_.parser(vocabulary_.language);
  ts_parser_set_included_ranges(parser, nullptr, 0);
  const TSTree *tree = parseCondensed(parser, condensed.text());
  if (!tree)
    return parse();
  const NodeId root = flatten(tree, {0, &condensed}, true);
  nodes_[root].begin = beginOf(text_);
  return root;
}

/// Nothing if the text has errors in its known form, too.
const TSTree *FlatTree::parseCondensed(TSParser *parser, std::string_view text) const {
  const auto parse = [parser](std::string_view form) {
    const TSTree *tree = ts_parser_parse_string(parser, nullptr, form.data(), static_cast<uint32_t>(form.size()));
    return tree && !ts_node_has_error(ts_tree_root_node(tree)) ? tree : nullptr;
  };
  if (const TSTree *tree = parse(text))
    return tree;
  const std::string known = vocabulary_.knownForm ? vocabulary_.knownForm(text) : std::string();
  return known.empty() ? nullptr : parse(known);
}

FlatTree::Stretch FlatTree::stretchAt(uint32_t offset) const {
  const auto after = std::upper_bound(added_.begin(), added_.end(), offset, [](uint32_t at, const AddedText &one) { return at < one.offset; });
  if (after == added_.begin())
    return {text_, 0};
  return {std::prev(after)->text, std::prev(after)->offset};
}

FlatTree::Added FlatTree::parseAdded(std::string text) {
  constexpr uint32_t kGap = 16, kLast = UINT32_MAX / 2;
  const uint32_t end = added_.empty() ? static_cast<uint32_t>(text_.size()) : added_.back().offset + static_cast<uint32_t>(added_.back().text.size());
  if (end > kLast || text.size() > kLast)
    return {};
  TSParser *parser = memory_.parser(vocabulary_.language);
  ts_parser_set_included_ranges(parser, nullptr, 0);
  added_.push_back({end + kGap, std::move(text)});
  const bool hadErrors = std::exchange(hasErrors_, false);
  const NodeId root = flatten(parser, {added_.back().text, added_.back().offset}, false);
  const bool isBroken = std::exchange(hasErrors_, hadErrors);
  return {isBroken ? kNoNode : root, added_.back().offset};
}

NodeId FlatTree::parseRanges(std::span<const ByteRange> ranges) {
  TSParser *parser = memory_.parser(vocabulary_.language);
  // The parser only carries points along; byte offsets are all that the array keeps.
  std::vector<TSRange> included;
  included.reserve(ranges.size());
  const Stretch stretch = stretchAt(ranges.front().begin);
  for (const ByteRange &range : ranges) {
    const uint32_t begin = range.begin - stretch.offset, end = range.end - stretch.offset;
    included.push_back({{0, begin}, {0, end}, begin, end});
  }
  if (!ts_parser_set_included_ranges(parser, included.data(), static_cast<uint32_t>(included.size())))
    return kNoNode;
  return flatten(parser, stretch, false);
}

/// Appends the nodes that a walk visits.
class Flattening {
public:
  Flattening(FlatTree &tree, FlatTree::Position position, bool keepsComments, bool prunes)
      : tree_(tree), vocabulary_(tree.vocabulary_), position_(position), keepsComments_(keepsComments), prunes_(prunes) {}

  bool enter(const clearway::treesitter::TreeVisit &visit) {
    const TSSymbol symbol = visit.symbol();
    // The error symbol is the largest there is.
    const uint16_t kind = symbol < vocabulary_.kinds.size() ? vocabulary_.kinds[symbol] : vocabulary_.error;
    const uint32_t begin = position_.begin(visit.begin()), end = visit.begin() == visit.end() ? begin : position_.end(visit.end());
    if (kind == vocabulary_.comment && kind != 0) {
      if (keepsComments_)
        tree_.comments_.push_back({begin, end});
      return false;
    }
    const auto id = static_cast<NodeId>(tree_.nodes_.size());
    tree_.nodes_.push_back({kind, vocabulary_.fields[visit.field()], begin == end && visit.isMissing(), begin, end, id + 1});
    if (prunes_ && isPruned(visit, kind))
      return false;
    open_.push_back(id);
    return true;
  }

  void leave() {
    tree_.nodes_[open_.back()].next = static_cast<NodeId>(tree_.nodes_.size());
    open_.pop_back();
  }

private:
  bool isPruned(const clearway::treesitter::TreeVisit &visit, uint16_t kind) {
    if (open_.empty() || kind == 0) // what is expanded; what nobody named
      return false;
    const uint16_t parent = tree_.nodes_[open_.back()].kind;
    const auto matches = [&](const KindWithin &pair) { return pair.kind == kind && pair.parent == parent; };
    if (!matches(vocabulary_.postponed))
      return std::any_of(vocabulary_.cut.begin(), vocabulary_.cut.end(), matches);
    const TSNode node = visit.node();
    const auto id = static_cast<NodeId>(tree_.nodes_.size() - 1);
    tree_.postponed_.push_back({id, visit.begin(), node.context[3], node.id, node.tree, position_, keepsComments_});
    return true;
  }

  FlatTree &tree_;
  const Vocabulary &vocabulary_;
  const FlatTree::Position position_;
  const bool keepsComments_, prunes_;
  std::vector<NodeId> open_; // ancestors of the current node
};

// Made once for the source, of which many a macro's stretch may be parsed.
std::string_view FlatTree::knownForm(Stretch stretch) {
  const bool isSource = stretch.text.data() == text_.data();
  KnownForm &form = isSource ? ofSource_ : ofAdded_;
  if (!isSource || !form.isMade)
    form = {true, vocabulary_.knownForm ? vocabulary_.knownForm(stretch.text) : std::string()};
  return form.text;
}

const TSTree *FlatTree::parseStretch(TSParser *parser, Stretch stretch) {
  const auto parse = [parser](std::string_view text) {
    return ts_parser_parse_string(parser, nullptr, text.data(), static_cast<uint32_t>(text.size()));
  };
  const TSTree *tree = parse(stretch.text);
  if (!tree || !ts_node_has_error(ts_tree_root_node(tree)))
    return tree;
  const std::string_view known = knownForm(stretch);
  return known.empty() ? tree : parse(known);
}

NodeId FlatTree::flatten(TSParser *parser, Stretch stretch, bool keepsComments) {
  const TSTree *tree = parseStretch(parser, stretch);
  return tree ? flatten(tree, {stretch.offset, nullptr}, keepsComments) : kNoNode;
}

NodeId FlatTree::flatten(const TSTree *tree, Position position, bool keepsComments) {
  const auto root = static_cast<NodeId>(nodes_.size());
  const TSNode whole = ts_tree_root_node(tree);
  const bool isBroken = ts_node_has_error(whole);
  hasErrors_ |= isBroken;
  Flattening flattening(*this, position, keepsComments, !isBroken);
  clearway::treesitter::TreeWalk(whole, flattening).run();
  return root;
}

NodeId FlatTree::expanded(NodeId id) {
  const auto found = std::lower_bound(postponed_.begin(), postponed_.end(), id,
                                      [](const Postponed &one, NodeId node) { return one.node < node; });
  if (found == postponed_.end() || found->node != id)
    return id;
  const auto copy = static_cast<NodeId>(nodes_.size());
  const TSNode node{{found->begin, 0, 0, found->alias}, found->subtree, found->tree};
  Flattening flattening(*this, found->position, found->keepsComments, true); // invalidates `found`
  clearway::treesitter::TreeWalk(node, flattening).run();
  return copy;
}

NodeId FlatTree::field(NodeId id, uint8_t field) const {
  for (const NodeId child : Children(*this, id))
    if (nodes_[child].field == field)
      return child;
  return kNoNode;
}

NodeId FlatTree::child(NodeId id, uint16_t kind) const {
  for (const NodeId child : Children(*this, id))
    if (nodes_[child].kind == kind)
      return child;
  return kNoNode;
}

} // namespace clearway::frontend::treesitter
