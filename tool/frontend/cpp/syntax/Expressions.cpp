#include "frontend/cpp/Holders.h"
#include "frontend/cpp/syntax/Body.h"

#include <algorithm>

namespace clearway::frontend::cpp::syntax {

using facts::EventKind;
using facts::ResultUse;
using facts::ValueId;
using facts::ValueKind;

ValueId Body::typed(ValueId value, ValueId type) {
  if (!type)
    return value;
  return unit_.build.add({.kind = ValueKind::Cast, .name = facts_.values[value].name, .a = value, .b = type});
}

ValueId Body::each(NodeId node, ResultUse use) {
  ValueId last = 0;
  for (const NodeId child : syntax_.children(node))
    if (const ValueId value = expression(child, use))
      last = value;
  return last;
}

ValueId Body::expression(NodeId node, ResultUse use) {
  if (node == kNoNode || depth_ > 300)
    return 0;
  ++depth_;
  const ValueId value = compute(node, use);
  --depth_;
  return value;
}

ValueId Body::compute(NodeId node, ResultUse use) {
  switch (syntax_.kind(node)) {
  case Kind::Identifier:
  case Kind::Qualified:
  case Kind::TemplateFunction: return identifier(node, false);
  case Kind::This: return unit_.build.add({.kind = ValueKind::Self, .a = owner_});
  case Kind::FieldExpression: return member(node);
  case Kind::Subscript: {
    const ValueId base = expression(syntax_.get(node, Part::Argument), ResultUse::Operand);
    for (const NodeId child : syntax_.children(node))
      if (syntax_.partOf(child) != Part::Argument)
        expression(child, ResultUse::Operand);
    return unit_.build.add({.kind = ValueKind::Element, .flag = 1, .a = base});
  }
  case Kind::Call: return call(node, use);
  case Kind::CoAwait: return suspension(node, facts::SuspensionKind::CoAwait, use);
  case Kind::CoYield: return suspension(node, facts::SuspensionKind::CoYield, use);
  case Kind::Lambda: return lambda(node);
  case Kind::Parenthesized: return each(node, use);
  case Kind::PointerExpression:
    if (syntax_.text(node).starts_with("&")) // whoever gets the address may write there
      changed(syntax_.get(node, Part::Argument), 0);
    return unit_.build.add({.kind = ValueKind::Deref,
                            .a = expression(syntax_.get(node, Part::Argument), ResultUse::Operand)});
  case Kind::CastExpression: {
    const ValueId value = expression(syntax_.get(node, Part::Value),
                                     syntax_.text(syntax_.get(node, Part::Type)) == "void" ? ResultUse::Other : use);
    return typed(value, unit_.typeOf(syntax_.get(node, Part::Type)));
  }
  case Kind::Assignment: {
    if (assign(node))
      return 0;
    const ValueId value = expression(syntax_.get(node, Part::Right), ResultUse::Stored);
    const ValueId place = expression(syntax_.get(node, Part::Left), ResultUse::Operand);
    const std::string_view by = syntax_.text(syntax_.get(node, Part::Operator));
    if (by == "=")
      stored(place, value, node);
    changed(syntax_.get(node, Part::Left), by == "=" || by == "|=" ? value : 0);
    return value;
  }
  case Kind::Conditional: {
    expression(syntax_.get(node, Part::Condition), ResultUse::Operand);
    flow_.beginAlternatives();
    const ValueId first = expression(syntax_.get(node, Part::Consequence), use);
    flow_.nextAlternative();
    const ValueId both[] = {first, expression(syntax_.get(node, Part::Alternative), use)};
    flow_.endAlternatives(true);
    return unit_.build.add({.kind = ValueKind::Join, .operands = unit_.build.operands(both)});
  }
  case Kind::Binary: {
    if (const ValueId made = disguisedTemplateCall(node, use))
      return made;
    expression(syntax_.get(node, Part::Left), ResultUse::Operand);
    const bool lazy = syntax_.has(node, Kind::TokAndAnd) || syntax_.has(node, Kind::TokOrOr);
    if (lazy)
      flow_.beginAlternatives();
    expression(syntax_.get(node, Part::Right), ResultUse::Operand);
    if (lazy)
      flow_.endAlternatives(false);
    // `O_RDONLY | O_NONBLOCK` says more than its number.
    return unit_.build.literal(facts::LiteralKind::Other, Name(syntax_.text(node).substr(0, 256)));
  }
  case Kind::CompoundLiteral:
  case Kind::New: {
    const ValueId type = unit_.typeOf(syntax_.get(node, Part::Type));
    NodeId list = syntax_.get(node, syntax_.kind(node) == Kind::New ? Part::Arguments : Part::Value);
    const std::vector<facts::Argument> given = arguments(list);
    if (!type)
      return 0;
    const ValueId callee = unit_.build.add({.kind = ValueKind::Symbol, .name = facts_.values[type].name,
                                            .a = unit_.build.add({.kind = ValueKind::Instance, .a = type})});
    return unit_.build.add({.kind = ValueKind::CallResult,
                            .a = addCall(node, syntax_.get(node, Part::Type), facts::CallKind::Construct, callee,
                                         given, use)});
  }
  case Kind::Number:
  case Kind::UserLiteral: {
    std::string_view text = syntax_.text(node);
    text = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
    return unit_.build.literal(text.empty() ? facts::LiteralKind::Other : facts::LiteralKind::Int, Name(text));
  }
  case Kind::String: {
    std::string_view text = syntax_.text(node);
    const size_t open = text.find('"');
    if (open == text.npos || text.size() < open + 2)
      return 0;
    return unit_.build.literal(facts::LiteralKind::String, Name(text.substr(open + 1, text.size() - open - 2).substr(0, 256)));
  }
  case Kind::True:
  case Kind::False: return unit_.build.literal(facts::LiteralKind::Bool, Name(syntax_.text(node)));
  case Kind::Null: return unit_.build.literal(facts::LiteralKind::None, Name("nullptr"));
  case Kind::UpdateExpression:
    changed(syntax_.get(node, Part::Argument), 0);
    each(node, ResultUse::Operand);
    return 0;
  case Kind::SizeOf: return sizeOf(node);
  case Kind::Decltype:
  case Kind::TypeDescriptor:
  case Kind::TypeIdentifier:
  case Kind::TemplateArguments:
  case Kind::Function:
  case Kind::Class:
  case Kind::Struct: return 0;
  default: each(node, ResultUse::Operand); return 0;
  }
}

ValueId Body::identifier(NodeId node, bool called) {
  const std::string_view text = syntax_.text(node);
  const Kind kind = syntax_.kind(node); // a type's where a definition reads like a declaration
  const bool bare = kind == Kind::Identifier || kind == Kind::TypeIdentifier;
  if (bare)
    if (const Local *local = find(text))
      return valueOf(*local);
  std::string name = unit_.nameOf(node);
  if (called && text.starts_with("::")) // no other namespace is searched
    name.insert(0, "::");
  if (text == "NULL")
    return unit_.build.literal(facts::LiteralKind::None, Name("nullptr"));
  if (bare && !called && owner_ != facts::kNone && name == text) // most likely a field
    return unit_.build.add({.kind = ValueKind::Attr, .name = Name(text),
                            .a = unit_.build.add({.kind = ValueKind::Self, .a = owner_})});
  // `::sleep(1)` is no member, whatever the class has.
  const bool global = called && text.starts_with("::") && name.find("::") == name.npos;
  const ValueId symbol = unit_.build.add({.kind = ValueKind::Symbol, .name = Name(global ? "::" + name : name)});
  if (const auto constant = bare && !called ? unit_.constants.find(text) : unit_.constants.end(); constant != unit_.constants.end())
    return unit_.build.literal(facts::LiteralKind::Int, Name(constant->second));
  const auto variable = bare && !called ? unit_.globals.find(text) : unit_.globals.end();
  if (variable == unit_.globals.end())
    return symbol;
  return unit_.build.add({.kind = ValueKind::Cast, .name = Name(name), .a = symbol, .b = variable->second});
}

ValueId Body::member(NodeId node) {
  ValueId base = expression(syntax_.get(node, Part::Argument), ResultUse::Receiver);
  if (syntax_.has(node, Kind::TokArrow)) // through a smart pointer, perhaps
    base = unit_.build.add({.kind = ValueKind::Deref, .flag = 1, .a = base});
  NodeId name = syntax_.get(node, Part::FieldName);
  return unit_.build.add({.kind = ValueKind::Attr, .name = Name(unit_.nameOf(name)), .a = base});
}

/// std::move(x): a hand-over of x, not a call anybody wants to see.
bool Body::hidesMove(NodeId node, NodeId callee) const {
  const std::string name = unit_.nameOf(callee);
  if (name != "std::move" && name != "std::forward" && name != "move")
    return false;
  unsigned count = 0;
  for (const NodeId child : syntax_.children(syntax_.get(node, Part::Arguments)))
    count += syntax_.kind(child) != Kind::TokComma && syntax_.kind(child) != Kind::TokOpen &&
             syntax_.kind(child) != Kind::TokClose;
  return count == 1;
}

std::vector<facts::Argument> Body::arguments(NodeId list) {
  std::vector<facts::Argument> made;
  if (list == kNoNode)
    return made;
  const uint32_t outer = initializing_;
  initializing_ = facts::kNone;
  for (const NodeId child : syntax_.children(list)) {
    const Kind kind = syntax_.kind(child);
    const std::string_view text = syntax_.text(child);
    if (text == "(" || text == ")" || text == "," || text == "{" || text == "}")
      continue;
    if (kind == Kind::Parameter) { // `lock_guard<mutex> g(m);` reads like a function's declaration
      const NodeId name = syntax_.get(child, Part::Type);
      const Local *local = find(syntax_.text(name));
      if (const NodeId inner = syntax_.get(child, Part::Declarator); !local && syntax_.kind(inner) == Kind::AbstractFunction) {
        made.push_back({.value = disguisedCall(child, name, syntax_.get(inner, Part::Parameters))});
        continue;
      }
      made.push_back({.value = local ? valueOf(*local) : identifier(name, false)});
      if (!local && owner_ != facts::kNone && syntax_.kind(name) == Kind::TypeIdentifier)
        made.back().value = unit_.build.add({.kind = ValueKind::Attr, .name = Name(syntax_.text(name)),
                                             .a = unit_.build.add({.kind = ValueKind::Self, .a = owner_})});
      continue;
    }
    made.push_back({.value = expression(child, ResultUse::Argument)});
  }
  initializing_ = outer;
  return made;
}

/// `std::string text(read(path));` reads like a function's declaration, too.
ValueId Body::disguisedCall(NodeId node, NodeId function, NodeId given) {
  const ValueId callee = identifier(function, true);
  return unit_.build.add({.kind = ValueKind::CallResult,
                          .a = addCall(node, function, facts::CallKind::Call, callee, arguments(given), ResultUse::Argument)});
}

/// `server.on<&Service::echo>(&service)` reads like two comparisons. 0 for anything else.
ValueId Body::disguisedTemplateCall(NodeId node, ResultUse use) {
  const NodeId inner = syntax_.get(node, Part::Left), list = syntax_.get(node, Part::Right);
  const NodeId function = syntax_.get(inner, Part::Left), named = syntax_.get(inner, Part::Right);
  const Kind kind = syntax_.kind(function);
  if (syntax_.kind(inner) != Kind::Binary || syntax_.kind(list) != Kind::Parenthesized || syntax_.kind(named) != Kind::PointerExpression ||
      (kind != Kind::FieldExpression && kind != Kind::Identifier && kind != Kind::Qualified) ||
      syntax_.text(syntax_.get(inner, Part::Operator)) != "<" || syntax_.text(syntax_.get(node, Part::Operator)) != ">")
    return 0;
  const ValueId callee = kind == Kind::FieldExpression ? expression(function, ResultUse::Receiver) : identifier(function, true);
  std::vector<facts::Argument> given = arguments(list);
  given.push_back({.keyword = Name("template"), .value = expression(named, ResultUse::Argument)});
  const NodeId at = kind == Kind::FieldExpression ? syntax_.get(function, Part::FieldName) : function;
  return unit_.build.add({.kind = ValueKind::CallResult, .a = addCall(node, at, facts::CallKind::Call, callee, given, use)});
}

/// `static_cast<Session *>`: the type; kNoNode for a function.
NodeId Body::castTo(NodeId function) const {
  while (syntax_.kind(function) == Kind::Qualified)
    function = syntax_.get(function, Part::Name);
  constexpr std::string_view kCasts[] = {"static_cast",         "dynamic_cast",         "reinterpret_cast",         "const_cast",
                                         "static_pointer_cast", "dynamic_pointer_cast", "reinterpret_pointer_cast", "const_pointer_cast"};
  const bool casts = syntax_.kind(function) == Kind::TemplateFunction &&
                     std::find(std::begin(kCasts), std::end(kCasts), syntax_.text(syntax_.get(function, Part::Name))) != std::end(kCasts);
  if (!casts)
    return kNoNode;
  const NodeId list = syntax_.child(function, Kind::TemplateArguments);
  return list == kNoNode ? kNoNode : syntax_.child(list, Kind::TypeDescriptor);
}

ValueId Body::call(NodeId node, ResultUse use) {
  const NodeId function = syntax_.get(node, Part::Function);
  const Kind kind = syntax_.kind(function);
  if (hidesMove(node, function)) {
    const std::vector<facts::Argument> given = arguments(syntax_.get(node, Part::Arguments));
    for (const NodeId child : syntax_.children(syntax_.get(node, Part::Arguments)))
      if (const Local *local = syntax_.kind(child) == Kind::Identifier ? find(syntax_.text(child)) : nullptr;
          local && local->object != facts::kNone) {
        flow_.emit(EventKind::Move, local->object);
        facts_.calls[local->destroy].callee = 0; // nothing is left to destroy
      }
    return given.empty() ? 0 : given.front().value;
  }
  if (const NodeId type = castTo(function); type != kNoNode) {
    const std::vector<facts::Argument> given = arguments(syntax_.get(node, Part::Arguments));
    return given.size() == 1 ? typed(given.front().value, unit_.typeOf(type)) : 0;
  }
  const bool named = kind == Kind::Identifier || kind == Kind::Qualified || kind == Kind::TemplateFunction;
  if (kind == Kind::Primitive || kind == Kind::SizedType) {
    arguments(syntax_.get(node, Part::Arguments));
    return 0;
  }
  const ValueId callee = named ? identifier(function, true) : expression(function, ResultUse::Receiver);
  std::vector<facts::Argument> given = arguments(syntax_.get(node, Part::Arguments));
  addTemplateArguments(function, given);
  if (named && !holderMadeBy(facts_.values[callee].name.view()).empty())
    makeHeld(node, function, given);
  const NodeId at = kind == Kind::FieldExpression ? syntax_.get(function, Part::FieldName) : function;
  const ValueId result = unit_.build.add(
      {.kind = ValueKind::CallResult, .a = addCall(node, at, facts::CallKind::Call, callee, given, use)});
  if (kind == Kind::FieldExpression)
    noteRefill(node, result);
  noteSwap(node);
  if (use == ResultUse::Discarded && joinsWhenItDies(result)) {
    const facts::CallId destroy = addDestroy(result, 0, unit_.range(node));
    facts_.calls[destroy].block = flow_.current();
    flow_.emit(EventKind::Call, destroy);
  }
  return result;
}

/// `server.register_handler<&Service::echo>(&service)`: what is called later is named among the template's arguments.
void Body::addTemplateArguments(NodeId function, std::vector<facts::Argument> &given) {
  NodeId last = syntax_.kind(function) == Kind::FieldExpression ? syntax_.get(function, Part::FieldName) : function;
  while (syntax_.kind(last) == Kind::Qualified || syntax_.kind(last) == Kind::DependentName) {
    const NodeId next = syntax_.kind(last) == Kind::Qualified ? syntax_.get(last, Part::Name) : syntax_.child(last, Kind::TemplateMethod);
    if (next == kNoNode)
      return;
    last = next;
  }
  const NodeId list = syntax_.child(last, Kind::TemplateArguments);
  if (list == kNoNode)
    return;
  for (const NodeId child : syntax_.children(list))
    if (syntax_.kind(child) == Kind::PointerExpression && syntax_.text(child).starts_with("&"))
      given.push_back({.keyword = Name("template"), .value = expression(child, ResultUse::Argument)});
}

/// `std::make_unique<T>(…)` runs T's constructor.
void Body::makeHeld(NodeId node, NodeId function, const std::vector<facts::Argument> &given) {
  const auto arguments = facts_.operandsOf(facts_.values[unit_.typeOf(function)].operands);
  if (arguments.empty())
    return;
  const ValueId type = arguments.front();
  const ValueId callee = unit_.build.add({.kind = ValueKind::Symbol, .name = facts_.values[type].name,
                                          .a = unit_.build.add({.kind = ValueKind::Instance, .a = type})});
  addCall(node, function, facts::CallKind::Construct, callee, given, ResultUse::Other);
}

facts::CallId Body::addCall(NodeId node, NodeId nameAt, facts::CallKind kind, ValueId callee,
                            const std::vector<facts::Argument> &given, ResultUse use) {
  facts::CallSite site{.caller = job_.function, .block = flow_.current(), .kind = kind, .use = use};
  site.callee = callee;
  site.arguments = {static_cast<uint32_t>(facts_.arguments.size()), static_cast<uint32_t>(given.size())};
  facts_.arguments.insert(facts_.arguments.end(), given.begin(), given.end());
  site.loop = loop_;
  if (use == ResultUse::Awaited)
    site.flags |= facts::CallFlag::Awaited;
  if (use == ResultUse::Assigned)
    site.boundTo = initializing_;
  site.range = unit_.range(node);
  site.nameRange = nameAt == kNoNode ? site.range : unit_.range(nameAt);
  const auto id = static_cast<facts::CallId>(facts_.calls.size());
  facts_.calls.push_back(site);
  for (const facts::Argument &argument : given)
    if (facts_.values[argument.value].kind == ValueKind::CallResult)
      facts_.calls[facts_.values[argument.value].a].awaitedBy = id;
  flow_.emit(EventKind::Call, id);
  return id;
}

ValueId Body::suspension(NodeId node, facts::SuspensionKind kind, ResultUse) {
  const bool isYield = kind == facts::SuspensionKind::CoYield;
  const ValueId operand = each(node, isYield ? ResultUse::Returned : ResultUse::Awaited);
  coroutine_ = true;
  (isYield ? yields_ : suspends_) = true;
  const auto id = static_cast<facts::SuspensionId>(facts_.suspensions.size());
  facts_.suspensions.push_back(
      {.function = job_.function, .kind = kind, .operand = operand, .loop = loop_, .range = unit_.range(node)});
  flow_.emit(EventKind::Suspend, id);
  return unit_.build.add({.kind = ValueKind::Await, .a = operand});
}

/// A lambda, or a parameter.
bool Body::isHandler(ValueId value) const {
  while (facts_.values[value].kind == ValueKind::Cast)
    value = facts_.values[value].a;
  return facts_.values[value].kind == ValueKind::Closure || facts_.values[value].kind == ValueKind::Param;
}

ValueId Body::lambda(NodeId node) {
  std::vector<Job::Outer> renamed;
  if (const NodeId captures = syntax_.get(node, Part::Captures); captures != kNoNode)
    for (const NodeId capture : syntax_.children(captures)) {
      const bool renames = syntax_.kind(capture) == Kind::CaptureInitializer;
      const ValueId value = expression(renames ? syntax_.get(capture, Part::Right) : capture, ResultUse::Stored);
      if (renames && isHandler(value)) // `[run = std::move(callback)] { run(); }`
        renamed.push_back({Name(syntax_.text(syntax_.get(capture, Part::Left))), value, 0, facts::kNone});
    }
  const Name outer = facts_.functions[job_.function].qualifiedName;
  const facts::FunctionId id =
      unit_.addFunction(node, Name("<lambda>"), Name(std::string(outer.view()) + "::<lambda>"), owner_, job_.function);
  facts_.functions[id].flags |= facts::FunctionFlag::Lambda;
  Job job{.function = id, .node = node, .owner = owner_, .outer = {}};
  for (const Local &local : locals_)
    job.outer.push_back({local.name, local.value, local.type, local.binding});
  job.outer.insert(job.outer.end(), renamed.begin(), renamed.end());
  unit_.jobs.push_back(std::move(job));
  return unit_.build.add({.kind = ValueKind::Closure, .a = id});
}

} // namespace clearway::frontend::cpp::syntax
