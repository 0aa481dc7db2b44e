// Which closures a call of what is kept in a field may call: those that are put there, by whoever gives them.
#pragma once

#include "frontend/rust/semantics/StoredCallables.h"
#include "link/Program.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace clearway::frontend::rust {

/// A parameter of a function of the program.
struct Parameter {
  link::FunctionId function = link::kNone;
  uint32_t position = 0;
  friend bool operator==(const Parameter &, const Parameter &) = default;
};
struct ParameterHash {
  size_t operator()(const Parameter &p) const { return size_t{p.function} * 31 + p.position; }
};

/// The parameter that a value is, read through variables.
std::optional<Parameter> parameterAt(const link::Program &program, link::FileId file, facts::ValueId value, unsigned depth = 0);

/// What callers give to parameters.
struct GivenClosures {
  std::unordered_map<Parameter, std::vector<link::FunctionId>, ParameterHash> all;
  /// Nothing if there are too many to say anything.
  const std::vector<link::FunctionId> &of(const Parameter &parameter) const;
};

/// What the program keeps in fields, and where it calls it.
struct KeptCallables {
  struct Kept {
    StoredCallable stored;
    std::vector<link::Target> targets; // empty: a parameter, perhaps
  };
  CallableFields fields;
  std::vector<Kept> kept;
  std::vector<FieldCall> calls;
};

/// Adds targets to the calls, and returns them. What is passed on to parameters that are kept is added to `given`.
std::unordered_set<link::CallId> connectKept(link::Program &program, const KeptCallables &kept, GivenClosures &given);

} // namespace clearway::frontend::rust
