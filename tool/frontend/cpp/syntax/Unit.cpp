#include "frontend/cpp/syntax/Unit.h"

namespace clearway::frontend::cpp::syntax {

void Unit::appendName(NodeId node, std::string &out) const {
  switch (syntax.kind(node)) {
  case Kind::Qualified:
  case Kind::NestedNamespace: {
    bool first = true;
    for (const NodeId child : syntax.children(node)) {
      if (syntax.text(child) == "::" || syntax.text(child) == "template")
        continue;
      if (!first || (syntax.tree[child].begin != syntax.tree[node].begin && !out.empty()))
        out += "::";
      first = false;
      appendName(child, out);
    }
    return;
  }
  case Kind::TemplateFunction:
  case Kind::TemplateType:
  case Kind::TemplateMethod:
    return appendName(syntax.get(node, Part::Name), out);
  case Kind::OperatorName: { // "operator()", "operator co_await", as clang spells them
    const std::string_view symbol = syntax.text(node).substr(std::string_view("operator").size());
    const size_t first = std::min(symbol.find_first_not_of(" \t\n"), symbol.size());
    out += "operator";
    if (first < symbol.size() && std::isalpha(static_cast<unsigned char>(symbol[first])))
      out += ' ';
    out += symbol.substr(first);
    return;
  }
  case Kind::DependentName:
  case Kind::DependentType:
    for (const NodeId child : syntax.children(node))
      if (syntax.text(child) != "template" && syntax.text(child) != "typename")
        return appendName(child, out);
    return;
  default:
    for (const char c : syntax.text(node))
      if (!std::isspace(static_cast<unsigned char>(c)))
        out += c;
  }
}

std::string Unit::nameOf(NodeId node) const {
  std::string out;
  if (node == kNoNode)
    return out;
  appendName(node, out);
  for (unsigned step = 0; step < 4; ++step) {
    const size_t end = out.find("::");
    const auto alias = aliases.find(std::string_view(out).substr(0, end));
    // `using T::T` would lead from T to T::T for ever.
    if (alias == aliases.end() || alias->second.starts_with(alias->first))
      break;
    out = alias->second + (end == std::string::npos ? "" : out.substr(end));
  }
  return out;
}

facts::ValueId Unit::typeNamed(std::string_view name, std::span<const facts::ValueId> arguments) {
  facts::Value value{.kind = facts::ValueKind::Type, .name = Name(name)};
  value.operands = build.operands(arguments);
  return build.add(value);
}

facts::ValueId Unit::typeOf(NodeId type, unsigned depth) {
  if (type == kNoNode || depth > 6)
    return 0;
  switch (syntax.kind(type)) {
  case Kind::TypeDescriptor:
    return typeOf(syntax.get(type, Part::Type), depth + 1);
  case Kind::TypeIdentifier:
  case Kind::Qualified:
  case Kind::TemplateType:
  case Kind::DependentType:
  case Kind::Identifier:
  case Kind::TemplateFunction:
    break;
  default:
    return 0;
  }
  const std::string name = nameOf(type);
  if (const auto alias = typeAliases.find(name); alias != typeAliases.end())
    return typeOf(alias->second, depth + 1);
  NodeId last = type;
  while (syntax.kind(last) == Kind::Qualified || syntax.kind(last) == Kind::DependentType) {
    NodeId next = syntax.get(last, Part::Name);
    if (next == kNoNode)
      break;
    last = next;
  }
  std::vector<facts::ValueId> arguments;
  if (const NodeId list = syntax.child(last, Kind::TemplateArguments); list != kNoNode)
    for (const NodeId child : syntax.children(list))
      if (const facts::ValueId made = typeOf(child, depth + 1))
        arguments.push_back(made);
  return typeNamed(name, arguments);
}

facts::ClassId Unit::classNamed(const std::string &qualified) {
  const auto [it, fresh] = classes.try_emplace(qualified, static_cast<uint32_t>(facts.classes.size()));
  if (!fresh)
    return it->second;
  const size_t at = qualified.rfind("::");
  facts::Class made{.name = Name(at == std::string::npos ? qualified : qualified.substr(at + 2)),
                    .qualifiedName = Name(qualified)};
  made.scope = static_cast<facts::ScopeId>(facts.scopes.size());
  facts.scopes.push_back(
      {.kind = facts::ScopeKind::Class, .parent = 0, .index = it->second, .qualifiedName = made.qualifiedName});
  facts.classes.push_back(made);
  return it->second;
}

facts::FunctionId Unit::addFunction(NodeId node, Name name, Name qualified, facts::ClassId owner,
                                    facts::FunctionId parent) {
  facts::Function made{.name = name, .qualifiedName = qualified, .file = Name(facts.path)};
  made.flags = facts::FunctionFlag::Approximate | (isTest ? facts::FunctionFlag::Test : 0);
  made.parent = parent;
  made.enclosingClass = owner;
  made.range = made.nameRange = range(node);
  const auto id = static_cast<facts::FunctionId>(facts.functions.size());
  made.scope = static_cast<facts::ScopeId>(facts.scopes.size());
  facts.scopes.push_back({.kind = facts::ScopeKind::Function, .parent = 0, .index = id, .qualifiedName = qualified});
  facts.functions.push_back(made);
  return id;
}

void Unit::addParameters(facts::FunctionId function, NodeId list) {
  if (list == kNoNode)
    return;
  std::vector<facts::Parameter> made;
  for (const NodeId child : syntax.children(list)) {
    const Kind kind = syntax.kind(child);
    if (kind != Kind::Parameter && kind != Kind::OptionalParameter && kind != Kind::VariadicParameter) {
      if (syntax.text(child) == "...")
        made.push_back({.variadic = 1});
      continue;
    }
    const NodeId name = innermostDeclarator(syntax, syntax.get(child, Part::Declarator));
    made.push_back({.name = Name(syntax.text(name)),
                    .annotation = typeOf(syntax.get(child, Part::Type)),
                    .variadic = static_cast<uint8_t>(kind == Kind::VariadicParameter)});
  }
  facts.functions[function].parameters = {static_cast<uint32_t>(facts.parameters.size()),
                                          static_cast<uint32_t>(made.size())};
  facts.parameters.insert(facts.parameters.end(), made.begin(), made.end());
}

NodeId innermostDeclarator(const Syntax &syntax, NodeId declarator) {
  for (unsigned depth = 0; declarator != kNoNode && depth < 12; ++depth) {
    switch (syntax.kind(declarator)) {
    case Kind::Identifier:
    case Kind::FieldIdentifier:
    case Kind::Qualified:
    case Kind::DestructorName:
    case Kind::OperatorName:
    case Kind::TemplateFunction:
    case Kind::TypeIdentifier:
      return declarator;
    default:
      break;
    }
    NodeId next = syntax.get(declarator, Part::Declarator);
    if (next == kNoNode) // reference_declarator and its like have no field
      for (const NodeId child : syntax.children(declarator))
        if (const Kind kind = syntax.kind(child); kind != Kind::None && kind != Kind::TokOpen && kind != Kind::TokClose)
          next = child; // `(*callback)`
    declarator = next;
  }
  return kNoNode;
}

bool isIndirect(const Syntax &syntax, NodeId declarator) {
  const Kind kind = syntax.kind(declarator);
  return kind == Kind::PointerDeclarator || kind == Kind::ReferenceDeclarator || kind == Kind::AbstractPointer ||
         kind == Kind::AbstractReference;
}

} // namespace clearway::frontend::cpp::syntax
