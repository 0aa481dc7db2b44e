#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"

#include <algorithm>

namespace clearway::python {

using namespace facts;

// import a.b, c as d
void Extractor::importStatement(NodeId node) {
  for (const NodeId part : tree_.children(node)) {
    if (tree_[part].field != static_cast<uint8_t>(Field::Name))
      continue;
    const NodeId alias = child(part, Field::Alias);
    const NodeId dotted = alias != kNoNode ? child(part, Field::Name) : part;
    const NodeId bound = alias != kNoNode ? alias : tree_.firstChild(part);
    if (dotted == kNoNode || bound == kNoNode || kind(bound) != Kind::Identifier)
      continue;
    if (context_.scope == 0)
      importedModules_.insert(tree_[bound].name);
    addImport(
        {.module = cachedName(tree_.text(dotted)), .alias = tree_[bound].name, .range = tree_.range(part)},
        bound);
  }
}

// from ..a.b import c as d, e
void Extractor::importFrom(NodeId node) {
  Import import;
  const NodeId from = child(node, Field::ModuleName);
  if (from == kNoNode)
    return;
  NodeId dotted = from;
  if (kind(from) == Kind::RelativeImport) {
    dotted = kNoNode;
    for (const NodeId part : tree_.children(from)) {
      if (kind(part) == Kind::ImportPrefix)
        import.level = static_cast<uint8_t>(std::ranges::count(tree_.text(part), '.'));
      else
        dotted = part;
    }
  }
  if (dotted != kNoNode)
    import.module = cachedName(tree_.text(dotted));
  for (const NodeId part : tree_.children(node)) {
    import.range = tree_.range(part);
    if (kind(part) == Kind::WildcardImport) {
      import.flags |= ImportFlag::Star;
      addImport(import, kNoNode);
    }
    if (tree_[part].field != static_cast<uint8_t>(Field::Name))
      continue;
    const NodeId alias = child(part, Field::Alias);
    const NodeId item = alias != kNoNode ? child(part, Field::Name) : part;
    const NodeId bound = alias != kNoNode ? alias : tree_.firstChild(part);
    if (item == kNoNode || bound == kNoNode)
      continue;
    import.item = cachedName(tree_.text(item));
    import.alias = tree_[bound].name;
    addImport(import, bound);
  }
}

void Extractor::addImport(Import import, NodeId bound) {
  import.scope = context_.scope;
  if (context_.typeOnly)
    import.flags |= ImportFlag::TypeOnly;
  const auto id = static_cast<uint32_t>(facts_.imports.size());
  facts_.imports.push_back(import);
  if (bound != kNoNode)
    bind(bound, BindingKind::Import, builder_.ref(context_.scope, tree_[bound].name), 0, id);
}

// type X = Y
void Extractor::typeAlias(NodeId node) {
  NodeId name = child(node, Field::Left);
  while (name != kNoNode && kind(name) != Kind::Identifier)
    name = tree_.firstChild(name);
  const ValueId alias = type(child(node, Field::Right));
  if (name != kNoNode)
    bind(name, BindingKind::Variable, alias);
}

void Extractor::exportNames(ValueId list) {
  const Value &names = valueAt(list);
  if (names.kind != ValueKind::Display && names.kind != ValueKind::Join)
    return;
  for (const ValueId id : facts_.operandsOf(names.operands)) {
    const Value &name = valueAt(id);
    if (name.kind == ValueKind::Literal)
      exported_.push_back(name.name);
    else if (name.kind == ValueKind::Display)
      exportNames(id);
  }
}

void Extractor::applyExports() {
  if (exported_.empty())
    return;
  const std::unordered_set<Name> names(exported_.begin(), exported_.end());
  for (Binding &binding : facts_.bindings)
    if (binding.scope == 0 && names.contains(binding.name))
      binding.flags |= BindingFlag::Exported;
}

} // namespace clearway::python
