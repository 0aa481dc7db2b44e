#include "frontend/rust/Items.h"

#include "facts/NameCache.h"
#include "frontend/rust/Cfg.h"
#include "frontend/rust/TestCode.h"
#include "frontend/rust/Types.h"
#include "frontend/rust/macros/MacroCalls.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::BindingKind;
using facts::ClassKind;
using facts::kNone;
using facts::ScopeKind;

void Items::readAll(NodeId parent, const ItemContext &context) {
  std::vector<NodeId> attributes;
  // Reading may append macro bodies to the tree; node numbers stay.
  for (NodeId node = parent + 1; node < unit_.syntax.tree[parent].next; node = unit_.syntax.tree[node].next) {
    const Kind kind = unit_.syntax.kind(node);
    if (kind == Kind::AttributeItem) {
      attributes.push_back(node);
      continue;
    }
    if (kind == Kind::Error)
      readAll(node, context); // what could be made out inside
    else
      read(node, context, attributes);
    attributes.clear();
  }
}

bool Items::read(NodeId item, const ItemContext &context, std::span<const NodeId> attributes) {
  if (isLeftOut(attributes))
    return true;
  ItemContext inner = context;
  inner.isTest = context.isTest || marksTest(attributes);
  switch (unit_.syntax.kind(item)) {
  case Kind::ModItem: module(item, inner, attributes); return true;
  case Kind::UseDeclaration: {
    const bool isPublic = unit_.syntax.has(item, Kind::VisibilityModifier);
    use(unit_.syntax.get(item, Field::Argument), inner, {}, isPublic ? facts::ImportFlag::Public : 0);
    return true;
  }
  case Kind::ExternCrateDeclaration: externCrate(item, inner); return true;
  case Kind::FunctionItem:
  case Kind::FunctionSignatureItem: function(item, inner, attributes); return true;
  case Kind::StructItem:
  case Kind::UnionItem: structure(item, ClassKind::Struct, inner, attributes); return true;
  case Kind::EnumItem: enumeration(item, inner, attributes); return true;
  case Kind::TraitItem: trait(item, inner, attributes); return true;
  case Kind::ImplItem: implementation(item, inner, attributes); return true;
  case Kind::TypeItem: alias(item, inner, attributes); return true;
  case Kind::AssociatedType: associatedType(item, inner); return true;
  case Kind::ConstItem:
  case Kind::StaticItem: constant(item, inner); return true;
  case Kind::ForeignModItem:
    if (const NodeId body = unit_.syntax.get(item, Field::Body); body != kNoNode)
      readAll(body, inner);
    return true;
  case Kind::ExpressionStatement: { // `lazy_static! { … }` parses as a statement
    const NodeId expression = unit_.syntax.inner(item);
    if (context.enclosingFunction != kNone || unit_.syntax.kind(expression) != Kind::MacroInvocation)
      return false;
    macroItems(expression, inner);
    return true;
  }
  case Kind::MacroInvocation:
    if (context.enclosingFunction != kNone)
      return false;
    macroItems(item, inner);
    return true;
  case Kind::MacroDefinition:
  case Kind::EmptyStatement:
  case Kind::InnerAttributeItem: return true;
  default: return false;
  }
}

Name Items::qualify(facts::ScopeId scope, std::string_view name) const {
  std::string text(unit_.facts.scopes[scope].qualifiedName.view());
  if (!text.empty())
    text += "::";
  return Name(text.append(name));
}

// ---- modules and imports

