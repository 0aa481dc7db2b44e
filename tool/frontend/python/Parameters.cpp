#include "frontend/python/Extractor.h"

namespace clearway::python {

using namespace facts;

// Defaults and annotations are evaluated where the function is defined.
Span Extractor::parameters(NodeId list, ScopeId) {
  std::vector<Parameter> found;
  bool keywordOnly = false;
  if (list != kNoNode)
    for (const NodeId node : tree_.children(list)) {
      if (kind(node) == Kind::KeywordSeparator || kind(node) == Kind::PositionalSeparator) {
        keywordOnly |= kind(node) == Kind::KeywordSeparator;
        continue;
      }
      Parameter made = parameter(node);
      made.keywordOnly = keywordOnly && made.variadic == 0;
      keywordOnly |= made.variadic == 1;
      found.push_back(made);
    }
  const Span span{static_cast<uint32_t>(facts_.parameters.size()), static_cast<uint32_t>(found.size())};
  facts_.parameters.insert(facts_.parameters.end(), found.begin(), found.end());
  return span;
}

Parameter Extractor::parameter(NodeId node) {
  Parameter made;
  NodeId name = child(node, Field::Name);
  if (name == kNoNode)
    name = kind(node) == Kind::TypedParameter ? tree_.firstChild(node) : node;
  if (name != kNoNode && kind(name) == Kind::ListSplatPattern)
    made.variadic = 1;
  if (name != kNoNode && kind(name) == Kind::DictionarySplatPattern)
    made.variadic = 2;
  if (made.variadic != 0)
    name = tree_.firstChild(name);
  if (name != kNoNode)
    made.name = tree_[name].name; // empty for Python 2's tuple parameters
  made.annotation = type(child(node, Field::Type));
  made.defaultValue = value(child(node, Field::Value));
  use(made.defaultValue, ResultUse::Stored);
  return made;
}

} // namespace clearway::python
