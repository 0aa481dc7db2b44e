#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"

namespace clearway::python {

using namespace facts;

namespace {

constexpr std::string_view kImplicitClassMethods[] = {"__new__", "__init_subclass__", "__class_getitem__"};

bool isImplicitClassMethod(Name name) {
  for (const std::string_view known : kImplicitClassMethods)
    if (name.view() == known)
      return true;
  return false;
}

} // namespace

ScopeId Extractor::newScope(ScopeKind scopeKind, uint32_t index, Name qualifiedName) {
  const ScopeId parent = facts_.scopes.empty() ? kNone : context_.scope;
  facts_.scopes.push_back({scopeKind, parent, index, qualifiedName});
  return static_cast<ScopeId>(facts_.scopes.size() - 1);
}

// "" for the first function or class of that name, "2" for the second, and so on.
Name Extractor::disambiguator(Name qualifiedName) {
  uint32_t &count = repeats_.at(qualifiedName.handle(), 0);
  return ++count == 1 ? Name() : cachedName(std::to_string(count));
}

FunctionId Extractor::newFunction(NodeId node, Name name, uint32_t flags) {
  const auto id = static_cast<FunctionId>(facts_.functions.size());
  Function made;
  made.name = name;
  made.qualifiedName = builder_.qualified(facts_.scopes[context_.scope].qualifiedName, name.view());
  made.disambiguator = disambiguator(made.qualifiedName);
  made.file = facts_.functions[0].file;
  made.flags = flags | (facts_.isTest ? FunctionFlag::Test : 0);
  if (context_.callFlags & CallFlag::MainGuard)
    made.flags |= FunctionFlag::MainGuard;
  made.parent = context_.function;
  made.enclosingClass = context_.owner;
  made.range = tree_.range(node);
  const NodeId nameNode = child(node, Field::Name);
  made.nameRange = nameNode == kNoNode ? made.range : tree_.range(nameNode);
  facts_.functions.push_back(made);
  facts_.functions[id].scope = newScope(ScopeKind::Function, id, made.qualifiedName);
  return id;
}

void Extractor::queue(NodeId node, FunctionId id, bool isMethod) {
  Receiver receiver = context_.receiver;
  if (isMethod) {
    const Function &method = facts_.functions[id];
    const bool isStatic = method.flags & FunctionFlag::Static;
    const bool first =
        method.parameters.count != 0 && facts_.parameters[method.parameters.first].variadic == 0;
    receiver = {isStatic || !first ? Name() : facts_.parameters[method.parameters.first].name, context_.owner,
                (method.flags & FunctionFlag::ClassMethod) != 0};
  }
  pending_.push_back({node, id, receiver, isMethod,
                      static_cast<uint16_t>(context_.callFlags & CallFlag::MainGuard), context_.typeOnly});
}

void Extractor::decorated(NodeId node) {
  std::vector<ValueId> decorators;
  for (const NodeId part : tree_.children(node))
    if (kind(part) == Kind::Decorator) {
      decorators.push_back(value(tree_.firstChild(part)));
      use(decorators.back(), ResultUse::Receiver);
    }
  const NodeId definition = child(node, Field::Definition);
  if (definition == kNoNode)
    return;
  if (kind(definition) == Kind::Class)
    classDefinition(definition, decorators);
  else
    function(definition, decorators);
}

Name Extractor::lastName(ValueId id) const {
  const Value *named = &valueAt(id);
  while (named->kind == ValueKind::CallResult || named->kind == ValueKind::Apply)
    named = &valueAt(named->kind == ValueKind::Apply ? named->a : facts_.calls[named->a].callee);
  return named->name;
}

uint32_t Extractor::decoratorFlags(std::span<const ValueId> decorators) const {
  uint32_t flags = 0;
  for (const ValueId decorator : decorators) {
    const std::string_view name = lastName(decorator).view();
    if (name == "staticmethod")
      flags |= FunctionFlag::Static;
    else if (name == "classmethod")
      flags |= FunctionFlag::ClassMethod;
    else if (name == "property" || name == "cached_property" || name == "abstractproperty")
      flags |= FunctionFlag::Property;
    else if (name == "overload")
      flags |= FunctionFlag::Overload;
    if (name.starts_with("abstract"))
      flags |= FunctionFlag::Abstract;
  }
  return flags;
}

void Extractor::function(NodeId node, std::span<const ValueId> decorators) {
  const NodeId nameNode = child(node, Field::Name);
  if (nameNode == kNoNode) {
    operandsOnly(node);
    return;
  }
  const Name name = tree_[nameNode].name;
  const bool isMethod = context_.owner != kNone;
  uint32_t flags = decoratorFlags(decorators);
  if (isMethod && isImplicitClassMethod(name))
    flags |= FunctionFlag::ClassMethod;
  const FunctionId id = newFunction(node, name, flags);
  facts_.functions[id].kind =
      hasToken(node, Kind::AsyncToken) ? FunctionKind::Coroutine : FunctionKind::Plain;
  facts_.functions[id].decorators = builder_.operands(decorators);

  const ScopeId outside = context_.scope;
  if (const NodeId list = child(node, Field::TypeParameters)) {
    typeParameters(list, facts_.functions[id].scope, nullptr);
    context_.scope = facts_.functions[id].scope;
  }
  const Span list = parameters(child(node, Field::Parameters), facts_.functions[id].scope);
  facts_.functions[id].parameters = list;
  const ValueId returned = type(child(node, Field::ReturnType));
  facts_.functions[id].returnType = returned;
  context_.scope = outside;

  markAbstract(id, child(node, Field::Body));
  bind(nameNode, BindingKind::Function, builder_.ref(context_.scope, name), 0, id);
  queue(node, id, isMethod);
}

// `[T: Bound]`: each parameter is a name of the scope, standing for its bound.
void Extractor::typeParameters(NodeId list, ScopeId scope, std::vector<ValueId> *into) {
  for (const NodeId part : tree_.children(list)) {
    NodeId name = part;
    ValueId bound = 0;
    while (name != kNoNode && kind(name) != Kind::Identifier) {
      if (kind(name) == Kind::ConstrainedType)
        bound = type(tree_.lastChild(name));
      name = tree_.firstChild(name);
    }
    if (name == kNoNode)
      continue;
    addBinding({.scope = scope, .name = tree_[name].name, .value = bound, .range = tree_.range(name)});
    if (into)
      into->push_back(builder_.ref(scope, tree_[name].name));
  }
}

void Extractor::classDefinition(NodeId node, std::span<const ValueId> decorators) {
  const NodeId nameNode = child(node, Field::Name);
  if (nameNode == kNoNode) {
    operandsOnly(node);
    return;
  }
  const auto id = static_cast<ClassId>(facts_.classes.size());
  facts_.classes.emplace_back();
  Class record;
  record.name = tree_[nameNode].name;
  record.qualifiedName = builder_.qualified(facts_.scopes[context_.scope].qualifiedName, record.name.view());
  record.range = tree_.range(node);
  record.nameRange = tree_.range(nameNode);
  record.decorators = builder_.operands(decorators);
  record.scope = newScope(ScopeKind::Class, id, record.qualifiedName);
  std::vector<ValueId> typeNames;
  const Context before = context_;
  if (const NodeId list = child(node, Field::TypeParameters)) {
    typeParameters(list, record.scope, &typeNames);
    record.typeParameters = builder_.operands(typeNames);
    context_.scope = record.scope;
  }
  bases(child(node, Field::Superclasses), record);
  context_ = before;
  facts_.classes[id] = record;
  bind(nameNode, BindingKind::Class, builder_.ref(context_.scope, record.name), 0, id);

  context_.scope = record.scope;
  context_.owner = id;
  context_.local = false;
  context_.receiver = {};
  suite(child(node, Field::Body));
  context_ = before;
}

void Extractor::bases(NodeId list, Class &record) {
  if (list == kNoNode) // the children of no node are those of the whole file
    return;
  std::vector<ValueId> found;
  for (const NodeId part : tree_.children(list)) {
    if (kind(part) == Kind::KeywordArgument) {
      value(child(part, Field::Value));
      continue;
    }
    const ValueId base = kind(part) == Kind::Call ? value(part) : type(part);
    found.push_back(base);
    const std::string_view name = lastName(base).view();
    if (name == "Protocol")
      record.isProtocol = 1;
    if ((name == "Generic" || name == "Protocol") && valueAt(base).kind == ValueKind::Apply)
      record.typeParameters = valueAt(base).operands;
  }
  record.bases = builder_.operands(found);
}

// Whether the body does nothing but raise NotImplementedError; `empty`: it does nothing at all.
bool Extractor::raisesNotImplemented(NodeId body, bool &empty) const {
  bool raises = false;
  empty = true;
  for (const NodeId part : tree_.children(body)) {
    const NodeId first = tree_.firstChild(part);
    const Kind inner = first == kNoNode ? Kind::Other : kind(first);
    if (kind(part) == Kind::Raise && first != kNoNode) {
      const NodeId name = nameOf(first);
      if (tree_[name].name.view() != "NotImplementedError")
        return false;
      raises = true;
    } else if (kind(part) == Kind::ExpressionStatement &&
               (inner == Kind::String || inner == Kind::ConcatenatedString || inner == Kind::Ellipsis)) {
      continue; // documentation, or `...`
    } else if (kind(part) != Kind::Pass) {
      empty = false;
      return false;
    }
  }
  empty = !raises;
  return raises;
}

void Extractor::markAbstract(FunctionId id, NodeId body) {
  bool empty = false;
  const bool raises = body != kNoNode && raisesNotImplemented(body, empty);
  const bool declared = empty && context_.owner != kNone && facts_.classes[context_.owner].isProtocol;
  if (raises || declared)
    facts_.functions[id].flags |= FunctionFlag::Abstract;
}

} // namespace clearway::python
