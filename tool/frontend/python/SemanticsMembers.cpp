// Attributes, and the protocols that work through them: iteration, awaiting, `with`.
#include "frontend/python/SemanticsEvaluator.h"

#include <algorithm>

namespace clearway::python {

using facts::kNone;
using facts::FunctionFlag::ClassMethod;
using facts::FunctionFlag::Property;
using facts::FunctionFlag::Static;

namespace {

// Bases that bring no methods of interest.
bool isTrivialBase(std::string_view name) {
  constexpr std::string_view kTrivial[] = {"object",
                                           "abc.ABC",
                                           "typing.Generic",
                                           "typing.Protocol",
                                           "typing.NamedTuple",
                                           "typing.TypedDict",
                                           "enum.Enum",
                                           "enum.IntEnum",
                                           "Exception",
                                           "enum.Flag",
                                           "enum.StrEnum",
                                           "ABC",
                                           "typing_extensions.Protocol",
                                           "typing_extensions.TypedDict"};
  return std::ranges::find(kTrivial, name) != std::end(kTrivial);
}

constexpr size_t kMixinLimit = 3; // a mixin's missing method, looked for in the classes it is mixed into

} // namespace

SetId Evaluator::members(SetId set, Name name) {
  SetId result = kUnknown;
  for (const Alternative each : types_.each(set)) {
    const SetId one = member(each.type, name);
    result = types_.unite(result, each.inferred ? types_.weaken(one) : one);
  }
  return result;
}

SetId Evaluator::member(TypeId id, Name name) {
  const Type type = types_[id];
  switch (type.kind) {
  case TypeKind::Module: {
    const SetId found = valueOf(moduleMember(type.id, name));
    return found != kUnknown ? found : storedMember(id, name);
  }
  case TypeKind::Namespace:
    return moduleValue(modules_.submodule({ModuleReference::Kind::Namespace, kNone, type.name}, name));
  case TypeKind::External: {
    const SetId put = storedMember(id, name);
    return put != kUnknown ? put : externalMember(type.name, name, false);
  }
  case TypeKind::ExternalInstance:
    return externalInstanceMember(id, name);
  case TypeKind::Class: {
    const SetId found = classMember(type.id, name, id, false);
    return found != kUnknown ? found : storedMember(id, name);
  }
  case TypeKind::Instance:
    return name.view() == "__class__" ? types_.single(types_.as(TypeKind::Class, id)) : instanceMember(id, name);
  case TypeKind::Super:
    return classMember(type.id, name, types_.of(TypeKind::Instance, type.id), true);
  default:
    return kUnknown;
  }
}

SetId Evaluator::instanceMember(TypeId id, Name name) {
  const ClassId type = types_[id].id;
  if (const SetId found = classMember(type, name, id, false); found != kUnknown)
    return found;
  if (const SetId put = storedMember(id, name); put != kUnknown)
    return put;
  return definingGroup(type, name) == kNone ? delegatedMember(type, name) : kUnknown;
}

SetId Evaluator::externalMember(Name scope, Name name, bool isInstance) {
  const catalog::Entry *entry = isInstance ? knowledge_.findMember(scope, name) : nullptr;
  if (entry && entry->isProperty)
    return entry->returns.empty()                   ? kUnknown
           : entry->returns.view().starts_with('$') ? instance(scope.view())
                                                    : instance(entry->returns.view());
  return types_.single(types_.of(TypeKind::External, knowledge_.join(scope, name)));
}

SetId Evaluator::externalInstanceMember(TypeId id, Name name) {
  const Type type = types_[id];
  if (type.name.view().starts_with("typing."))
    return kUnknown;
  if (const SetId put = storedMember(id, name); put != kUnknown)
    return put;
  if (!knowledge_.findMember(type.name, name)) // `client.database`: any attribute is one
    if (const catalog::Entry *any = knowledge_.findMember(type.name, Name("__getattr__"));
        any && any->returns)
      return instance(any->returns.view());
  return externalMember(type.name, name, true);
}

GroupId Evaluator::definingGroup(ClassId type, Name name) {
  for (const Ancestor &ancestor : classes_.order(type)) {
    if (ancestor.type == kNone)
      continue;
    const GroupId group =
        symbols_.find(classes_.fileOf(ancestor.type), classes_.facts(ancestor.type).scope, name);
    if (group != kNone)
      return group;
  }
  return kNone;
}

link::FunctionId Evaluator::methodIn(GroupId id) const {
  if (id == kNone)
    return kNone;
  const Group &group = symbols_.group(id);
  const std::span<const Definition> all = symbols_.definitions(id);
  for (size_t i = all.size(); i-- > 0;)
    if (all[i].kind == facts::BindingKind::Function && !isReplaced(group, all, i))
      return program_.functionAt(group.file, all[i].index);
  return kNone;
}

link::FunctionId Evaluator::method(ClassId type, Name name) {
  return methodIn(definingGroup(type, name));
}

link::FunctionId Evaluator::ownMethod(ClassId type, Name name) const {
  return methodIn(symbols_.find(classes_.fileOf(type), classes_.facts(type).scope, name));
}

Name Evaluator::externalPropertyOf(TypeId id, Name name) {
  const Type type = types_[id];
  if (type.kind == TypeKind::ExternalInstance) {
    const catalog::Entry *entry = knowledge_.findMember(type.name, name);
    return entry && entry->isProperty ? knowledge_.join(type.name, name) : Name{};
  }
  if (type.kind != TypeKind::Instance || definingGroup(type.id, name) != kNone)
    return {};
  for (const Ancestor &ancestor : classes_.order(type.id)) {
    const catalog::Entry *entry =
        ancestor.type == kNone ? knowledge_.findMember(ancestor.external, name) : nullptr;
    if (entry && entry->isProperty)
      return knowledge_.join(ancestor.external, name);
  }
  return {};
}

Name Evaluator::typeName(TypeId id) const {
  const Type &type = types_[id];
  switch (type.kind) {
  case TypeKind::Instance:
  case TypeKind::Class:
    return classes_.facts(type.id).qualifiedName;
  case TypeKind::External:
  case TypeKind::ExternalInstance:
    return type.name;
  case TypeKind::Function:
    return facts(type.id).qualifiedName;
  default:
    return {};
  }
}

SetId Evaluator::classMember(ClassId type, Name name, TypeId receiver, bool skipOwn) {
  const std::vector<Ancestor> &order = classes_.order(type);
  for (size_t i = skipOwn ? 1 : 0; i < order.size(); ++i) {
    if (order[i].type == kNone) {
      if (knowledge_.findMember(order[i].external, name))
        return externalMember(order[i].external, name, true);
      continue;
    }
    const ClassId owner = order[i].type;
    const GroupId group = symbols_.find(classes_.fileOf(owner), classes_.facts(owner).scope, name);
    if (group == kNone)
      continue;
    const SetId found = bind(groupValue(group), receiver);
    if (found != kUnknown)
      return found;
  }
  return externalAncestorMember(type, name, skipOwn);
}

SetId Evaluator::externalAncestorMember(ClassId type, Name name, bool skipOwn) {
  if (definingGroup(type, name) != kNone && !skipOwn)
    return kUnknown; // it is ours, and we could not tell what it is
  SetId result = kUnknown;
  for (const Ancestor &ancestor : classes_.order(type))
    if (ancestor.type == kNone && !isTrivialBase(ancestor.external.view()))
      result = types_.unite(result, externalMember(ancestor.external, name, true));
  return types_.size(result) > 1 ? types_.weaken(result) : result;
}

// `self.fetch()` in a mixin that has no fetch means that of the class it is mixed into.
SetId Evaluator::subclassMember(ClassId type, Name name, TypeId receiver) {
  if (definingGroup(type, name) != kNone)
    return kUnknown;
  std::vector<GroupId> groups;
  for (const ClassId subclass : classes_.subclasses(type))
    if (const GroupId group = definingGroup(subclass, name);
        group != kNone && std::ranges::find(groups, group) == groups.end())
      groups.push_back(group);
  if (groups.empty() || groups.size() > kMixinLimit)
    return kUnknown;
  SetId result = kUnknown;
  for (const GroupId group : groups)
    result = types_.unite(result, bind(groupValue(group), receiver));
  return types_.weaken(result);
}

// What reading a member through an object or a class gives: bound methods, values of properties.
SetId Evaluator::bind(SetId set, TypeId receiver) {
  const bool viaObject = types_[receiver].kind == TypeKind::Instance;
  SetId result = kUnknown;
  for (const Alternative each : types_.each(set)) {
    const Type type = types_[each.type];
    SetId one = types_.single(each.type, each.inferred);
    const bool isMethod =
        type.kind == TypeKind::Function && type.other == kNone && facts(type.id).enclosingClass != kNone;
    const uint32_t flags = isMethod ? facts(type.id).flags : 0;
    if (isMethod && flags & Property && viaObject)
      one = functionResult(types_.boundTo(each.type, receiver));
    else if (isMethod && !(flags & Static) && (viaObject || flags & ClassMethod))
      one = types_.single(types_.boundTo(each.type, receiver), each.inferred);
    else if (type.kind == TypeKind::SelfType)
      one = types_.single(substituteOne(each.type, receiver), each.inferred);
    result = types_.unite(result, one);
  }
  return result;
}

SetId Evaluator::viaMethod(TypeId type, Name name) {
  SetId result = kUnknown;
  for (const Alternative each : types_.each(member(type, name)))
    if (types_[each.type].kind == TypeKind::Function)
      result = types_.unite(result, functionResult(each.type));
  return result;
}

SetId Evaluator::element(SetId set) {
  SetId result = kUnknown;
  for (const Alternative each : types_.each(set))
    result = types_.unite(result, elementOf(each.type));
  return result;
}

SetId Evaluator::elementOf(TypeId id) {
  const Type type = types_[id];
  if (type.kind == TypeKind::Result)
    return facts(type.id).kind == facts::FunctionKind::Coroutine ? kUnknown
                                                                 : substitute(returned(type.id), type.other);
  if (type.kind == TypeKind::Lazy)
    return types_.argument(id, 0);
  if (type.kind == TypeKind::Instance) {
    if (const SetId next = viaMethod(id, Name("__next__")); next != kUnknown)
      return next;
    if (const SetId next = viaMethod(id, Name("__anext__")); next != kUnknown)
      return awaited(next);
    const SetId iterator = types_.unite(viaMethod(id, Name("__iter__")), viaMethod(id, Name("__aiter__")));
    return iterator == types_.single(id) ? kUnknown : element(iterator);
  }
  if (type.kind != TypeKind::ExternalInstance)
    return kUnknown;
  const std::string_view name = type.name.view();
  if (name == "str" || name == "io.TextIOWrapper")
    return instance("str");
  if (name != "tuple" && type.argumentCount)
    return name == "typing.Callable" ? kUnknown : types_.argument(id, 0);
  if (name != "tuple") {
    const catalog::Entry *entry = knowledge_.find(type.name);
    return entry && !entry->yields.empty() ? instance(entry->yields.view()) : kUnknown;
  }
  SetId result = kUnknown;
  for (uint32_t i = 0; i < type.argumentCount; ++i)
    result = types_.unite(result, types_.argument(id, i));
  return result;
}

SetId Evaluator::awaited(SetId set) {
  SetId result = kUnknown;
  for (const Alternative each : types_.each(set)) {
    const SetId one = awaitedOne(each.type);
    result = types_.unite(result, each.inferred ? types_.weaken(one) : one);
  }
  return result;
}

SetId Evaluator::awaitedOne(TypeId id) {
  const Type type = types_[id];
  if (type.kind == TypeKind::Result)
    return facts(type.id).kind == facts::FunctionKind::Coroutine ? substitute(returned(type.id), type.other)
                                                                 : kUnknown;
  if (type.kind == TypeKind::Instance) // __await__ is a generator: what it yields is not what awaiting gives
    return kUnknown;
  if (type.kind != TypeKind::ExternalInstance)
    return kUnknown;
  const std::string_view name = type.name.view();
  if (name == "typing.Coroutine")
    return types_.argument(id, type.argumentCount == 3 ? 2 : 0);
  if (name == "typing.Awaitable" || name == "asyncio.Future" || name == "asyncio.Task")
    return types_.argument(id, 0);
  return type.argumentCount ? kUnknown : types_.single(id, true);
}

SetId Evaluator::entered(SetId set) {
  SetId result = kUnknown;
  for (const Alternative each : types_.each(set)) {
    const SetId one = enteredOne(each.type);
    result = types_.unite(result, each.inferred ? types_.weaken(one) : one);
  }
  return result;
}

SetId Evaluator::enteredOne(TypeId id) {
  const Type type = types_[id];
  if (type.kind == TypeKind::Manager)
    return substitute(returned(type.id), type.other);
  if (type.kind == TypeKind::Instance) {
    const SetId plain = viaMethod(id, Name("__enter__"));
    const SetId async = awaited(viaMethod(id, Name("__aenter__")));
    if (plain != kUnknown || async != kUnknown)
      return types_.unite(plain, async);
    // __enter__ without a known result, or inherited from outside: nearly always the object itself.
    return definingGroup(type.id, Name("__enter__")) == kNone &&
                   definingGroup(type.id, Name("__aenter__")) == kNone
               ? types_.single(id)
               : kUnknown;
  }
  if (type.kind != TypeKind::ExternalInstance)
    return kUnknown;
  for (const std::string_view enter : {"__enter__", "__aenter__"})
    if (const catalog::Entry *entry = knowledge_.find(knowledge_.join(type.name, Name(enter)));
        entry && !entry->returns.empty())
      return entry->returns.view().starts_with('$') ? types_.single(id) : instance(entry->returns.view());
  const std::string_view name = type.name.view();
  if (name == "typing.ContextManager" || name == "typing.AsyncContextManager" || name == "typing.Awaitable" ||
      name == "typing.AbstractContextManager" || name == "contextlib.AbstractContextManager" ||
      name == "contextlib.AbstractAsyncContextManager" || name == "contextlib.closing" ||
      name == "contextlib.aclosing" || name == "contextlib.nullcontext")
    return types_.argument(id, 0);
  return types_.single(id);
}

} // namespace clearway::python
