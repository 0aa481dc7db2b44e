// What runs when a variable goes away: `impl Drop` of its type, or of what it holds.
#pragma once

#include "frontend/rust/semantics/Inference.h"

namespace clearway::frontend::rust {

/// Belongs to one thread.
class Drops {
public:
  Drops(link::Program &program, const ItemIndex &items, const Members &members, Inference &inference)
      : program_(program), items_(items), members_(members), inference_(inference) {}

  /// Adds to the call that made the variable, or that drops it early, the functions that its end runs.
  void resolve(const link::Object &object);

private:
  std::vector<link::FunctionId> of(TypeId type, unsigned depth);
  void ofFields(const Type &type, unsigned depth, std::vector<link::FunctionId> &found);
  bool endsInScope(const link::Object &object);
  facts::CallId end(const link::Object &object);
  bool consumes(const link::Call &call) const;

  link::Program &program_;
  const ItemIndex &items_;
  const Members &members_;
  Inference &inference_;
  std::unordered_map<TypeId, std::vector<link::FunctionId>> known_;
  link::FileId deathsOf_ = link::kNone; // the file of dies_
  std::vector<bool> dies_;              // by object of that file
};

} // namespace clearway::frontend::rust
