// Which objects hold a guard: by the type they have, or by a guard inside them (Option, Result, Box, tuples, users' structs).
#pragma once

#include "frontend/rust/semantics/Inference.h"

namespace clearway::frontend::rust {

class Guards {
public:
  Guards(const link::Program &program, const Knowledge &knowledge, const ItemIndex &items, Inference &inference)
      : program_(program), knowledge_(knowledge), items_(items), inference_(inference) {}

  /// The guard type that a value of this type holds, or empty.
  Name heldBy(TypeId type) { return search(type, 0); }
  /// Fills type, origin and lock path of an object that holds a guard.
  void resolve(link::Object &object);

private:
  Name search(TypeId type, unsigned depth);
  Name searchFields(const Type &type, unsigned depth);
  bool isPlain(TypeId type) const;
  Name heldByValue(link::FileId file, facts::ValueId value, unsigned depth);
  /// The call that made the guard, through unwrap, await, `?` and wrappers.
  facts::CallId originOf(link::FileId file, facts::ValueId value, unsigned depth);

  const link::Program &program_;
  const Knowledge &knowledge_;
  const ItemIndex &items_;
  Inference &inference_;
  std::unordered_map<TypeId, Name> known_;
};

/// The path of a place as text: `self.state`, `CACHE`; empty if it is no simple path.
Name placePath(const facts::FileFacts &file, facts::ValueId value);

} // namespace clearway::frontend::rust
