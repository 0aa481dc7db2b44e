// Closures and async blocks: functions of their own, walked after the one around them.
#include "frontend/rust/Body.h"

#include "facts/NameCache.h"
#include "frontend/rust/Types.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::kNone;

facts::FunctionId Body::newLambda(NodeId node, std::string_view name, facts::FunctionKind kind, uint32_t flags) {
  const auto id = static_cast<facts::FunctionId>(unit_.facts.functions.size());
  const facts::Function &outer = unit_.facts.functions[function_];
  facts::Function made;
  made.name = facts::cachedName(name);
  made.qualifiedName = Name(std::string(outer.qualifiedName.view()).append("::").append(name));
  made.file = outer.file;
  made.kind = kind;
  made.flags = flags | (outer.flags & facts::FunctionFlag::Test);
  if (macroDepth_ > 0)
    made.flags |= facts::FunctionFlag::Macro;
  made.parent = function_;
  made.range = unit_.range(node);
  made.nameRange = record_.range(syntax_.tree[node].begin, syntax_.tree[node].begin + 1);
  made.scope = record_.scope(facts::ScopeKind::Function, scope_, id, made.qualifiedName);
  unit_.facts.functions.push_back(made);
  return id;
}

namespace {

facts::Value closureValue(facts::FunctionId function) {
  facts::Value value;
  value.kind = facts::ValueKind::Closure;
  value.a = function;
  return value;
}

} // namespace

Result Body::closure(NodeId node) {
  const bool isAsync = syntax_.has(node, Kind::TokAsync);
  const facts::FunctionId id =
      newLambda(node, "{closure}", isAsync ? facts::FunctionKind::Coroutine : facts::FunctionKind::Plain,
                facts::FunctionFlag::Lambda);
  const facts::ScopeId scope = unit_.facts.functions[id].scope;
  std::vector<facts::Parameter> parameters;
  for (const NodeId child : syntax_.children(syntax_.get(node, Field::Parameters))) {
    const Kind kind = syntax_.kind(child);
    if (isToken(kind) && kind != Kind::TokUnderscore)
      continue;
    facts::Parameter parameter;
    if (kind == Kind::Parameter)
      parameter.annotation = typeValue(unit_, scope, syntax_.get(child, Field::Type));
    const NodeId pattern = kind == Kind::Parameter ? syntax_.get(child, Field::Pattern) : child;
    if (syntax_.kind(pattern) == Kind::Identifier)
      parameter.name = facts::cachedName(syntax_.text(pattern));
    parameters.push_back(parameter);
  }
  unit_.facts.functions[id].parameters = {static_cast<uint32_t>(unit_.facts.parameters.size()),
                                          static_cast<uint32_t>(parameters.size())};
  unit_.facts.parameters.insert(unit_.facts.parameters.end(), parameters.begin(), parameters.end());
  const facts::ValueId declared = typeValue(unit_, scope, syntax_.get(node, Field::ReturnType));
  unit_.facts.functions[id].returnType = declared;
  Result result;
  result.owned = true;
  takeCaptures(node, result);
  unit_.jobs.push_back({id, node, locals_, !result.moved.empty()});
  result.value = record_.add(closureValue(id));
  return result;
}

Result Body::asyncBlock(NodeId node, facts::FunctionKind kind) {
  const bool isGenerator = kind != facts::FunctionKind::Coroutine;
  const facts::FunctionId id = newLambda(node, isGenerator ? "{gen block}" : "{async block}", kind,
                                         isGenerator ? facts::FunctionFlag::Lambda : facts::FunctionFlag::AsyncBlock);
  Result result;
  result.owned = true;
  takeCaptures(node, result);
  unit_.jobs.push_back({id, node, locals_, !result.moved.empty()});
  result.value = record_.add(closureValue(id));
  return result;
}

void Body::takeCaptures(NodeId node, Result &into) const {
  if (!syntax_.has(node, Kind::TokMove))
    return;
  for (const uint32_t variable : captured(node, function_))
    into.moved.insert(into.moved.end(), unit_.variables[variable].objects.begin(),
                      unit_.variables[variable].objects.end());
}

/// The part of the tree in which a `let`, an arm, a loop or a closure's parameter gives a name another meaning.
struct Body::Rebinding {
  NodeId pattern, from, to;
};

Body::Rebinding Body::rebindingAt(NodeId at, NodeId end) const {
  const NodeId next = syntax_.tree[at].next;
  switch (syntax_.kind(at)) {
  case Kind::LetDeclaration:
  case Kind::LetCondition: // what it is made from still has the old meaning
    return {syntax_.get(at, Field::Pattern), next, end};
  case Kind::MatchArm:
    return {syntax_.get(at, Field::Pattern), at, next};
  case Kind::ForExpression:
    return {syntax_.get(at, Field::Pattern), syntax_.get(at, Field::Body), next};
  case Kind::ClosureExpression:
    return {syntax_.get(at, Field::Parameters), at, next};
  default:
    return {kNoNode, end, end};
  }
}

bool Body::mentions(NodeId node, std::string_view name) const {
  for (NodeId at = node; at < syntax_.tree[node].next; ++at)
    if ((syntax_.kind(at) == Kind::Identifier || syntax_.kind(at) == Kind::ShorthandFieldIdentifier) && syntax_.text(at) == name)
      return true;
  return false;
}

// Whether the name at `use` within the closure means something that the closure itself bound before.
bool Body::isBoundWithin(NodeId closure, NodeId use) const {
  for (NodeId at = closure + 1; at <= use; ++at) {
    const Rebinding found = rebindingAt(at, syntax_.tree[closure].next);
    if (found.pattern == kNoNode)
      continue;
    const bool applies = (use >= found.from && use < found.to) || (use >= found.pattern && use < syntax_.tree[found.pattern].next);
    if (applies && mentions(found.pattern, syntax_.text(use)))
      return true;
  }
  return false;
}

// The variables of `owner` that a closure names and that own something, in order of appearance.
std::vector<uint32_t> Body::captured(NodeId node, facts::FunctionId owner) const {
  std::vector<uint32_t> found;
  for (NodeId at = node + 1; at < syntax_.tree[node].next; ++at) {
    if (syntax_.kind(at) != Kind::Identifier)
      continue;
    const uint32_t variable = find(facts::cachedName(syntax_.text(at)));
    if (variable != kNone && unit_.variables[variable].function == owner && !unit_.variables[variable].objects.empty() &&
        std::find(found.begin(), found.end(), variable) == found.end() && !isBoundWithin(node, at))
      found.push_back(variable);
  }
  return found;
}

} // namespace clearway::frontend::rust
