#include "frontend/rust/Types.h"

#include "facts/NameCache.h"

namespace clearway::frontend::rust {
namespace {

using facts::ScopeId;
using facts::ValueId;
using facts::ValueKind;

class TypeReader {
public:
  TypeReader(Unit &unit, ScopeId scope) : unit_(unit), scope_(scope) {}

  ValueId type(NodeId node) {
    if (node == kNoNode || depth_ > kMaxDepth)
      return 0;
    ++depth_;
    const ValueId value = read(node);
    --depth_;
    return value;
  }

  std::vector<ValueId> arguments(NodeId list) {
    std::vector<ValueId> values;
    for (const NodeId child : unit_.syntax.children(list)) {
      const Kind kind = unit_.syntax.kind(child);
      if (kind == Kind::TypeBinding)
        values.push_back(type(unit_.syntax.get(child, Field::Type)));
      else if (!isToken(kind) && kind != Kind::TraitBounds)
        values.push_back(type(child));
    }
    return values;
  }

  ValueId path(NodeId node) {
    if (node == kNoNode || depth_ > kMaxDepth)
      return 0;
    ++depth_;
    const ValueId value = readPath(node);
    --depth_;
    return value;
  }

  std::vector<ValueId> bounds(NodeId list) {
    std::vector<ValueId> values;
    for (const NodeId child : unit_.syntax.children(list))
      if (!isToken(unit_.syntax.kind(child)))
        if (const ValueId value = type(child))
          values.push_back(value);
    return values;
  }

private:
  ValueId read(NodeId node) {
    const Syntax &syntax = unit_.syntax;
    switch (syntax.kind(node)) {
    case Kind::ReferenceType:
      return unit_.record.unary(ValueKind::Deref, type(syntax.get(node, Field::Type)), 1);
    case Kind::PointerType:
      return unit_.record.unary(ValueKind::Deref, type(syntax.get(node, Field::Type)), 1);
    case Kind::TupleType:
      return tuple(node);
    case Kind::UnitType:
      return unit_.record.display(facts::DisplayKind::Tuple, {});
    case Kind::ArrayType:
      return wrapped("[]", {type(syntax.get(node, Field::Element))});
    case Kind::DynamicType:
      return wrapped("dyn", {type(syntax.get(node, Field::Trait))});
    case Kind::AbstractType:
      return wrapped("impl", {type(syntax.get(node, Field::Trait))});
    case Kind::BoundedType:
      return bounded(node);
    case Kind::HigherRankedTraitBound:
    case Kind::QualifiedType:
      return type(syntax.get(node, Field::Type));
    case Kind::BracketedType:
      return type(syntax.inner(node));
    case Kind::FunctionType:
      return function(node);
    default:
      return path(node);
    }
  }

  ValueId readPath(NodeId node) {
    const Syntax &syntax = unit_.syntax;
    switch (syntax.kind(node)) {
    case Kind::TypeIdentifier:
    case Kind::Identifier:
    case Kind::PrimitiveType:
    case Kind::SelfWord:
    case Kind::SuperWord:
    case Kind::CrateWord:
    case Kind::FieldIdentifier:
    case Kind::ShorthandFieldIdentifier:
      return unit_.text(node) == "_" ? 0 : unit_.record.ref(scope_, unit_.text(node));
    case Kind::ScopedTypeIdentifier:
    case Kind::ScopedIdentifier:
      return scoped(node);
    case Kind::GenericType:
    case Kind::GenericTypeWithTurbofish:
      return unit_.record.apply(path(syntax.get(node, Field::Type)),
                                arguments(syntax.get(node, Field::TypeArguments)));
    case Kind::GenericFunction:
      return unit_.record.apply(path(syntax.get(node, Field::Function)),
                                arguments(syntax.get(node, Field::TypeArguments)));
    case Kind::BracketedType:
      return type(syntax.inner(node));
    default:
      return 0;
    }
  }

  ValueId scoped(NodeId node) {
    const NodeId base = unit_.syntax.get(node, Field::Path);
    const std::string_view name = unit_.text(unit_.syntax.get(node, Field::Name));
    if (base == kNoNode) // `::name`: an absolute path starts at a crate
      return unit_.record.attribute(unit_.record.ref(scope_, "::"), name, true);
    const ValueId value = path(base);
    return value ? unit_.record.attribute(value, name, true) : 0;
  }

