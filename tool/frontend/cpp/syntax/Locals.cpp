#include "frontend/cpp/Holders.h"
#include "frontend/cpp/Variables.h"
#include "frontend/cpp/syntax/Body.h"

#include <algorithm>
#include <utility>

namespace clearway::frontend::cpp::syntax {

using facts::EventKind;
using facts::ResultUse;
using facts::ValueKind;

const Body::Local *Body::find(std::string_view name) const {
  const Name wanted(name);
  for (size_t i = locals_.size(); i-- > 0;)
    if (locals_[i].name == wanted)
      return &locals_[i];
  return nullptr;
}

facts::ValueId Body::valueOf(const Local &local) {
  if (local.value || local.binding == facts::kNone)
    return local.value;
  return unit_.build.add({.kind = ValueKind::Variable, .name = local.name, .a = local.binding});
}

void Body::addParameters(NodeId list) {
  for (const Job::Outer &outer : job_.outer)
    locals_.push_back({.name = outer.name, .value = outer.value, .type = outer.type, .binding = outer.binding});
  if (syntax_.kind(job_.node) == Kind::Lambda)
    unit_.addParameters(job_.function, list);
  if (list == kNoNode)
    return;
  uint32_t position = 0;
  for (const NodeId child : syntax_.children(list)) {
    const Kind kind = syntax_.kind(child);
    if (kind != Kind::Parameter && kind != Kind::OptionalParameter && kind != Kind::VariadicParameter)
      continue;
    const NodeId declarator = syntax_.get(child, Part::Declarator);
    const NodeId name = innermostDeclarator(syntax_, declarator);
    Local local{.name = Name(syntax_.text(name)), .type = unit_.typeOf(syntax_.get(child, Part::Type))};
    local.value = typed(unit_.build.add({.kind = ValueKind::Param, .name = local.name, .a = job_.function,
                                         .b = position++}),
                        local.type);
    if (local.type && !isIndirect(syntax_, declarator))
      addObject(local, 0, unit_.range(child), true);
    locals_.push_back(local);
  }
}

/// A result of unknown type says something when it dies only if it joins a thread.
bool Body::joinsWhenItDies(facts::ValueId result) const {
  const facts::Value &made = facts_.values[result];
  return made.kind == ValueKind::CallResult && facts_.values[facts_.calls[made.a].callee].name.view() == "std::async";
}

facts::CallId Body::addDestroy(facts::ValueId object, facts::ValueId type, facts::SourceRange range) {
  facts::CallSite site{.caller = job_.function, .kind = facts::CallKind::Destroy, .use = ResultUse::Discarded};
  site.flags = facts::CallFlag::Implicit;
  site.loop = loop_;
  site.range = site.nameRange = range;
  const facts::ValueId receiver = typed(object, type);
  std::string name(facts_.values[type].name.view());
  const size_t at = name.rfind("::");
  name += "::~" + (at == std::string::npos ? name : name.substr(at + 2));
  if (type)
    site.callee = unit_.build.add({.kind = ValueKind::Symbol, .name = Name(name), .a = receiver});
  else if (joinsWhenItDies(object))
    site.callee = unit_.build.add({.kind = ValueKind::Attr, .name = Name("~"), .a = receiver});
  facts_.calls.push_back(site);
  return static_cast<facts::CallId>(facts_.calls.size() - 1);
}

void Body::addObject(Local &local, facts::ValueId initializer, facts::SourceRange range, bool isParameter,
                     facts::ObjectId movedFrom) {
  local.object = static_cast<facts::ObjectId>(facts_.objects.size());
  facts_.objects.push_back({.function = job_.function, .name = local.name, .initializer = initializer,
                            .type = local.type, .isParameter = isParameter, .range = range});
  local.destroy = addDestroy(initializer, local.type, range);
  if (movedFrom == facts::kNone)
    flow_.emit(EventKind::Birth, local.object);
  else
    flow_.emit(EventKind::Move, movedFrom, local.object);
}

void Body::declaration(NodeId node) {
  const NodeId type = syntax_.get(node, Part::Type);
  for (const NodeId child : syntax_.children(node))
    if (syntax_.kind(child) == Kind::StorageClass && syntax_.text(child) != "inline" &&
        syntax_.text(child) != "register") {
      each(node, ResultUse::Operand); // static: outlives the scope
      for (const NodeId part : syntax_.children(node))
        if (syntax_.partOf(part) == Part::Declarator)
          if (const NodeId name = innermostDeclarator(syntax_, part); name != kNoNode)
            noteSize(type, syntax_.kind(part) == Kind::InitDeclarator ? syntax_.get(part, Part::Declarator) : part, Name(syntax_.text(name)));
      return;
    }
  setAside_ = syntax_.text(syntax_.child(node, Kind::Attribute)).find("maybe_unused") != std::string_view::npos;
  for (const NodeId child : syntax_.children(node)) {
    if (syntax_.partOf(child) != Part::Declarator)
      continue;
    if (syntax_.kind(child) == Kind::InitDeclarator)
      declareLocal(type, syntax_.get(child, Part::Declarator), syntax_.get(child, Part::Value), child);
    else if (syntax_.kind(child) == Kind::FunctionDeclarator)
      declareLocal(type, syntax_.get(child, Part::Declarator), syntax_.get(child, Part::Parameters), child);
    else // in a condition the initializer stands beside: `if (std::unique_lock lock{m})`
      declareLocal(type, child, syntax_.get(node, Part::Value), child);
  }
  setAside_ = false;
}

/// `auto x = std::make_unique<T>(…)` and `auto x = T<U>(…)` name the type; other initializers are left to linking.
facts::ValueId Body::inferredType(NodeId initializer) {
  if (syntax_.kind(initializer) == Kind::CompoundLiteral)
    return unit_.typeOf(syntax_.get(initializer, Part::Type));
  if (syntax_.kind(initializer) == Kind::New)
    return unit_.typeOf(syntax_.get(initializer, Part::Type));
  if (syntax_.kind(initializer) != Kind::Call)
    return 0;
  const NodeId callee = syntax_.get(initializer, Part::Function);
  const std::string name = unit_.nameOf(callee);
  const facts::ValueId called = unit_.typeOf(callee);
  if (const std::string_view holder = holderMadeBy(name); !holder.empty())
    return unit_.typeNamed(holder, std::vector<facts::ValueId>(facts_.operandsOf(facts_.values[called].operands).begin(),
                                                               facts_.operandsOf(facts_.values[called].operands).end()));
  return unit_.classes.count(name) || isHolder(name) ? called : 0;
}

/// Anything in the function but the places where it is declared and assigned, what could not be parsed included.
bool Body::isMentioned(const Bound &bound) const {
  const std::string_view name = facts_.bindings[bound.binding].name.view();
  for (NodeId node = job_.node; node < syntax_.tree[job_.node].next; ++node) {
    const Kind kind = syntax_.kind(node);
    const bool names = kind == Kind::Identifier || kind == Kind::TypeIdentifier || kind == Kind::NamespaceIdentifier;
    if (names && syntax_.text(node) == name &&
        std::find(bound.places.begin(), bound.places.end(), syntax_.tree[node].begin) == bound.places.end())
      return true;
  }
  return false;
}

/// What the parser took for something else (`auto x(t)`, arguments of macros) names its locals, too.
void Body::noteMentions() {
  for (const Bound &bound : bound_)
    if (isMentioned(bound))
      unit_.build.add({.kind = ValueKind::Variable, .name = facts_.bindings[bound.binding].name, .a = bound.binding});
}

/// The one call in a list; kNoNode if there are others, or none.
NodeId Body::onlyCall(NodeId list) const {
  NodeId found = kNoNode;
  if (list != kNoNode)
    for (const NodeId child : syntax_.children(list))
      if (syntax_.kind(child) == Kind::Call) {
        if (found != kNoNode)
          return kNoNode;
        found = child;
      }
  return found;
}

void Body::declareLocal(NodeId type, NodeId declarator, NodeId initializer, NodeId whole, facts::ValueId iterated) {
  const NodeId name = innermostDeclarator(syntax_, declarator);
  const bool plain = !isIndirect(syntax_, declarator) && syntax_.kind(declarator) != Kind::StructuredBinding;
  Local local{.name = Name(name == kNoNode || !plain ? syntax_.text(name) : syntax_.text(name))};
  local.type = unit_.typeOf(type);
  const bool isAuto = syntax_.kind(type) == Kind::Auto;
  if (isAuto)
    local.type = inferredType(initializer);
  const auto binding = static_cast<uint32_t>(facts_.bindings.size());
  facts_.bindings.push_back({.scope = facts_.functions[job_.function].scope, .name = local.name,
                             .annotation = local.type, .range = unit_.range(whole)});
  facts::ValueId value = 0;
  const facts::ObjectId movedFrom = plain && (local.type || isAuto) ? movedLocal(initializer) : facts::kNone;
  const Kind shape = syntax_.kind(initializer);
  const bool constructs = shape == Kind::ArgumentList || shape == Kind::ParameterList ||
                          shape == Kind::InitializerList || initializer == kNoNode;
  const NodeId single = isAuto && constructs ? onlyCall(initializer) : kNoNode; // `auto t{job()}`
  if (single != kNoNode)
    initializer = single;
  if (movedFrom != facts::kNone) {
    value = valueOf(*holderOf(movedFrom));
  } else if (constructs && !isAuto && local.type && plain) {
    const facts::ValueId callee = unit_.build.add(
        {.kind = ValueKind::Symbol, .name = facts_.values[local.type].name,
         .a = unit_.build.add({.kind = ValueKind::Instance, .a = local.type})});
    value = unit_.build.add({.kind = ValueKind::CallResult,
                             .a = addCall(whole, type, facts::CallKind::Construct, callee, arguments(initializer),
                                          ResultUse::Other)});
  } else if (initializer != kNoNode) {
    const uint32_t outer = initializing_;
    initializing_ = binding;
    const bool binds = plain && !setAside_;
    value = constructs && initializer != single
                ? each(initializer, ResultUse::Argument)
                : expression(initializer, binds ? ResultUse::Assigned : ResultUse::Other);
    initializing_ = outer;
  }
  if (isAuto && iterated && syntax_.kind(declarator) != Kind::StructuredBinding)
    value = unit_.build.add({.kind = ValueKind::Element, .a = iterated});
  local.isTimeSpan = isTimeSpan(syntax_.text(type));
  facts_.bindings[binding].value = local.isTimeSpan ? timeSpan(initializer) : value;
  local.binding = binding;
  local.declaredEmpty = initializer == kNoNode;
  noteSize(type, declarator, local.name);
  const ValueKind made = facts_.values[value].kind;
  const bool isResult = made == ValueKind::CallResult || made == ValueKind::Await;
  if (movedFrom != facts::kNone || (plain && (isAuto ? isResult : local.type != 0))) {
    addObject(local, value, unit_.range(whole), false, movedFrom);
  } else if (isResult && bindsTemporaries(declarator)) { // what the reference's type says says nothing about who made the object
    const facts::ValueId declared = std::exchange(local.type, 0);
    addObject(local, value, unit_.range(whole), false);
    local.type = declared;
  }
  if (plain && local.object != facts::kNone && name != kNoNode)
    bound_.push_back({binding, {syntax_.tree[name].begin}});
  locals_.push_back(local);
}

} // namespace clearway::frontend::cpp::syntax