void Items::module(NodeId item, const ItemContext &context, std::span<const NodeId> attributes) {
  const NodeId body = unit_.syntax.get(item, Field::Body);
  if (body != kNoNode)
    return inlineModule(item, body, context);
  facts::Binding binding;
  binding.scope = context.scope;
  binding.name = facts::cachedName(unit_.text(unit_.syntax.get(item, Field::Name)));
  binding.kind = BindingKind::Module;
  binding.range = unit_.range(item);
  if (unit_.syntax.has(item, Kind::VisibilityModifier))
    binding.flags |= facts::BindingFlag::Exported;
  if (context.isTest)
    binding.flags |= facts::BindingFlag::Conditional; // the module's file is there for tests only
  for (const NodeId attribute : attributes) { // #[path = "file.rs"]
    const NodeId inner = unit_.syntax.child(attribute, Kind::Attribute);
    const NodeId value = inner == kNoNode ? kNoNode : unit_.syntax.get(inner, Field::Value);
    if (unit_.syntax.kind(value) == Kind::StringLiteral && unit_.text(unit_.syntax.inner(inner)) == "path")
      binding.value = unit_.record.literal(facts::LiteralKind::String,
                                           unit_.text(unit_.syntax.child(value, Kind::StringContent)));
  }
  unit_.record.binding(binding);
}

void Items::inlineModule(NodeId item, NodeId body, const ItemContext &context) {
  if (depth_ > kMaxDepth)
    return;
  const std::string_view name = unit_.text(unit_.syntax.get(item, Field::Name));
  ItemContext inner = context;
  inner.scope = unit_.record.scope(ScopeKind::Module, context.scope, kNone, qualify(context.scope, name));
  inner.enclosingClass = kNone;
  facts::Binding binding;
  binding.scope = context.scope;
  binding.name = facts::cachedName(name);
  binding.kind = BindingKind::Module;
  binding.index = inner.scope;
  binding.range = unit_.range(item);
  if (unit_.syntax.has(item, Kind::VisibilityModifier))
    binding.flags |= facts::BindingFlag::Exported;
  unit_.record.binding(binding);
  ++depth_;
  readAll(body, inner);
  --depth_;
}

void Items::use(NodeId clause, const ItemContext &context, const std::string &prefix, uint8_t flags) {
  const Syntax &syntax = unit_.syntax;
  const auto joined = [&](NodeId path) {
    std::string text = prefix;
    if (path != kNoNode) {
      if (!text.empty())
        text += "::";
      text += unit_.text(path);
    }
    return text;
  };
  switch (syntax.kind(clause)) {
  case Kind::None:
    return;
  case Kind::UseList:
    for (const NodeId child : syntax.children(clause))
      if (!isToken(syntax.kind(child)))
        use(child, context, prefix, flags);
    return;
  case Kind::ScopedUseList:
    return use(syntax.get(clause, Field::List), context, joined(syntax.get(clause, Field::Path)), flags);
  case Kind::UseWildcard:
    return import(clause, context, joined(syntax.inner(clause)), {}, {}, flags | facts::ImportFlag::Star);
  case Kind::UseAsClause: {
    const std::string path = joined(syntax.get(clause, Field::Path));
    const size_t cut = path.rfind("::");
    const std::string_view view = path;
    return import(clause, context, cut == path.npos ? "" : path.substr(0, cut),
                  cut == path.npos ? view : view.substr(cut + 2), unit_.text(syntax.get(clause, Field::Alias)), flags);
  }
  default: {
    const std::string path = joined(clause);
    const size_t cut = path.rfind("::");
    const std::string module = cut == path.npos ? "" : path.substr(0, cut);
    const std::string_view item = cut == path.npos ? std::string_view(path) : std::string_view(path).substr(cut + 2);
    if (item == "self" && !module.empty()) { // use a::b::{self}
      const size_t parent = module.rfind("::");
      const std::string_view last = parent == module.npos ? std::string_view(module) : std::string_view(module).substr(parent + 2);
      return import(clause, context, parent == module.npos ? "" : module.substr(0, parent), last, last, flags);
    }
    return import(clause, context, module, item, item, flags);
  }
  }
}

void Items::import(NodeId at, const ItemContext &context, const std::string &module, std::string_view item,
                   std::string_view alias, uint8_t flags) {
  facts::Import import;
  import.scope = context.scope;
  import.module = Name(module);
  import.item = facts::cachedName(item);
  import.alias = facts::cachedName(alias);
  import.flags = flags;
  import.range = unit_.range(at);
  unit_.facts.imports.push_back(import);
  facts::Binding binding;
  binding.scope = context.scope;
  binding.name = import.alias;
  binding.kind = BindingKind::Import;
  binding.index = static_cast<uint32_t>(unit_.facts.imports.size()) - 1;
  binding.range = import.range;
  if (flags & facts::ImportFlag::Public)
    binding.flags |= facts::BindingFlag::Exported;
  unit_.record.binding(binding);
}

