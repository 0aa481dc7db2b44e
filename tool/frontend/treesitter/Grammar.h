// A tree-sitter grammar as a front end wants to see it: the node types and fields it cares for, as small
// integers of its own enumerations. Names are compared once, when the table is made.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

extern "C" {
typedef struct TSLanguage TSLanguage;
const TSLanguage *tree_sitter_python(void);
const TSLanguage *tree_sitter_rust(void);
const TSLanguage *tree_sitter_cpp(void);
}

namespace clearway::treesitter {

/// What to do with the nodes of a type. Types that a front end does not list are Dropped if they are
/// tokens (punctuation, keywords) and Kept, as kind 0, if they are named.
enum class Descent : uint8_t {
  Keep, // the node and what is below it
  Leaf, // the node without what is below it
  Ask,  // as Grammar::descend says
  Drop, // neither
};

struct NodeType {
  std::string_view name; // as in the grammar: "call", "async"
  uint16_t kind;         // what the front end calls it; not 0
  Descent descent = Descent::Keep;
  bool token = false; // a keyword or punctuation, which may have the name of a node type
};

struct FieldType {
  std::string_view name;
  uint8_t field; // not 0
};

class Grammar {
public:
  /// Says of a node of an Ask type, by its text, whether to look below it.
  using Descend = bool (*)(std::string_view text);
  /// Comments for which this returns true are reported by the tree; all others vanish.
  using IsDirective = bool (*)(std::string_view comment);

  Grammar(const TSLanguage *language, std::span<const NodeType> types, std::span<const FieldType> fields,
          std::string_view identifierType, Descend descends, IsDirective isDirectiveComment);

  struct Symbol {
    uint16_t kind = 0;
    Descent descent = Descent::Keep;
    bool comment = false;
    bool identifier = false;
  };

  const TSLanguage *language() const { return language_; }
  const Symbol &symbol(uint16_t id) const { return symbols_[id < symbols_.size() ? id : 0]; }
  uint8_t field(uint16_t id) const { return fields_[id]; }
  bool descend(std::string_view text) const { return descend_(text); }
  bool isDirective(std::string_view comment) const { return isDirective_(comment); }

private:
  const TSLanguage *language_;
  std::vector<Symbol> symbols_;
  std::vector<uint8_t> fields_;
  Descend descend_;
  IsDirective isDirective_;
};

} // namespace clearway::treesitter
