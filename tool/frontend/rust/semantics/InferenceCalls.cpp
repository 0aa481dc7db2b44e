// What a call calls.
#include "frontend/rust/semantics/Inference.h"

#include "frontend/rust/semantics/Prelude.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::kNone;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::Confidence;
using link::FileId;
using link::FunctionId;

namespace {
const Name kStd("std"), kDeref("deref");
} // namespace

const Callee &Inference::callee(FileId file, facts::CallId call) {
  const facts::FileFacts &facts = program_.files[file];
  uint32_t &at = slot(callees_, file, facts.calls.size(), call);
  if (at != kNotAsked)
    return made_[at];
  at = static_cast<uint32_t>(made_.size());
  Callee &result = made_.emplace_back(); // nothing while it is being worked out
  const facts::CallSite &site = facts.calls[call];
  Value value = facts.values[site.callee];
  if (value.kind == ValueKind::Apply && facts.values[value.a].kind == ValueKind::Attr && facts.values[value.a].flag == 0)
    value = facts.values[value.a];
  Callee made;
  if (site.kind == facts::CallKind::Operator) {
    return result;
  } else if (site.kind == facts::CallKind::Iterate) {
    made.original = types.stripped(typeOf(file, site.callee));
    made.receiver = made.original;
  } else if (value.kind == ValueKind::Attr && value.flag == 0) {
    made = methodCallee(file, site, value);
  } else if (value.kind == ValueKind::Ref || value.kind == ValueKind::Attr || value.kind == ValueKind::Apply) {
    made = pathCallee(file, site.callee);
  } else {
    if (value.kind == ValueKind::Variable) // `let g = f;` is read through
      if (const Value bound = facts.values[facts.bindings[value.a].value]; bound.kind == ValueKind::Param)
        value = bound;
    if (value.kind == ValueKind::Param) {
      made.parameterOf = program_.functionAt(file, value.a);
      made.parameter = value.b;
    }
    made.callable = types.stripped(typeOf(file, site.callee));
    if (value.kind == ValueKind::Variable && types[made.callable].kind == TypeKind::FnPointer) // `let f: fn() = read;`
      if (const TypeId bound = types.stripped(typeOf(file, facts.bindings[value.a].value)); types[bound].kind == TypeKind::Function)
        made.callable = bound;
  }
  if (types[made.callable].kind == TypeKind::Function)
    made.functions = {types[made.callable].function};
  convert(file, call, made);
  return result = std::move(made);
}

// ---- paths

Callee Inference::pathCallee(FileId file, ValueId id) {
  Callee made;
  const facts::FileFacts &facts = program_.files[file];
  Value value = facts.values[id];
  if (value.kind == ValueKind::Apply)
    value = facts.values[id = value.a];
  Item item = resolvePath(file, id);
  switch (item.kind) {
  case ItemKind::Function: made.functions = item.functions; return made;
  case ItemKind::Class:
  case ItemKind::SelfType: made.constructs = typeOfItem(item, {}); return made;
  case ItemKind::Static: made.callable = types.stripped(typeOf(file, id)); return made;
  default: break;
  }
  if (value.kind == ValueKind::Attr && value.flag == 1) {
    const Item base = resolvePath(file, value.a);
    const Value &prefix = facts.values[value.a];
    const bool isAssociated = !base && prefix.kind == ValueKind::Attr && prefix.flag == 1; // `Self::Backend::open()`
    const bool isType = base.kind == ItemKind::Class || base.kind == ItemKind::SelfType ||
                        base.kind == ItemKind::TypeParameter || base.kind == ItemKind::External || isAssociated;
    if (isType)
      if (const TypeId owner = types.stripped(typeNamed(file, value.a)); associated(owner, value.name, made))
        return made;
  }
  if (item.kind == ItemKind::External)
    made.externals.push_back(item.name);
  return made;
}

