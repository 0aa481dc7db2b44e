// What plain variables may be besides what they were declared with: both front ends follow them the same way.
#pragma once

#include "facts/Facts.h"

#include <string_view>

namespace clearway::frontend::cpp {

/// Structs of the C library that say how long to wait: their fields are followed, since all zero means not at all.
inline bool isTimeSpan(std::string_view type) {
  return type == "timeval" || type == "timespec" || type == "struct timeval" || type == "struct timespec";
}

/// What a local may be after it was given `next` (0: anything): its old value too, if that said something that does not hold any more.
/// `add` makes a value of a Value, `operands` a span of ids.
template <class Add, class Operands>
void reassign(facts::FileFacts &facts, uint32_t binding, facts::ValueId next, bool declaredEmpty, Add add, Operands operands) {
  const facts::ValueId before = facts.bindings[binding].value;
  const facts::ValueKind kind = facts.values[before].kind;
  if (!before && declaredEmpty) {
    facts.bindings[binding].value = next;
  } else if (kind == facts::ValueKind::Literal || kind == facts::ValueKind::Symbol || kind == facts::ValueKind::Join) {
    const facts::ValueId both[] = {before, next};
    facts.bindings[binding].value = add(facts::Value{.kind = facts::ValueKind::Join, .operands = operands(both)});
  }
}

} // namespace clearway::frontend::cpp
