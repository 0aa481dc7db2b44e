// What a call calls, and the type of its result.
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

const Name kReceiver("$receiver"), kFirstArgument("$0"), kAwaited("A0"), kResult("R0"), kStd("std");

bool returnsItsReceiver(std::string_view method) {
  return method == "clone" || method == "as_ref" || method == "as_mut" || method == "to_owned" || method == "borrow" ||
         method == "borrow_mut" || method == "by_ref" || method == "as_deref" || method == "as_deref_mut" ||
         method == "cloned" || method == "copied" || method == "instrument" || method == "in_current_span" ||
         method == "context" || method == "with_context" || method == "map_err";
}

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
  if (site.kind == facts::CallKind::Iterate) {
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
  }
  if (types[made.callable].kind == TypeKind::Function)
    made.functions = {types[made.callable].function};
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
    const bool isType = base.kind == ItemKind::Class || base.kind == ItemKind::SelfType ||
                        base.kind == ItemKind::TypeParameter || base.kind == ItemKind::External;
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
  if (const TypeId field = fieldType(made.original, attribute.name); types[field].kind == TypeKind::Function) {
    made.callable = field;
    return made;
  }
  if (importedTraitMethod(file, site, attribute.name, made))
    return made;
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
      if (made.original == kUnknownType || isAnonymous || entry->library != kStd)
        found.push_back(whole);
    }
  if (found.empty())
    return false;
  made.externals = {found.front()};
  made.externalConfidence = made.original == kUnknownType ? Confidence::Inferred : Confidence::Certain;
  return true;
}

// ---- results

TypeId Inference::bodyResult(FunctionId function) {
  const auto [at, isNew] = bodies_.try_emplace(function, kUnknownType);
  if (!isNew)
    return at->second;
  const facts::Function &made = program_.facts(function);
  const FileId file = program_.functions[function].file;
  TypeId result = typeNamed(file, made.returnType);
  if (result == kUnknownType && made.flags & (facts::FunctionFlag::Lambda | facts::FunctionFlag::AsyncBlock))
    for (const ValueId value : program_.files[file].operandsOf(made.returns))
      if ((result = typeOf(file, value)))
        break;
  // `-> impl DerefMut<Target = T>`: callers hold what the body makes.
  if (types[result].kind == TypeKind::Bound && types[result].name.empty())
    for (const ValueId value : program_.files[file].operandsOf(made.returns))
      if (const TypeId actual = typeOf(file, value); unguarded(actual) != actual)
        result = actual;
  return bodies_[function] = result;
}

Substitution Inference::instantiation(FunctionId function, const Callee &called, FileId file, const facts::CallSite &site) {
  const facts::Function &made = program_.facts(function);
  const FileId home = program_.functions[function].file;
  Substitution values = called.values;
  const facts::FileFacts &facts = program_.files[file];
  const auto parameters = program_.files[home].parametersOf(made);
  const auto arguments = facts.argumentsOf(site);
  for (size_t i = 0; i < parameters.size() && i < arguments.size(); ++i) {
    const TypeId pattern = types.stripped(typeNamed(home, parameters[i].annotation));
    if (types[pattern].kind == TypeKind::Unknown)
      continue;
    const TypeId actual = typeOf(file, arguments[i].value);
    types.unify(pattern, actual, values);
    if (types[types.stripped(actual)].kind == TypeKind::Function) // F: FnOnce() -> R
      for (const TypeId bound : types[pattern].args)
        if (types[bound].kind == TypeKind::FnPointer)
          types.unify(types.argument(bound, 1), callableResult(types.stripped(actual)), values);
  }
  return values;
}

TypeId Inference::resultOf(FunctionId function, const Callee &called, FileId file, const facts::CallSite &site) {
  const facts::Function &made = program_.facts(function);
  const TypeId declared = bodyResult(function);
  const TypeId result = types.substitute(declared, instantiation(function, called, file, site));
  return made.kind == facts::FunctionKind::Coroutine ? future(result) : result;
}