  ValueId wrapped(std::string_view constructor, std::vector<ValueId> inner) {
    // `dyn A + B` parses as a bounded type inside: its parts become the operands.
    if (inner.size() == 1 && inner[0] != 0) {
      const facts::Value &value = unit_.facts.values[inner[0]];
      if (value.kind == ValueKind::Display && value.flag == static_cast<uint8_t>(facts::DisplayKind::Set)) {
        const auto parts = unit_.facts.operandsOf(value.operands);
        inner.assign(parts.begin(), parts.end());
      }
    }
    return unit_.record.apply(unit_.record.ref(scope_, constructor), inner);
  }

  ValueId tuple(NodeId node) {
    std::vector<ValueId> items = bounds(node);
    // `(dyn A + Send)`: without a comma the parentheses only group.
    const bool isOne = items.size() == 1 && !hasComma(node);
    return isOne ? items.front() : unit_.record.display(facts::DisplayKind::Tuple, items);
  }

  bool hasComma(NodeId node) const {
    for (const NodeId child : unit_.syntax.children(node))
      if (unit_.syntax.kind(child) == Kind::TokComma)
        return true;
    return false;
  }

  ValueId bounded(NodeId node) {
    std::vector<ValueId> parts = bounds(node);
    if (parts.empty())
      return 0;
    // `dyn A + Send` parses as (dyn A) + Send.
    const facts::Value &first = unit_.facts.values[parts.front()];
    if (first.kind == ValueKind::Apply)
      return parts.front();
    return unit_.record.display(facts::DisplayKind::Set, parts);
  }

  ValueId function(NodeId node) {
    std::vector<ValueId> parameters;
    for (const NodeId child : unit_.syntax.children(unit_.syntax.get(node, Field::Parameters))) {
      if (unit_.syntax.kind(child) == Kind::Parameter)
        parameters.push_back(type(unit_.syntax.get(child, Field::Type)));
      else if (!isToken(unit_.syntax.kind(child)))
        parameters.push_back(type(child));
    }
    const ValueId both[] = {unit_.record.display(facts::DisplayKind::Tuple, parameters),
                            type(unit_.syntax.get(node, Field::ReturnType))};
    return unit_.record.apply(unit_.record.ref(scope_, "fn"), both);
  }

  Unit &unit_;
  ScopeId scope_;
  unsigned depth_ = 0;
};

void bindType(Unit &unit, ScopeId scope, NodeId name, NodeId bounds) {
  facts::Binding binding;
  binding.scope = scope;
  binding.name = facts::cachedName(unit.text(name));
  binding.kind = facts::BindingKind::Class;
  binding.range = unit.range(name);
  if (bounds != kNoNode)
    binding.annotation =
        unit.record.display(facts::DisplayKind::Set, TypeReader(unit, scope).bounds(bounds));
  unit.record.binding(binding);
}

} // namespace

ValueId typeValue(Unit &unit, ScopeId scope, NodeId type) { return TypeReader(unit, scope).type(type); }
ValueId pathValue(Unit &unit, ScopeId scope, NodeId path) { return TypeReader(unit, scope).path(path); }

std::vector<ValueId> typeArguments(Unit &unit, ScopeId scope, NodeId list) {
  return list == kNoNode ? std::vector<ValueId>{} : TypeReader(unit, scope).arguments(list);
}

void bindTypeParameters(Unit &unit, ScopeId scope, NodeId item) {
  const Syntax &syntax = unit.syntax;
  if (const NodeId list = syntax.get(item, Field::TypeParameters); list != kNoNode)
    for (const NodeId parameter : syntax.children(list))
      if (syntax.kind(parameter) == Kind::TypeParameter)
        bindType(unit, scope, syntax.get(parameter, Field::Name), syntax.get(parameter, Field::Bounds));
  if (const NodeId where = syntax.child(item, Kind::WhereClause); where != kNoNode)
    for (const NodeId predicate : syntax.children(where))
      if (syntax.kind(predicate) == Kind::WherePredicate &&
          syntax.kind(syntax.get(predicate, Field::Left)) == Kind::TypeIdentifier)
        bindType(unit, scope, syntax.get(predicate, Field::Left), syntax.get(predicate, Field::Bounds));
}

std::string_view lastName(const Unit &unit, NodeId path) {
  switch (unit.syntax.kind(path)) {
  case Kind::ScopedIdentifier:
  case Kind::ScopedTypeIdentifier:
    return unit.text(unit.syntax.get(path, Field::Name));
  case Kind::GenericFunction:
    return lastName(unit, unit.syntax.get(path, Field::Function));
  case Kind::GenericType:
  case Kind::GenericTypeWithTurbofish:
    return lastName(unit, unit.syntax.get(path, Field::Type));
  case Kind::FieldExpression:
    return unit.text(unit.syntax.get(path, Field::Field));
  case Kind::None:
    return {};
  default:
    return unit.text(path);
  }
}

} // namespace clearway::frontend::rust
