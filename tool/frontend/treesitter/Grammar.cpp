#include "frontend/treesitter/Grammar.h"

#include <tree_sitter/api.h>

#include <algorithm>

namespace clearway::treesitter {
namespace {

bool isComment(std::string_view name) {
  return name == "comment" || name.ends_with("_comment");
}

Grammar::Symbol describe(const TSLanguage *language, TSSymbol id, std::span<const NodeType> types,
                         std::string_view identifierType) {
  const std::string_view name = ts_language_symbol_name(language, id);
  const bool token = ts_language_symbol_type(language, id) == TSSymbolTypeAnonymous;
  const auto listed = std::find_if(types.begin(), types.end(),
                                   [&](const NodeType &t) { return t.name == name && t.token == token; });
  Grammar::Symbol symbol;
  symbol.identifier = !token && name == identifierType;
  symbol.comment = isComment(name);
  if (listed != types.end()) {
    symbol.kind = listed->kind;
    symbol.descent = listed->descent;
  } else if (token) {
    symbol.descent = Descent::Drop;
  }
  return symbol;
}

} // namespace

Grammar::Grammar(const TSLanguage *language, std::span<const NodeType> types,
                 std::span<const FieldType> fields, std::string_view identifierType, Descend descends,
                 IsDirective isDirectiveComment)
    : language_(language), descend_(descends), isDirective_(isDirectiveComment) {
  const uint32_t symbols = ts_language_symbol_count(language);
  symbols_.reserve(symbols);
  for (uint32_t id = 0; id < symbols; ++id)
    symbols_.push_back(describe(language, static_cast<TSSymbol>(id), types, identifierType));

  fields_.resize(ts_language_field_count(language) + 1);
  for (const FieldType &field : fields) {
    const auto length = static_cast<uint32_t>(field.name.size());
    fields_[ts_language_field_id_for_name(language, field.name.data(), length)] = field.field;
  }
  fields_[0] = 0; // also where names ended up that this grammar does not have
}

} // namespace clearway::treesitter
