#include "frontend/rust/Recorder.h"

#include "facts/NameCache.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::Value;
using facts::ValueId;
using facts::ValueKind;

Recorder::Recorder(facts::FileFacts &file, std::string_view source) : facts(file) {
  lines_.reset(source);
  facts.lineCount = lines_.lines();
}

facts::Span Recorder::operands(std::span<const ValueId> items) {
  const auto first = static_cast<uint32_t>(facts.operands.size());
  facts.operands.insert(facts.operands.end(), items.begin(), items.end());
  return {first, static_cast<uint32_t>(items.size())};
}

ValueId Recorder::add(Value value) {
  facts.values.push_back(value);
  return static_cast<ValueId>(facts.values.size()) - 1;
}

ValueId Recorder::literal(facts::LiteralKind kind, std::string_view text) {
  Value value;
  value.kind = ValueKind::Literal;
  value.flag = static_cast<uint8_t>(kind);
  // Strings are mostly written once; what is remembered per thread should come again.
  value.name = kind == facts::LiteralKind::String ? Name(text.substr(0, 256)) : facts::cachedName(text.substr(0, 256));
  return add(value);
}

ValueId Recorder::ref(facts::ScopeId scope, std::string_view name) {
  Value value;
  value.kind = ValueKind::Ref;
  value.a = scope;
  value.name = facts::cachedName(name);
  return add(value);
}

ValueId Recorder::attribute(ValueId base, std::string_view name, bool isPath) {
  Value value;
  value.kind = ValueKind::Attr;
  value.flag = isPath ? 1 : 0;
  value.a = base;
  value.name = facts::cachedName(name);
  return add(value);
}

ValueId Recorder::apply(ValueId base, std::span<const ValueId> arguments) {
  Value value;
  value.kind = ValueKind::Apply;
  value.a = base;
  value.operands = operands(arguments);
  return add(value);
}

ValueId Recorder::display(facts::DisplayKind kind, std::span<const ValueId> items) {
  Value value;
  value.kind = ValueKind::Display;
  value.flag = static_cast<uint8_t>(kind);
  value.operands = operands(items);
  return add(value);
}

ValueId Recorder::unary(ValueKind kind, ValueId operand, uint8_t flag) {
  if (operand == 0)
    return 0;
  Value value;
  value.kind = kind;
  value.flag = flag;
  value.a = operand;
  return add(value);
}

ValueId Recorder::join(std::span<const ValueId> alternatives) {
  std::vector<ValueId> known;
  for (const ValueId one : alternatives)
    if (one != 0 && std::find(known.begin(), known.end(), one) == known.end())
      known.push_back(one);
  if (known.size() <= 1)
    return known.empty() ? 0 : known.front();
  Value value;
  value.kind = ValueKind::Join;
  value.operands = operands(known);
  return add(value);
}

ValueId Recorder::cast(ValueId inner, ValueId type) {
  Value value;
  value.kind = ValueKind::Cast;
  value.a = inner;
  value.b = type;
  return add(value);
}

ValueId Recorder::matched(ValueId whole, ValueId type) {
  if (type == 0)
    return 0;
  Value value;
  value.kind = ValueKind::Cast;
  value.flag = 1;
  value.a = whole;
  value.b = type;
  return add(value);
}

facts::ScopeId Recorder::scope(facts::ScopeKind kind, facts::ScopeId parent, uint32_t index, Name qualifiedName) {
  facts.scopes.push_back({kind, parent, index, qualifiedName});
  return static_cast<facts::ScopeId>(facts.scopes.size()) - 1;
}

uint32_t Recorder::binding(facts::Binding binding) {
  facts.bindings.push_back(binding);
  return static_cast<uint32_t>(facts.bindings.size()) - 1;
}

void Recorder::diagnose(facts::DiagnosticLevel level, facts::SourceRange where, std::string_view id,
                        std::string_view message) {
  facts.diagnostics.push_back({level, where, Name(id), Name(message)});
}

} // namespace clearway::frontend::rust
