// The type of what a call returns.
#include "frontend/rust/semantics/Inference.h"

#include "frontend/rust/semantics/Prelude.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::FileId;
using link::FunctionId;

namespace {

const Name kReceiver("$receiver"), kFirstArgument("$0"), kAwaited("A0"), kResult("R0");

bool returnsItsReceiver(std::string_view method) {
  return method == "clone" || method == "as_ref" || method == "as_mut" || method == "to_owned" || method == "borrow" ||
         method == "borrow_mut" || method == "by_ref" || method == "as_deref" || method == "as_deref_mut" ||
         method == "cloned" || method == "copied" || method == "instrument" || method == "in_current_span" ||
         method == "context" || method == "with_context" || method == "map_err";
}

} // namespace

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
  const TypeId result = substituted(declared, instantiation(function, called, file, site));
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

/// `Vec<_>` of what an iterator gives.
TypeId Inference::collected(TypeId wanted, TypeId item) {
  const Type type = types[wanted];
  if (type.kind != TypeKind::Named || types.argument(wanted, 0) != kUnknownType || item == kUnknownType)
    return wanted;
  if (!type.name.view().ends_with("Map"))
    return types.named(type.name, {item});
  return types[item].kind == TypeKind::Tuple ? types.named(type.name, types[item].args) : wanted;
}

/// `iterator.collect::<Vec<_>>()`; `expected` is what a variable is declared as.
TypeId Inference::typeOfCollect(FileId file, const facts::CallSite &site, TypeId expected) {
  static const Name kCollect("collect");
  const facts::FileFacts &facts = program_.files[file];
  Value callee = facts.values[site.callee];
  if (callee.kind == ValueKind::Apply && callee.operands.count == 1) {
    expected = typeNamed(file, facts.operandsOf(callee.operands).front());
    callee = facts.values[callee.a];
  }
  if (callee.kind != ValueKind::Attr || callee.flag == 1 || callee.name != kCollect || expected == kUnknownType)
    return kUnknownType;
  const TypeId item = element(typeOf(file, callee.a), 0);
  const Type outer = types[expected];
  if (outer.kind == TypeKind::Named && outer.name.view() == "std::result::Result" && !outer.args.empty())
    return types.named(outer.name, {collected(outer.args.front(), element(item, 0))});
  return collected(expected, item);
}

TypeId Inference::typeOfCall(FileId file, facts::CallId call) {
  if (depth_ >= 40)
    return kUnknownType;
  const facts::CallSite &site = program_.files[file].calls[call];
  if (const TypeId collection = typeOfCollect(file, site, kUnknownType))
    return collection;
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
