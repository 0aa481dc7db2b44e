#include "frontend/treesitter/FlatTree.h"

#include <tree_sitter/api.h>

#include <string>

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
  made.fieldless.resize(kinds.size());
  made.comment = indexOf(kinds, "comment");
  made.error = indexOf(kinds, "ERROR");
  return made;
}

FlatTree::FlatTree(const Vocabulary &vocabulary, std::string_view text)
    : vocabulary_(vocabulary), text_(text) {
  nodes_.reserve(text.size() / 3);
}

NodeId FlatTree::parse() {
  TSParser *parser = memory_.parser(vocabulary_.language);
  ts_parser_set_included_ranges(parser, nullptr, 0);
  return flatten(parser, true);
}

NodeId FlatTree::parseRanges(std::span<const ByteRange> ranges) {
  TSParser *parser = memory_.parser(vocabulary_.language);
  // The parser only carries points along; byte offsets are all that the array keeps.
  std::vector<TSRange> included;
  included.reserve(ranges.size());
  for (const ByteRange &range : ranges)
    included.push_back({{0, range.begin}, {0, range.end}, range.begin, range.end});
  if (!ts_parser_set_included_ranges(parser, included.data(), static_cast<uint32_t>(included.size())))
    return kNoNode;
  return flatten(parser, false);
}

NodeId FlatTree::flatten(TSParser *parser, bool keepComments) {
  const TSTree *tree = ts_parser_parse_string(parser, nullptr, text_.data(), static_cast<uint32_t>(text_.size()));
  if (!tree)
    return kNoNode;
  const auto root = static_cast<NodeId>(nodes_.size());
  TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
  std::vector<NodeId> open; // ancestors of the current node
  for (bool more = true; more;) {
    const TSNode current = ts_tree_cursor_current_node(&cursor);
    const TSSymbol symbol = ts_node_symbol(current);
    // The error symbol is the largest there is.
    const uint16_t kind = symbol < vocabulary_.kinds.size() ? vocabulary_.kinds[symbol] : vocabulary_.error;
    const uint32_t begin = ts_node_start_byte(current), end = ts_node_end_byte(current);
    bool descended = false;
    if (kind == vocabulary_.comment && kind != 0) {
      if (keepComments)
        comments_.push_back({begin, end});
    } else {
      const auto id = static_cast<NodeId>(nodes_.size());
      // Finding out the field takes longer than all else that is read here.
      const bool hasField = open.empty() || !vocabulary_.fieldless[nodes_[open.back()].kind];
      nodes_.push_back({kind, hasField ? vocabulary_.fields[ts_tree_cursor_current_field_id(&cursor)] : uint8_t{0},
                        begin == end && ts_node_is_missing(current), begin, end, id + 1});
      descended = ts_tree_cursor_goto_first_child(&cursor);
      if (descended)
        open.push_back(id);
    }
    if (descended)
      continue;
    while (!(more = ts_tree_cursor_goto_next_sibling(&cursor)) && !open.empty()) {
      nodes_[open.back()].next = static_cast<NodeId>(nodes_.size());
      open.pop_back();
      ts_tree_cursor_goto_parent(&cursor);
    }
  }
  return root;
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
