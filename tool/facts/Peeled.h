// Values as they are once what only says their type, or follows a pointer, is taken away.
#pragma once

#include "facts/Facts.h"

namespace clearway::facts {

/// The value below any casts and dereferences: `socket_` of `*static_cast<Socket *>(socket_)`. C++ values come with their types.
inline const Value &peeled(const FileFacts &file, ValueId id) {
  const Value *value = &file.values[id];
  while ((value->kind == ValueKind::Cast || value->kind == ValueKind::Deref) && value->a < file.values.size())
    value = &file.values[value->a];
  return *value;
}

} // namespace clearway::facts