bool Inference::associated(TypeId owner, Name name, Callee &made) {
  const Type &type = types[owner];
  made.receiver = made.original = owner;
  if (type.kind == TypeKind::Bound) {
    if (findOnBound(type, name, made))
      return true;
    return false;
  }
  if (type.kind != TypeKind::Named)
    return false;
  if (members_.isTrait(type.name)) { // Trait::method(receiver)
    made.functions = members_.implementors(type.name, name);
    for (const FunctionId f : members_.declared(type.name, name))
      made.functions.push_back(f);
    made.confidence = Confidence::Inferred;
    return !made.functions.empty();
  }
  if (findOnNamed(type, owner, name, made))
    return true;
  if (items_.classesNamed(type.name).empty()) {
    made.externals.push_back(knowledge_.joined(type.name, name));
    return true;
  }
  return false;
}

// ---- methods

Callee Inference::methodCallee(FileId file, const facts::CallSite &site, const Value &attribute) {
  Callee made;
  made.original = types.stripped(typeOf(file, attribute.a));
  if (made.original != kUnknownType && findMethod(made.original, attribute.name, made))
    return made;
  made.implicit.clear();
  if (const TypeId field = fieldType(made.original, attribute.name); types[field].kind == TypeKind::Function) {
    made.callable = field;
    return made;
  }
  if (importedTraitMethod(file, site, attribute.name, made))
    return made;
  if (types[made.original].kind == TypeKind::Projection)
    made.original = kUnknownType;
  const Type &original = types[made.original];
  if (original.kind == TypeKind::Named && items_.classesNamed(original.name).empty()) {
    made.externals.push_back(knowledge_.joined(original.name, attribute.name));
    return made;
  }
  if (original.kind != TypeKind::Unknown)
    if (auto blanket = blanketMethods(original, attribute.name); !blanket.empty()) {
      made.functions = std::move(blanket);
      made.confidence = Confidence::Inferred;
      return made;
    }
  // Of an unknown receiver only the name is left; it counts when only one method has it.
  if (original.kind == TypeKind::Unknown)
    if (const auto &same = members_.named(attribute.name); same.size() == 1) {
      made.functions = same;
      made.confidence = Confidence::NameOnly;
    }
  return made;
}

// `impl<T: View> Count for T` concerns what implements View. Of a trait of others it is not to be seen who does.
std::vector<FunctionId> Inference::blanketMethods(const Type &receiver, Name method) {
  std::vector<FunctionId> functions = members_.blanket(method); // a copy, to leave some out
  if (functions.empty())
    return functions;
  std::vector<Name> implemented;
  if (receiver.kind == TypeKind::Named)
    implemented = members_.traitsOf(receiver.name);
  else if (receiver.kind == TypeKind::Bound)
    for (const TypeId trait : receiver.args)
      implemented.push_back(types[trait].name);
  std::erase_if(functions, [&](FunctionId f) {
    const Type &self = types[selfType(program_.functions[f].file, program_.facts(f).enclosingClass)];
    return std::any_of(self.args.begin(), self.args.end(), [&](TypeId bound) {
      const Name trait = types[bound].name;
      return members_.isTrait(trait) && !members_.implies(implemented, trait);
    });
  });
  return functions;
}

bool Inference::findMethod(TypeId type, Name method, Callee &made) {
  for (unsigned step = 0; step < 8; ++step) {
    type = types.stripped(type);
    const Type &at = types[type];
    made.receiver = type;
    if (at.kind == TypeKind::Named && isSmartPointer(at.name.view()) && findOnPointee(at, type, method, made))
      return true;
    if (at.kind == TypeKind::Named && findOnNamed(at, type, method, made))
      return true;
    if (at.kind == TypeKind::Bound && findOnBound(at, method, made))
      return true;
    const TypeId next = dereferenced(type);
    if (next == type || next == kUnknownType)
      return false;
    if (at.kind == TypeKind::Named)
      addImplicit(members_.ofType(at.name, kDeref), made);
    type = next;
  }
  return false;
}