void Items::externCrate(NodeId item, const ItemContext &context) {
  const std::string_view name = unit_.text(unit_.syntax.get(item, Field::Name));
  const NodeId alias = unit_.syntax.get(item, Field::Alias);
  import(item, context, "", name, alias == kNoNode ? name : unit_.text(alias), 0);
}

void Items::renamedCrate(std::string_view name, std::string_view crate, const ItemContext &context) {
  constexpr NodeId kRoot = 0;
  import(kRoot, context, "", crate, name, 0);
}

void Items::constant(NodeId item, const ItemContext &context) {
  facts::Binding binding;
  binding.scope = context.scope;
  binding.name = facts::cachedName(unit_.text(unit_.syntax.get(item, Field::Name)));
  binding.kind = BindingKind::Variable;
  binding.flags = facts::BindingFlag::Constant;
  binding.annotation = typeValue(unit_, context.scope, unit_.syntax.get(item, Field::Type));
  binding.range = unit_.range(item);
  const uint32_t index = unit_.record.binding(binding);
  if (const NodeId value = unit_.syntax.get(item, Field::Value); value != kNoNode && !isSkipped(context))
    unit_.initializers.push_back({value, index, context.scope});
}

// Macros that wrap items in braces (`cfg_rt! { pub fn … }`, `lazy_static! { static ref … }`): read what is inside.
void Items::macroItems(NodeId item, const ItemContext &context) {
  const NodeId tokens = unit_.syntax.child(item, Kind::TokenTree);
  if (tokens == kNoNode || depth_ > 8)
    return;
  if (const NodeId given = isSkipped(context) ? kNoNode : MacroCalls(unit_).items(item); given != kNoNode) {
    ++depth_;
    readAll(given, context);
    --depth_;
    return;
  }
  const treesitter::Node &node = unit_.syntax.tree[tokens];
  if (node.end - node.begin < 8 || !unit_.text(tokens).starts_with('{'))
    return;
  const treesitter::ByteRange inside[] = {{node.begin + 1, node.end - 1}};
  const NodeId root = unit_.syntax.tree.parseRanges(inside);
  if (root == kNoNode)
    return;
  ++depth_;
  readAll(root, context);
  --depth_;
}

// ---- attributes

bool Items::isLeftOut(std::span<const NodeId> attributes) const {
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](const NodeId attribute) { return isNeverBuilt(unit_.text(attribute)); });
}

bool Items::marksTest(std::span<const NodeId> attributes) const {
  return std::any_of(attributes.begin(), attributes.end(), [&](const NodeId attribute) { return isTestAttribute(unit_.text(attribute)); });
}

facts::Span Items::decorators(std::span<const NodeId> attributes, facts::ScopeId scope) {
  std::vector<facts::ValueId> values;
  for (const NodeId item : attributes) {
    const NodeId attribute = unit_.syntax.child(item, Kind::Attribute);
    if (attribute == kNoNode)
      continue;
    facts::ValueId value = pathValue(unit_, scope, unit_.syntax.inner(attribute));
    if (const NodeId tokens = unit_.syntax.get(attribute, Field::Arguments); tokens != kNoNode && value) {
      std::string_view text = unit_.text(tokens);
      text = text.substr(1, text.size() < 2 ? 0 : text.size() - 2);
      const facts::ValueId argument[] = {unit_.record.literal(facts::LiteralKind::Other, text)};
      value = unit_.record.apply(value, argument);
    }
    if (value)
      values.push_back(value);
  }
  return unit_.record.operands(values);
}

// ---- functions

