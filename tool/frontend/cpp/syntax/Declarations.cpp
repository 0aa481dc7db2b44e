#include "facts/Indirect.h"
#include "frontend/cpp/syntax/Attributes.h"
#include "frontend/cpp/syntax/Unit.h"

namespace clearway::frontend::cpp::syntax {
namespace {

std::string joined(const std::string &scope, const std::string &name) {
  return scope.empty() || name.empty() ? scope + name : scope + "::" + name;
}

class Declarations {
public:
  explicit Declarations(Unit &unit) : unit_(unit), syntax_(unit.syntax) {}

  void collectNames(NodeId node, unsigned depth = 0);
  void read(NodeId node, const std::string &scope, facts::ClassId owner, unsigned depth = 0);

private:
  void addClass(NodeId node, const std::string &scope, unsigned depth);
  void addField(NodeId node, facts::ClassId owner);
  void addVariables(NodeId node);
  void addConstants(NodeId node);
  void addFunction(NodeId node, const std::string &scope, facts::ClassId owner);
  facts::ValueId returnTypeOf(NodeId node, NodeId declarator);
  void addMarks(facts::FunctionId id, facts::ClassId owner, const std::vector<std::string> &marks);
  void addUsing(NodeId node);
  void addAlias(const std::string &alias, const std::string &space, NodeId at);
  std::vector<std::string> marksOf(NodeId node, bool isClass) const;
  facts::Span literals(const std::vector<std::string> &marks);