TypeId Inference::callableResult(TypeId callable) {
  const Type &type = types[callable];
  if (type.kind == TypeKind::Function) {
    const TypeId result = bodyResult(type.function);
    return program_.facts(type.function).kind == facts::FunctionKind::Coroutine ? future(result) : result;
  }
  if (type.kind == TypeKind::FnPointer)
    return types.argument(callable, 1);
  if (type.kind == TypeKind::Bound)
    for (const TypeId bound : type.args)
      if (types[bound].kind == TypeKind::FnPointer)
        return types.argument(bound, 1);
  if (const TypeId inner = dereferenced(callable); inner != callable)
    return callableResult(inner);
  return kUnknownType;
}

TypeId Inference::typeOfCall(FileId file, facts::CallId call) {
  if (depth_ >= 40)
    return kUnknownType;
  const facts::CallSite &site = program_.files[file].calls[call];
  const Callee &called = callee(file, call);
  if (called.constructs != kUnknownType)
    return called.constructs;
  for (const FunctionId function : called.functions)
    if (const TypeId result = resultOf(function, called, file, site))
      return result;
  if (!called.externals.empty())
    if (const TypeId result = externalResult(called, file, site))
      return result;
  if (called.callable != kUnknownType)
    return callableResult(called.callable);
  const Value &target = program_.files[file].values[site.callee];
  if (called.functions.empty() && target.kind == ValueKind::Attr && target.flag == 0 &&
      returnsItsReceiver(target.name.view()))
    return unguarded(called.original);
  return kUnknownType;
}

// Guards are no clones of themselves: `guard.clone()` clones what they guard.
TypeId Inference::unguarded(TypeId id) {
  for (unsigned step = 0; step < 4; ++step) {
    const Type &type = types[id];
    const catalog::Entry *entry =
        type.kind == TypeKind::Named ? knowledge_.find(type.name) : nullptr;
    if (!entry || !entry->isGuard)
      return id;
    id = type.args.empty() ? kUnknownType : types.stripped(type.args.back());
  }
  return id;
}

TypeId Inference::externalResult(const Callee &called, FileId file, const facts::CallSite &site) {
  const facts::FileFacts &facts = program_.files[file];
  const auto arguments = facts.argumentsOf(site);
  const Name name = called.externals.front();
  const catalog::Entry *entry = knowledge_.find(name);
  const TypeId first = arguments.empty() ? kUnknownType : typeOf(file, arguments.front().value);
  if (entry && entry->returns) {
    Substitution values = called.values;
    values.emplace_back(kReceiver, called.receiver != kUnknownType ? called.receiver : called.original);
    values.emplace_back(kFirstArgument, first);
    values.emplace_back(kAwaited, awaited(first));
    for (const facts::Argument &argument : arguments)
      if (const TypeId type = types.stripped(typeOf(file, argument.value)); types[type].kind == TypeKind::Function)
        values.emplace_back(kResult, callableResult(type));
    const TypeId result = types.parse(entry->returns.view(), values);
    return entry->suspends ? future(result) : result;
  }
  const std::string_view text = name.view();
  const size_t cut = text.rfind("::");
  const std::string_view last = cut == text.npos ? text : text.substr(cut + 2);
  const std::string_view owner = cut == text.npos ? std::string_view() : text.substr(0, cut);
  if (text == "std::option::Option::Some")
    return types.named("std::option::Option", {first});
  if (text == "std::result::Result::Ok")
    return types.named("std::result::Result", {first});
  // Constructors by convention: `Mutex::new(value)` is a `Mutex<typeof value>`.
  if ((last == "new" || last == "from" || last == "pin" || last == "default" || last == "with_capacity") && !owner.empty()) {
    if (called.receiver != kUnknownType && !types[called.receiver].args.empty())
      return called.receiver;
    return types.named(owner, first == kUnknownType ? std::vector<TypeId>{} : std::vector<TypeId>{first});
  }
  if (last == "clone" && !owner.empty()) // Arc::clone(&x)
    return unguarded(types.stripped(first != kUnknownType ? first : called.original));
  return returnsItsReceiver(last) ? unguarded(called.original) : kUnknownType;
}

} // namespace clearway::frontend::rust