namespace {

uint32_t functionFlags(const Syntax &syntax, NodeId item, facts::FunctionKind &kind) {
  uint32_t flags = 0;
  if (const NodeId modifiers = syntax.child(item, Kind::FunctionModifiers); modifiers != kNoNode)
    for (const NodeId modifier : syntax.children(modifiers)) {
      if (syntax.kind(modifier) == Kind::TokAsync)
        kind = facts::FunctionKind::Coroutine;
      if (syntax.kind(modifier) == Kind::TokUnsafe)
        flags |= facts::FunctionFlag::Unsafe;
    }
  return flags;
}

} // namespace

void Items::function(NodeId item, const ItemContext &context, std::span<const NodeId> attributes) {
  const Syntax &syntax = unit_.syntax;
  const NodeId name = syntax.get(item, Field::Name);
  const auto id = static_cast<facts::FunctionId>(unit_.facts.functions.size());
  facts::Function function;
  function.name = facts::cachedName(unit_.text(name));
  function.qualifiedName = qualify(context.scope, function.name.view());
  function.file = unit_.facts.functions.front().file;
  function.flags = functionFlags(syntax, item, function.kind);
  const bool isTest = context.isTest || isTestHelperName(function.name.view());
  if (isTest)
    function.flags |= facts::FunctionFlag::Test;
  const bool hasBody = syntax.kind(item) == Kind::FunctionItem;
  if (!hasBody)
    function.flags |= facts::FunctionFlag::Abstract;
  function.parent = context.enclosingFunction;
  function.enclosingClass = context.enclosingClass;
  function.range = unit_.range(item);
  function.nameRange = unit_.range(name);
  function.scope = unit_.record.scope(ScopeKind::Function, context.scope, id, function.qualifiedName);
  function.decorators = decorators(attributes, context.scope);
  unit_.facts.functions.push_back(function);
  bindTypeParameters(unit_, function.scope, item);
  functionParameters(item, id, function.scope, context.enclosingClass);
  const facts::ValueId result = typeValue(unit_, function.scope, syntax.get(item, Field::ReturnType));
  unit_.facts.functions[id].returnType = result;

  facts::Binding binding;
  binding.scope = context.scope;
  binding.name = function.name;
  binding.kind = BindingKind::Function;
  binding.index = id;
  binding.range = function.nameRange;
  if (syntax.has(item, Kind::VisibilityModifier))
    binding.flags |= facts::BindingFlag::Exported;
  unit_.record.binding(binding);
  if (hasBody && !(isTest && unit_.skipsTestBodies))
    unit_.jobs.push_back({id, item, context.locals, false});
}

void Items::functionParameters(NodeId item, facts::FunctionId function, facts::ScopeId scope,
                               facts::ClassId enclosingClass) {
  const Syntax &syntax = unit_.syntax;
  std::vector<facts::Parameter> parameters;
  bool hasReceiver = false;
  if (const NodeId list = syntax.get(item, Field::Parameters); list != kNoNode)
    for (const NodeId node : syntax.children(list)) {
      facts::Parameter parameter;
      if (syntax.kind(node) == Kind::SelfParameter) {
        hasReceiver = true;
        if (!syntax.has(node, Kind::TokAnd))
          unit_.facts.functions[function].flags |= facts::FunctionFlag::ConsumesReceiver;
        continue; // the receiver is a Self value, not a parameter
      }
      if (syntax.kind(node) != Kind::Parameter)
        continue;
      const NodeId pattern = syntax.get(node, Field::Pattern);
      if (syntax.kind(pattern) == Kind::SelfWord) { // self: Pin<&mut Self>
        hasReceiver = true;
        continue;
      }
      if (syntax.kind(pattern) == Kind::Identifier)
        parameter.name = facts::cachedName(unit_.text(pattern));
      parameter.annotation = typeValue(unit_, scope, syntax.get(node, Field::Type));
      parameters.push_back(parameter);
    }
  facts::Function &to = unit_.facts.functions[function];
  if (!hasReceiver && enclosingClass != kNone)
    to.flags |= facts::FunctionFlag::Static;
  to.parameters = {static_cast<uint32_t>(unit_.facts.parameters.size()), static_cast<uint32_t>(parameters.size())};
  unit_.facts.parameters.insert(unit_.facts.parameters.end(), parameters.begin(), parameters.end());
}

} // namespace clearway::frontend::rust
