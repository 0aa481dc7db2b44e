#include "facts/Builder.h"

#include "facts/NameCache.h"

#include <algorithm>

namespace clearway::facts {
namespace {

// Keys of values that are kept once: two bits say which kind, the rest what it is made of.
constexpr uint64_t key(uint64_t kind, uint64_t a, uint64_t b) {
  return kind << 62 | (a & 0x3FFFFFFF) << 32 | b;
}
constexpr uint64_t kRefKey = 0, kLiteralKey = 1, kVariableKey = 2, kSelfKey = 3;

} // namespace

ValueId Builder::add(const Value &value) {
  facts_.values.push_back(value);
  return static_cast<ValueId>(facts_.values.size() - 1);
}

ValueId Builder::once(uint64_t which, const Value &value) {
  uint32_t &known = known_.at(which, kNone);
  if (known == kNone)
    known = add(value);
  return known;
}

ValueId Builder::literal(LiteralKind kind, Name text) {
  const auto flag = static_cast<uint8_t>(kind);
  return once(key(kLiteralKey, flag, text.handle()),
              {.kind = ValueKind::Literal, .flag = flag, .name = text});
}

ValueId Builder::ref(ScopeId scope, Name name) {
  return once(key(kRefKey, scope, name.handle()), {.kind = ValueKind::Ref, .name = name, .a = scope});
}

ValueId Builder::variable(uint32_t binding) {
  return once(key(kVariableKey, 0, binding), {.kind = ValueKind::Variable, .a = binding});
}

ValueId Builder::self(ClassId owner, bool classItself) {
  return once(key(kSelfKey, classItself, owner),
              {.kind = ValueKind::Self, .flag = static_cast<uint8_t>(classItself), .a = owner});
}

ValueId Builder::attr(ValueId base, Name name) {
  return add({.kind = ValueKind::Attr, .name = name, .a = base});
}

ValueId Builder::apply(ValueId base, std::span<const ValueId> arguments) {
  return add({.kind = ValueKind::Apply, .a = base, .operands = operands(arguments)});
}

ValueId Builder::display(DisplayKind kind, std::span<const ValueId> items) {
  return add({.kind = ValueKind::Display, .flag = static_cast<uint8_t>(kind), .operands = operands(items)});
}

ValueId Builder::unary(ValueKind kind, uint32_t a, uint32_t b, uint8_t flag) {
  return add({.kind = kind, .flag = flag, .a = a, .b = b});
}

bool Builder::flatten(std::span<const ValueId> alternatives, ValueId (&out)[kMaxAlternatives],
                      size_t &count) const {
  for (const ValueId id : alternatives) {
    const Value &value = facts_.values[id];
    if (value.kind == ValueKind::Join) {
      if (!flatten(facts_.operandsOf(value.operands), out, count))
        return false;
      continue;
    }
    if (std::find(out, out + count, id) != out + count)
      continue;
    if (count == kMaxAlternatives)
      return false;
    out[count++] = id;
  }
  return true;
}

ValueId Builder::join(std::span<const ValueId> alternatives) {
  ValueId out[kMaxAlternatives];
  size_t count = 0;
  if (!flatten(alternatives, out, count))
    return kNone;
  if (count == 1)
    return out[0];
  return add({.kind = ValueKind::Join, .operands = operands({out, count})});
}

Span Builder::operands(std::span<const ValueId> values) {
  const Span span{static_cast<uint32_t>(facts_.operands.size()), static_cast<uint32_t>(values.size())};
  facts_.operands.insert(facts_.operands.end(), values.begin(), values.end());
  return span;
}

Name Builder::qualified(Name scope, std::string_view name) {
  if (scope.empty())
    return cachedName(name);
  text_.assign(scope.view());
  text_ += '.';
  text_ += name;
  return cachedName(text_);
}

} // namespace clearway::facts