// `impl Cache for Arc<dyn Cache>` forwards to what the pointer points to, and says nothing of an `Arc<Other>`: methods of
// the pointee come first, unless the catalogue knows the pointer's own.
bool Inference::findOnPointee(const Type &pointer, TypeId id, Name method, Callee &made) {
  if (members_.ofType(pointer.name, method).empty() || knowledge_.findMember(pointer.name, method))
    return false;
  const TypeId pointee = dereferenced(id);
  Callee found;
  if (pointee == id || pointee == kUnknownType || !findMethod(pointee, method, found))
    return false;
  found.original = made.original;
  made = std::move(found);
  return true;
}

void Inference::bindSelf(TypeId receiver, Callee &made) {
  const Type &type = types[receiver];
  for (size_t i = 0; i < type.args.size(); ++i)
    made.values.emplace_back(placeholder(i), type.args[i]);
  if (made.functions.empty())
    return;
  const facts::Function &function = program_.facts(made.functions.front());
  if (function.enclosingClass != kNone)
    types.unify(selfType(program_.functions[made.functions.front()].file, function.enclosingClass), receiver, made.values);
}

/// `impl Slot<Room>` says nothing of a `Slot<Thread>`.
bool Inference::mayBe(TypeId pattern, TypeId actual, unsigned depth) const {
  const Type &a = types[types.stripped(pattern)], &b = types[types.stripped(actual)];
  if (a.kind != TypeKind::Named || b.kind != TypeKind::Named || depth > 4)
    return true;
  if (a.name != b.name)
    return items_.classesNamed(a.name).empty() || items_.classesNamed(b.name).empty();
  for (size_t i = 0; i < a.args.size() && i < b.args.size(); ++i)
    if (!mayBe(a.args[i], b.args[i], depth + 1))
      return false;
  return true;
}

bool Inference::findOnNamed(const Type &type, TypeId id, Name method, Callee &made) {
  // What the program adds to somebody else's type are methods of traits; the type's own come first: `impl Step for Option<T>`.
  const bool hasItsOwn = items_.classesNamed(type.name).empty() && knowledge_.findMember(type.name, method);
  if (!hasItsOwn)
    made.functions = members_.ofType(type.name, method);
  if (!type.args.empty())
    std::erase_if(made.functions, [&](FunctionId f) {
      return !mayBe(selfType(program_.functions[f].file, program_.facts(f).enclosingClass), id, 0);
    });
  if (made.functions.empty() && !hasItsOwn)
    made.functions = members_.defaults(type.name, method);
  bindSelf(id, made);
  if (!made.functions.empty())
    return true;
  if (knowledge_.findMember(type.name, method)) {
    made.externals.push_back(knowledge_.joined(type.name, method));
    return true;
  }
  // Default methods of outside traits: a user's reader has `read_to_end`.
  for (const Name trait : members_.traitsOf(type.name))
    if (!members_.isTrait(trait) && knowledge_.findMember(trait, method)) {
      made.externals.push_back(knowledge_.joined(trait, method));
      return true;
    }
  made.values.clear();
  return false;
}

bool Inference::findOnBound(const Type &type, Name method, Callee &made) {
  for (const TypeId bound : type.args) {
    const Type &trait = types[bound];
    if (trait.kind != TypeKind::Named)
      continue;
    if (auto declared = members_.declared(trait.name, method); !declared.empty()) {
      made.functions = members_.implementors(trait.name, method);
      made.confidence = Confidence::Inferred;
      for (const FunctionId f : declared)
        made.functions.push_back(f);
      return true;
    }
    if (knowledge_.findMember(trait.name, method)) {
      made.externals.push_back(knowledge_.joined(trait.name, method));
      bindSelf(bound, made);
      return true;
    }
  }
  return false;
}