  Unit &unit_;
  Syntax &syntax_;
};

/// Whether the last two parts of a name, split at `at`, are the same.
bool endsTwiceAlike(std::string_view name, size_t at) {
  const std::string_view last = name.substr(at + 2), before = name.substr(0, at);
  return before == last || (before.ends_with(last) && before.substr(0, before.size() - last.size()).ends_with("::"));
}

void Declarations::addUsing(NodeId node) {
  NodeId what = kNoNode;
  for (const NodeId child : syntax_.children(node))
    if (syntax_.kind(child) == Kind::Qualified || syntax_.kind(child) == Kind::Identifier ||
        syntax_.kind(child) == Kind::NamespaceIdentifier || syntax_.kind(child) == Kind::NestedNamespace)
      what = child;
  const std::string name = unit_.nameOf(what);
  if (name.empty())
    return;
  if (syntax_.has(node, Kind::TokNamespace)) {
    unit_.facts.imports.push_back({.scope = 0, .module = Name(name), .flags = facts::ImportFlag::Star,
                                   .range = unit_.range(node)});
    return;
  }
  // Inherited constructors, `using base<T>::base`, name nothing new.
  if (const size_t at = name.rfind("::"); at != std::string::npos && !endsTwiceAlike(name, at))
    unit_.aliases[name.substr(at + 2)] = name;
}

/// Files that include this one may use it, so linking learns of it, too.
void Declarations::addAlias(const std::string &alias, const std::string &space, NodeId at) {
  unit_.aliases[alias] = space;
  unit_.facts.imports.push_back({.scope = 0, .module = Name(space), .alias = Name(alias), .range = unit_.range(at)});
}

void Declarations::collectNames(NodeId node, unsigned depth) {
  for (const NodeId child : syntax_.children(node))
    switch (syntax_.kind(child)) {
    case Kind::NamespaceAlias: {
      NodeId target = kNoNode;
      for (const NodeId part : syntax_.children(child))
        if (syntax_.kind(part) != Kind::None && syntax_.kind(part) != Kind::TokNamespace)
          target = part;
      addAlias(std::string(syntax_.text(syntax_.get(child, Part::Name))), unit_.nameOf(target), child);
      break;
    }
    case Kind::Using:
      addUsing(child);
      break;
    case Kind::Alias:
      unit_.typeAliases[std::string(syntax_.text(syntax_.get(child, Part::Name)))] = syntax_.get(child, Part::Type);
      break;
    default:
      if (depth < 200)
        collectNames(child, depth + 1);
    }
}

/// Of a class or function: what its attributes say.
std::vector<std::string> Declarations::marksOf(NodeId node, bool isClass) const {
  const NodeId body = syntax_.get(node, Part::Body);
  const size_t begin = syntax_.tree[node].begin;
  const size_t end = body == kNoNode ? syntax_.tree[node].end : syntax_.tree[body].begin;
  return attributesIn(syntax_.tree.source().substr(begin, end - begin), isClass);
}

facts::Span Declarations::literals(const std::vector<std::string> &marks) {
  std::vector<facts::ValueId> values;
  for (const std::string &mark : marks)
    values.push_back(unit_.build.literal(facts::LiteralKind::String, Name(mark)));
  return unit_.build.operands(values);
}

void Declarations::addField(NodeId node, facts::ClassId owner) {
  for (const NodeId child : syntax_.children(node)) {
    if (syntax_.partOf(child) != Part::Declarator)
      continue;
    const NodeId name = innermostDeclarator(syntax_, child);
    if (name == kNoNode || syntax_.tree.source().substr(syntax_.tree[name].end, 1) != "(")
      continue;
    const std::vector<std::string> marks = marksOf(node, false);
    unit_.facts.bindings.push_back(
        {.scope = unit_.facts.classes[owner].scope, .name = Name(syntax_.text(name)), .kind = facts::BindingKind::Function,
         .annotation = marks.empty() ? 0 : unit_.build.literal(facts::LiteralKind::String, Name(marks.front())), .index = 0,
         .range = unit_.range(child)});
  }
  const facts::ValueId type = unit_.typeOf(syntax_.get(node, Part::Type));
  if (!type)
    return;
  for (const NodeId child : syntax_.children(node)) {
    if (syntax_.partOf(child) != Part::Declarator || syntax_.kind(child) == Kind::FunctionDeclarator)
      continue;
    const NodeId name = innermostDeclarator(syntax_, child);
    if (name == kNoNode)
      continue;
    const uint8_t indirect = isIndirect(syntax_, child) ? facts::BindingFlag::Indirect : 0;
    unit_.facts.bindings.push_back({.scope = unit_.facts.classes[owner].scope, .name = Name(syntax_.text(name)),
                                    .flags = static_cast<uint8_t>(facts::BindingFlag::Instance | indirect), .annotation = type,
                                    .range = unit_.range(child)});
  }
}

/// `constexpr int kNoWait = 0;` outside of functions.
void Declarations::addConstants(NodeId node) {
  const std::string_view text = syntax_.text(node);
  const std::string_view head = text.substr(0, text.find('='));
  if (head.find("const") == head.npos || head.find('*') != head.npos)
    return;
  for (const NodeId child : syntax_.children(node))
    if (syntax_.kind(child) == Kind::InitDeclarator && syntax_.kind(syntax_.get(child, Part::Value)) == Kind::Number)
      unit_.constants.emplace(syntax_.text(syntax_.get(child, Part::Declarator)), syntax_.text(syntax_.get(child, Part::Value)));
}

/// `std::mutex mutex;` outside of functions.
void Declarations::addVariables(NodeId node) {
  addConstants(node);
  const facts::ValueId type = unit_.typeOf(syntax_.get(node, Part::Type));
  if (!type)
    return;
  for (const NodeId child : syntax_.children(node)) {
    if (syntax_.partOf(child) != Part::Declarator)
      continue;
    const NodeId name = syntax_.kind(child) == Kind::InitDeclarator ? syntax_.get(child, Part::Declarator) : child;
    if (name != kNoNode && syntax_.kind(name) == Kind::Identifier)
      unit_.globals.emplace(syntax_.text(name), type);
  }
}

void Declarations::addClass(NodeId node, const std::string &scope, unsigned depth) {
  const NodeId body = syntax_.get(node, Part::Body);
  const NodeId name = syntax_.get(node, Part::Name);
  if (body == kNoNode || name == kNoNode)
    return;
  const std::string qualified = joined(scope, unit_.nameOf(name));
  const facts::ClassId owner = unit_.classNamed(qualified);
  unit_.facts.classes[owner].range = unit_.range(node);
  std::vector<facts::ValueId> bases;
  if (const NodeId list = syntax_.child(node, Kind::Bases); list != kNoNode)
    for (const NodeId child : syntax_.children(list))
      if (const facts::ValueId base = unit_.typeOf(child))
        bases.push_back(base);
  unit_.facts.classes[owner].bases = unit_.build.operands(bases);
  unit_.facts.classes[owner].decorators = literals(marksOf(node, true));
  read(body, qualified, owner, depth + 1);
}

void Declarations::addMarks(facts::FunctionId id, facts::ClassId owner, const std::vector<std::string> &marks) {
  const facts::Span decorators = literals(marks);
  facts::Function &made = unit_.facts.functions[id];
  made.decorators = decorators;
  for (const std::string &mark : marks)
    made.flags |= mark == "clang::nonblocking" ? facts::FunctionFlag::Nonblocking
                  : mark.ends_with("::blocking") ? facts::FunctionFlag::Blocking
                                                 : 0;
  const bool scoped = made.flags & (facts::FunctionFlag::Constructor | facts::FunctionFlag::Destructor);
  if (owner != facts::kNone && !marks.empty() && !scoped) // what those do the objects' lives show
    unit_.facts.bindings.push_back({.scope = unit_.facts.classes[owner].scope, .name = made.name,
                                    .kind = facts::BindingKind::Function,
                                    .annotation = unit_.facts.operandsOf(decorators).front(), .index = 0,
                                    .range = made.nameRange});
}

/// What is returned by reference or pointer is a Deref of its type.
facts::ValueId Declarations::returnTypeOf(NodeId node, NodeId declarator) {
  NodeId type = syntax_.get(node, Part::Type);
  NodeId indirection = syntax_.get(node, Part::Declarator);
  if (const NodeId trailing = syntax_.child(declarator, Kind::TrailingReturn); trailing != kNoNode) {
    type = syntax_.child(trailing, Kind::TypeDescriptor);
    indirection = syntax_.get(type, Part::Declarator);
  }
  const facts::ValueId made = unit_.typeOf(type);
  return made && isIndirect(syntax_, indirection) ? unit_.build.add({.kind = facts::ValueKind::Deref, .a = made}) : made;
}

void Declarations::addFunction(NodeId node, const std::string &scope, facts::ClassId owner) {
  NodeId declarator = syntax_.get(node, Part::Declarator);
  while (declarator != kNoNode && syntax_.kind(declarator) != Kind::FunctionDeclarator) {
    NodeId next = syntax_.get(declarator, Part::Declarator);
    if (next == kNoNode)
      next = syntax_.child(declarator, Kind::FunctionDeclarator);
    declarator = next;
  }
  const NodeId name = innermostDeclarator(syntax_, syntax_.get(declarator, Part::Declarator));
  if (name == kNoNode || syntax_.get(node, Part::Body) == kNoNode)
    return;
  const std::string qualified = joined(scope, unit_.nameOf(name));
  const size_t at = qualified.rfind("::");
  const bool member = owner != facts::kNone || syntax_.kind(name) == Kind::Qualified;
  if (owner == facts::kNone && member && at != std::string::npos)
    owner = unit_.classNamed(qualified.substr(0, at));
  const std::string last = at == std::string::npos ? qualified : qualified.substr(at + 2);
  const facts::FunctionId id = unit_.addFunction(node, Name(last), Name(qualified), owner, facts::kNone);
  facts::Function &made = unit_.facts.functions[id];
  made.nameRange = unit_.range(name);
  if (qualified == "main")
    made.flags |= facts::FunctionFlag::MainGuard;
  if (syntax_.child(node, Kind::Virtual) != kNoNode || syntax_.child(node, Kind::TokVirtual) != kNoNode ||
      syntax_.child(declarator, Kind::VirtualSpecifier) != kNoNode) // `override`
    made.flags |= facts::FunctionFlag::Virtual;
  if (last.starts_with("~"))
    made.flags |= facts::FunctionFlag::Destructor;
  else if (owner != facts::kNone && unit_.facts.classes[owner].name == Name(last))
    made.flags |= facts::FunctionFlag::Constructor;
  const facts::ValueId result = returnTypeOf(node, declarator);
  unit_.facts.functions[id].returnType = result;
  addMarks(id, owner, marksOf(node, false));
  unit_.addParameters(id, syntax_.get(declarator, Part::Parameters));
  unit_.jobs.push_back({.function = id, .node = node, .owner = owner, .outer = {}});
}

void Declarations::read(NodeId node, const std::string &scope, facts::ClassId owner, unsigned depth) {
  if (depth > 200)
    return;
  for (const NodeId child : syntax_.children(node))
    switch (syntax_.kind(child)) {
    case Kind::Namespace: {
      const std::string name = joined(scope, unit_.nameOf(syntax_.get(child, Part::Name)));
      unit_.facts.scopes.push_back({.kind = facts::ScopeKind::Module, .parent = 0, .qualifiedName = Name(name)});
      read(syntax_.get(child, Part::Body), name, facts::kNone, depth + 1);
      break;
    }
    case Kind::Class:
    case Kind::Struct:
    case Kind::Union:
      addClass(child, scope, depth);
      break;
    case Kind::Field:
      if (owner != facts::kNone)
        addField(child, owner);
      read(child, scope, facts::kNone, depth + 1); // a class in the declaration's type
      break;
    case Kind::Function:
      addFunction(child, scope, owner);
      break;
    case Kind::Declaration:
      if (owner == facts::kNone)
        addVariables(child);
      read(child, scope, owner, depth + 1); // a class in the declaration's type
      break;
    case Kind::None:
    case Kind::Error:
    case Kind::DeclarationList:
      read(child, scope, owner, depth + 1); // templates, linkage specifications, branches of the preprocessor
      break;
    default:
      break;
    }
}

} // namespace

void readDeclarations(Unit &unit, NodeId root) {
  Declarations reader(unit);
  reader.collectNames(root);
  reader.read(root, {}, facts::kNone);
}

} // namespace clearway::frontend::cpp::syntax
