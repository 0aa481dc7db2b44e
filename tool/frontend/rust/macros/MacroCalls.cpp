#include "frontend/rust/macros/MacroCalls.h"

#include "frontend/rust/Types.h"
#include "frontend/rust/macros/Transcription.h"

#include <algorithm>
#include <utility>

namespace clearway::frontend::rust {
namespace {

/// Macros that call themselves end somewhere; those that do not are refused by the compiler, too.
constexpr unsigned kDeepestExpansion = 16;

std::string_view firstOf(std::string_view path) { return path.substr(0, path.find("::")); }

/// The crates that the file names as the origin of `name`, or of everything.
std::vector<std::string_view> cratesOf(const facts::FileFacts &file, Name name) {
  std::vector<std::string_view> crates;
  for (const facts::Import &import : file.imports)
    if (import.alias == name || (import.flags & facts::ImportFlag::Star)) {
      const std::string_view root = firstOf(import.module.view());
      crates.push_back(root.empty() ? import.item.view() : root);
    }
  return crates;
}

} // namespace

NodeId MacroCalls::body(NodeId invocation) { return expand(invocation, true); }
NodeId MacroCalls::items(NodeId invocation) { return expand(invocation, false); }

const MacroDefinition *MacroCalls::definitionOf(NodeId invocation) const {
  const NodeId path = unit_.syntax.get(invocation, Field::Macro);
  const Name name(lastName(unit_, path));
  if (!unit_.macros || !unit_.macros->knows(name))
    return nullptr;
  std::string_view root = unit_.syntax.kind(path) == Kind::ScopedIdentifier ? unit_.text(path) : std::string_view();
  if (root.starts_with("::"))
    root.remove_prefix(2);
  const std::vector<std::string_view> crates = cratesOf(unit_.facts, name);
  const MacroPlace place{Name(unit_.facts.path), unit_.facts.module, unit_.range(invocation).beginLine};
  return unit_.macros->find({name, place, firstOf(root), crates});
}

NodeId MacroCalls::expand(NodeId invocation, bool inBraces) {
  const NodeId tree = unit_.syntax.child(invocation, Kind::TokenTree);
  if (!unit_.macros || tree == kNoNode)
    return kNoNode;
  const MacroDefinition *macro = definitionOf(invocation);
  if (!macro || unit_.record.addedDepth(unit_.syntax.tree[invocation].begin) >= kDeepestExpansion)
    return kNoNode;
  const std::string_view text = unit_.text(tree);
  const Tokens arguments(text.substr(1, text.size() < 2 ? 0 : text.size() - 2));
  if (!arguments.isSound())
    return kNoNode;
  for (const Rule &rule : macro->rules->rules()) {
    const std::optional<Matches> matches = matchPattern(*macro->rules, rule.pattern, arguments);
    if (!matches)
      continue;
    const std::string_view home = crateOf(macro->place.module);
    const std::string crate = home == crateOf(unit_.facts.module) ? "crate" : "::" + std::string(home);
    std::optional<Expansion> made = transcribe(rule.body, {*macro->rules, arguments, *matches, crate, budget(inBraces)});
    return made ? insert(invocation, tree, *macro, std::move(*made), inBraces) : kNoNode;
  }
  return kNoNode;
}

NodeId MacroCalls::insert(NodeId invocation, NodeId tokens, const MacroDefinition &macro, Expansion expansion, bool inBraces) {
  budget(inBraces) -= expansion.text.size();
  // The `;` is for whatever is parsed again as a statement.
  const uint32_t before = inBraces ? 1 : 0;
  std::string text = inBraces ? "{" + expansion.text + "\n};" : expansion.text + "\n";
  const auto length = static_cast<uint32_t>(text.size());
  const treesitter::FlatTree::Added added = unit_.syntax.tree.parseAdded(std::move(text));
  if (added.root == kNoNode)
    return kNoNode;
  const treesitter::Node &call = unit_.syntax.tree[invocation];
  AddedText stretch;
  stretch.offset = added.offset;
  stretch.length = length;
  stretch.callBegin = call.begin;
  stretch.callEnd = call.end;
  const uint32_t argumentsBegin = unit_.syntax.tree[tokens].begin + 1;
  for (const ExpansionPiece &piece : expansion.pieces)
    stretch.pieces.push_back({piece.begin + before, piece.source == ExpansionPiece::kFromRules ? AddedText::kAtCall : argumentsBegin + piece.source});
  if (unit_.record.addedDepth(call.begin) == 0)
    unit_.facts.expansions.push_back({unit_.range(invocation), macro.name, macro.place.file, macro.place.line});
  unit_.record.addText(std::move(stretch));
  if (!inBraces)
    return added.root;
  const NodeId statement = unit_.syntax.inner(added.root);
  return unit_.syntax.kind(statement) == Kind::ExpressionStatement ? unit_.syntax.inner(statement) : statement;
}

} // namespace clearway::frontend::rust
