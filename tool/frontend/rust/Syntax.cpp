#include "frontend/rust/Syntax.h"

#include "frontend/rust/GrammarGaps.h"

#include <array>

extern "C" const TSLanguage *tree_sitter_rust(void);

namespace clearway::frontend::rust {
namespace {

#define CLEARWAY_TEXT(name, text) std::string_view(text),
constexpr std::array kKinds = {std::string_view(), CLEARWAY_RUST_KINDS(CLEARWAY_TEXT)};
constexpr std::array kFields = {std::string_view(), CLEARWAY_RUST_FIELDS(CLEARWAY_TEXT)};
#undef CLEARWAY_TEXT

constexpr treesitter::KindWithin within(Kind kind, Kind parent) {
  return {static_cast<uint16_t>(kind), static_cast<uint16_t>(parent)};
}

treesitter::Vocabulary build() {
  treesitter::Vocabulary made = treesitter::makeVocabulary(tree_sitter_rust(), kKinds, kFields);
  made.comment = static_cast<uint16_t>(Kind::Comment);
  made.error = static_cast<uint16_t>(Kind::Error);
  for (uint16_t &kind : made.kinds)
    if (kind == static_cast<uint16_t>(Kind::BlockComment))
      kind = made.comment;
  // Bodies of functions are walked after all items, if at all; nobody looks into the others.
  made.postponed = within(Kind::Block, Kind::FunctionItem);
  made.cut = {within(Kind::TokenTree, Kind::Attribute), within(Kind::MacroRule, Kind::MacroDefinition)};
  made.knownForm = knownForm;
  return made;
}

} // namespace

const treesitter::Vocabulary &vocabulary() {
  static const treesitter::Vocabulary made = build();
  return made;
}

bool isToken(Kind kind) {
  switch (kind) {
  case Kind::None:
  case Kind::AttributeItem:
  case Kind::InnerAttributeItem:
  case Kind::Label:
  case Kind::Lifetime:
  case Kind::MutableSpecifier:
    return true;
  default:
    return kind >= Kind::TokAsync;
  }
}

NodeId Syntax::inner(NodeId node, unsigned index) const {
  for (const NodeId child : children(node))
    if (!isToken(kind(child)) && index-- == 0)
      return child;
  return kNoNode;
}

} // namespace clearway::frontend::rust
