// Types and paths as values.
//   Vec<T>, a::B<C>     Apply(path, arguments)
//   &T, &mut T          Deref with flag 1
//   dyn A + B, impl A   Apply(Ref "dyn" | "impl", bounds)
//   Fn(A) -> B, fn(A)   Apply(Ref "fn", {Tuple of parameters, result})
//   (A, B)              Tuple;   [T], [T; n]   Apply(Ref "[]", {T})
//   Trait<Item = T>     the binding's type stands among the arguments
#pragma once

#include "frontend/rust/Unit.h"

namespace clearway::frontend::rust {

/// The value of a type, in terms of the names visible in `scope`; 0 if there is none.
facts::ValueId typeValue(Unit &unit, facts::ScopeId scope, NodeId type);
/// The value of a path in an expression, a pattern, an attribute or a type.
facts::ValueId pathValue(Unit &unit, facts::ScopeId scope, NodeId path);
/// The type arguments of a `<…>` list.
std::vector<facts::ValueId> typeArguments(Unit &unit, facts::ScopeId scope, NodeId list);
/// Binds the type parameters in `list` and the bounds of `where` as names of `scope`.
void bindTypeParameters(Unit &unit, facts::ScopeId scope, NodeId item);
/// Last name of a path; empty if there is none.
std::string_view lastName(const Unit &unit, NodeId path);

} // namespace clearway::frontend::rust
