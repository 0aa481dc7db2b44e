// What calls give.
#include "frontend/python/SemanticsEvaluator.h"

namespace clearway::python {

using facts::FunctionKind;
using facts::kNone;

SetId Evaluator::resultOfCalling(SetId callee, link::FileId id, const facts::CallSite &site) {
  // `map(map, x)`: what calls its argument is given itself, with the same arguments again.
  constexpr unsigned kDeepest = 8;
  SetId result = kUnknown;
  if (callsWithin_ == kDeepest)
    return result;
  ++callsWithin_;
  for (const Alternative each : types_.each(callee)) {
    const SetId one = called(each.type, id, site);
    result = types_.unite(result, each.inferred ? types_.weaken(one) : one);
  }
  --callsWithin_;
  return result;
}

SetId Evaluator::called(TypeId callee, link::FileId id, const facts::CallSite &site) {
  const Type type = types_[callee];
  switch (type.kind) {
  case TypeKind::Class:
    return types_.single(types_.as(TypeKind::Instance, callee));
  case TypeKind::Function:
    return functionResult(callee);
  case TypeKind::External:
    return externalResult(type.name, id, site);
  case TypeKind::Instance:
    return viaMethod(callee, Name("__call__"));
  case TypeKind::ExternalInstance:
    return instanceCalled(callee, id, site);
  default:
    return kUnknown;
  }
}

SetId Evaluator::instanceCalled(TypeId callee, link::FileId id, const facts::CallSite &site) {
  const Type type = types_[callee];
  if (type.name.view() == "typing.Callable")
    return types_.argument(callee, 0);
  return externalResult(knowledge_.join(type.name, Name("__call__")), id, site);
}

SetId Evaluator::externalResult(Name name, link::FileId id, const facts::CallSite &site) {
  SetId result = kUnknown;
  if (builtinResult(name, id, site, result))
    return result;
  const catalog::Entry *entry = knowledge_.find(name);
  if (entry && !entry->returns.empty())
    result = entryResult(*entry, id, site);
  else if (entry && entry->lazy)
    return types_.single(lazy(name, *entry));
  else if (isClass(name, entry))
    result = types_.single(types_.of(TypeKind::ExternalInstance, name));
  return entry && entry->suspends ? container("typing.Awaitable", result) : result;
}

bool Evaluator::isClass(Name name, const catalog::Entry *entry) const {
  return (entry && entry->isType && entry->name == name) || looksLikeClass(lastComponent(name.view()));
}

TypeId Evaluator::lazy(Name name, const catalog::Entry &entry) {
  const SetId items = entry.yields.empty() ? kUnknown : instance(entry.yields.view());
  return types_.intern({TypeKind::Lazy, name, kNone, kNone, 0, 0}, {&items, 1});
}

// The type the catalogue names, or that of the receiver or an argument.
SetId Evaluator::entryResult(const catalog::Entry &entry, link::FileId id, const facts::CallSite &site) {
  const std::string_view returns = entry.returns.view();
  if (returns == "$receiver") {
    const facts::Value &callee = file(id).values[site.callee];
    return callee.kind == facts::ValueKind::Attr ? value(id, callee.a) : kUnknown;
  }
  if (returns.starts_with('$'))
    return argument(id, site, static_cast<uint32_t>(returns[1] - '0'));
  if (entry.yields.empty())
    return instance(returns);
  return container(returns, instance(entry.yields.view()));
}

SetId Evaluator::functionResult(TypeId function) {
  const Type type = types_[function];
  return type.argumentCount ? wrappedResult(function, type.id) : resultOf(type.id, type.other);
}

// A wrapper gives what it wraps, in its own way: a coroutine if it is one.
SetId Evaluator::wrappedResult(TypeId function, link::FunctionId inner) {
  const Type type = types_[function];
  const link::FunctionId wrapper = types_.argument(function, 0);
  const FunctionKind outside = facts(wrapper).kind, inside = facts(inner).kind;
  if (outside == FunctionKind::Coroutine && inside == FunctionKind::Plain)
    return container("typing.Awaitable", substitute(returned(inner), type.other));
  if (outside == inside || passesThrough(wrapper, inner))
    return resultOf(inner, type.other);
  return resultOf(wrapper, kNone);
}

SetId Evaluator::resultOf(link::FunctionId function, TypeId receiver) {
  if (facts(function).kind == FunctionKind::Plain)
    return substitute(returned(function), receiver);
  const TypeKind kind = isManager(function) ? TypeKind::Manager : TypeKind::Result;
  return types_.single(types_.of(kind, function, receiver));
}

SetId Evaluator::substitute(SetId set, TypeId receiver) {
  SetId result = kUnknown;
  for (const Alternative each : types_.each(set)) {
    const TypeKind kind = types_[each.type].kind;
    if (kind == TypeKind::SelfType && receiver == kNone)
      continue;
    result = types_.unite(result, types_.single(substituteOne(each.type, receiver), each.inferred));
  }
  return result;
}

TypeId Evaluator::substituteOne(TypeId type, TypeId receiver) {
  if (types_[type].kind != TypeKind::SelfType || receiver == kNone)
    return type;
  return types_[receiver].kind == TypeKind::Class ? types_.as(TypeKind::Instance, receiver) : receiver;
}

SetId Evaluator::returned(link::FunctionId function) {
  return memo_.answer(returned_, function, [&] { return computeReturned(function); });
}

SetId Evaluator::computeReturned(link::FunctionId function) {
  const facts::Function &in = facts(function);
  const SetId annotated = declared(fileOf(function), in.returnType);
  const bool yields = in.kind == FunctionKind::Generator || in.kind == FunctionKind::AsyncGenerator;
  if (annotated == kUnknown)
    return inferredReturn(function);
  if (yields)
    return element(annotated);
  return annotatedOrAssigned(annotated, kUnknown);
}

SetId Evaluator::inferredReturn(link::FunctionId function) {
  const facts::Function &in = facts(function);
  if (in.flags & facts::FunctionFlag::Abstract)
    return kUnknown;
  const link::FileId id = fileOf(function);
  SetId result = kUnknown;
  for (const facts::ValueId v : file(id).operandsOf(in.returns)) {
    const facts::Value &given = file(id).values[v];
    // `return self`: of whatever class the receiver is. `return cls(…)` likewise.
    const bool isSelf = given.kind == facts::ValueKind::Self && !given.flag;
    const bool isNew = given.kind == facts::ValueKind::CallResult && given.a < file(id).calls.size() &&
                       file(id).values[file(id).calls[given.a].callee].kind == facts::ValueKind::Self &&
                       file(id).values[file(id).calls[given.a].callee].flag;
    const SetId one = isSelf || isNew
                          ? types_.single(types_.intern({TypeKind::SelfType, {}, kNone, kNone, 0, 0}))
                          : value(id, v);
    result = types_.unite(result, one);
  }
  return result;
}

} // namespace clearway::python