namespace {

/// What a value is called where it comes from: `headers` of `request.headers()?`, `conn` of `&mut conn`.
Name originName(const facts::FileFacts &file, ValueId id) {
  for (unsigned step = 0; step < 8; ++step) {
    const Value &value = file.values[id];
    if (value.kind == ValueKind::Deref || value.kind == ValueKind::Element || value.kind == ValueKind::Await) {
      id = value.a;
    } else if (value.kind == ValueKind::CallResult) {
      Value callee = file.values[file.calls[value.a].callee];
      if (callee.kind == ValueKind::Apply)
        callee = file.values[callee.a];
      const std::string_view name = callee.name.view();
      if (callee.kind != ValueKind::Attr || callee.flag != 0 || !(name.starts_with("unwrap") || name == "expect" || name.starts_with("as_") || name == "map_err"))
        return callee.name;
      id = callee.a;
    } else {
      return value.kind == ValueKind::Variable ? file.bindings[value.a].name : value.name;
    }
  }
  return {};
}

} // namespace

// Some traits have methods of everyday names, and a module that imports one calls such methods of other things, too. `get` of
// redis is one of a connection, `load` of diesel takes one.
bool Inference::fitsTrait(FileId file, const facts::CallSite &site, Name trait, Name method, TypeId receiver) {
  const facts::FileFacts &facts = program_.files[file];
  const std::string_view name = trait.view(), crate = name.substr(0, name.find("::"));
  receiver = types.stripped(receiver);
  while (types[receiver].kind == TypeKind::Named && isSmartPointer(types[receiver].name.view()))
    receiver = types.stripped(types.argument(receiver, 0));
  const Type &type = types[receiver];
  const bool isKnown = type.kind == TypeKind::Named;
  if (isKnown && type.name.view().starts_with("std::") && !name.ends_with("Ext") && crate != "rayon" && crate != "std")
    return false;
  const auto arguments = facts.argumentsOf(site);
  if (isQueryMethod(method.view())) { // `query.load(&mut conn)`, not `counter.load(Ordering::SeqCst)`
    const Value &first = facts.values[arguments.empty() ? 0 : arguments.front().value];
    return crate != "diesel" || (!arguments.empty() && !(first.kind == ValueKind::Attr && first.flag == 1) && first.kind != ValueKind::Literal && first.kind != ValueKind::Closure);
  }
  if (!isStoreMethod(method.view()) || crate != "redis")
    return true;
  if (isKnown)
    return type.name.view().starts_with("redis::") || type.name.view().ends_with("Connection");
  Value callee = facts.values[site.callee];
  if (callee.kind == ValueKind::Apply)
    callee = facts.values[callee.a];
  return !arguments.empty() && mayNameConnection(originName(facts, callee.a).view());
}

// A method of a trait that the module imports: `use std::io::Read;`, `use rayon::prelude::*;`.
bool Inference::importedTraitMethod(FileId file, const facts::CallSite &site, Name method, Callee &made) {
  const facts::FileFacts &facts = program_.files[file];
  if (!known_.contains(method))
    return false;
  const facts::ScopeId scope = facts.functions[site.caller].scope;
  std::vector<Name> found;
  for (const bool globs : {false, true})
    for (const Name path : items_.importedTraits(file, scope, globs)) {
      const Name whole = knowledge_.joined(path, method);
      const catalog::Entry *entry = knowledge_.find(whole);
      if (!entry || entry->name.view().ends_with("*"))
        continue;
      if (entry->suspends || (site.flags & facts::CallFlag::Awaited))
        return false; // the asynchronous twin is in scope, too
      // A type of the standard library is known with its methods; a tuple or array has none of its own.
      const bool isAnonymous = types[types.stripped(made.original)].kind == TypeKind::Tuple;
      if ((made.original == kUnknownType || isAnonymous || entry->library != kStd) && fitsTrait(file, site, path, method, made.original))
        found.push_back(whole);
    }
  if (found.empty())
    return false;
  made.externals = {found.front()};
  made.externalConfidence = made.original == kUnknownType ? Confidence::Inferred : Confidence::Certain;
  return true;
}

} // namespace clearway::frontend::rust
