// Types of Rust, as far as finding methods needs them, interned: equal types have equal ids.
#pragma once

#include "link/Program.h"

#include <deque>
#include <span>
#include <string_view>
#include <vector>

namespace clearway::frontend::rust {

using TypeId = uint32_t;
inline constexpr TypeId kUnknownType = 0;

enum class TypeKind : uint8_t {
  Unknown,
  Named,     // name = qualified path, args = type arguments
  Reference, // args[0]
  Tuple,     // args
  Bound,     // args = traits it is known to implement: `dyn A`, `impl A`, a type parameter `T: A`; name = the parameter
  FnPointer, // args[0] = Tuple of parameters, args[1] = result
  Function,  // function = a function item, closure or async block of the program
  Projection, // args[0]::name, an associated type of something not known yet: `Self::Item`, `<T as Trait>::Error`
};

struct Type {
  TypeKind kind = TypeKind::Unknown;
  Name name;
  link::FunctionId function = link::kNone;
  std::vector<TypeId> args;

  friend bool operator==(const Type &, const Type &) = default;
};

/// Values for type parameters, by name.
using Substitution = std::vector<std::pair<Name, TypeId>>;

class TypeTable {
public:
  TypeTable();

  TypeId intern(Type type);
  TypeId named(std::string_view name, std::vector<TypeId> args = {});
  TypeId named(Name name, std::vector<TypeId> args = {});
  TypeId reference(TypeId to);
  TypeId tuple(std::vector<TypeId> args);
  TypeId function(link::FunctionId function);
  TypeId projection(TypeId owner, Name name);

  /// Stays where it is, whatever is interned.
  const Type &operator[](TypeId id) const { return types_[id]; }
  TypeId argument(TypeId id, size_t index) const;
  /// Without the references around it.
  TypeId stripped(TypeId id) const;

  /// Whether there is a projection in it.
  bool projects(TypeId id) const { return projects_[id]; }

  TypeId substitute(TypeId id, const Substitution &values);
  /// Finds values for the parameters of `pattern` that make it `actual`.
  void unify(TypeId pattern, TypeId actual, Substitution &values, unsigned depth = 0) const;
  /// Reads a type as the catalogue writes it: `std::option::Option<T0>`, `(T0, T1)`, `&str`. Placeholders come from
  /// `values`; one without a value is unknown.
  TypeId parse(std::string_view text, const Substitution &values);

private:
  TypeId parseOne(std::string_view text, size_t &at, const Substitution &values);

  /// Where `type` is in slots_, or where it would be.
  size_t probe(const Type &type) const;
  void grow();

  std::deque<Type> types_;
  std::vector<bool> projects_; // by type
  std::vector<TypeId> slots_; // open addressing; unknown where nothing is
};

} // namespace clearway::frontend::rust
