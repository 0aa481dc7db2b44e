// Fills the arenas of a FileFacts. Values that say the same are kept once where that is cheap to see, so ids
// may be shared; they are never changed after they were made.
#pragma once

#include "facts/Facts.h"
#include "facts/FlatMap.h"

#include <span>

namespace clearway::facts {

class Builder {
public:
  /// A join of more alternatives than this says too little to be worth following.
  static constexpr size_t kMaxAlternatives = 8;

  explicit Builder(FileFacts &facts) : facts_(facts) {}

  ValueId add(const Value &value);
  ValueId unknown() const { return 0; }
  ValueId literal(LiteralKind kind, Name text);
  ValueId ref(ScopeId scope, Name name);
  ValueId variable(uint32_t binding);
  ValueId attr(ValueId base, Name name);
  ValueId self(ClassId owner, bool classItself);
  ValueId apply(ValueId base, std::span<const ValueId> arguments);
  ValueId display(DisplayKind kind, std::span<const ValueId> items);
  /// A value with one or two operands in `a` and `b`.
  ValueId unary(ValueKind kind, uint32_t a, uint32_t b = kNone, uint8_t flag = 0);
  /// The one alternative, or a Join of them without repeats and nested joins; kNone if they are too many.
  ValueId join(std::span<const ValueId> alternatives);

  Span operands(std::span<const ValueId> values);
  Name qualified(Name scope, std::string_view name);

private:
  ValueId once(uint64_t key, const Value &value);
  bool flatten(std::span<const ValueId> alternatives, ValueId (&out)[kMaxAlternatives], size_t &count) const;

  FileFacts &facts_;
  FlatMap known_;
  std::string text_;
};

} // namespace clearway::facts
