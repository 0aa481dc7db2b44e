#include "frontend/python/SemanticsCalls.h"

#include <algorithm>

namespace clearway::python {

using facts::CallKind;
using facts::FunctionKind;
using facts::kNone;
using facts::ValueKind;
using link::Confidence;

namespace {

constexpr size_t kImplementationLimit =
    16; // an interface with more implementations says nothing about one call

Confidence weakened(Confidence confidence, bool inferred) {
  return inferred ? std::max(confidence, Confidence::Inferred) : confidence;
}

} // namespace

CallResolver::CallResolver(link::Program &program, Evaluator &evaluator)
    : program_(program), evaluator_(evaluator), types_(evaluator.types()), paths_(evaluator), uniqueMethods_(program) {}

// A client may be the synchronous or the asynchronous one of a pair; what is awaited is the latter's.
void CallResolver::dropPlainTwins(Reached &reached) const {
  const auto isAsync = [&](const link::Target &target) {
    return program_.facts(target.function).kind == FunctionKind::Coroutine;
  };
  if (std::ranges::any_of(reached.targets, isAsync))
    std::erase_if(reached.targets, [&](const link::Target &target) {
      return target.confidence != Confidence::Certain && !isAsync(target);
    });
}

bool CallResolver::isSelfCall(const facts::CallSite &site) const {
  const facts::FileFacts &facts = program_.fileOf(caller_);
  const facts::Value &callee = facts.values[site.callee];
  return callee.kind == facts::ValueKind::Attr && callee.a != facts::kNone &&
         facts.values[callee.a].kind == facts::ValueKind::Self;
}

// `self.f()` in a method that a subclass replaces, too, does not run on objects of that subclass.
bool CallResolver::replacesCaller(ClassId owner) const {
  const facts::Function &caller = program_.facts(caller_);
  if (caller.enclosingClass == facts::kNone)
    return false;
  for (const Ancestor &ancestor : evaluator_.classes().order(owner))
    if (ancestor.type != kNone)
      if (const link::FunctionId method = evaluator_.ownMethod(ancestor.type, caller.name);
          method != link::kNone)
        return method != caller_;
  return false;
}

void CallResolver::resolve(link::CallId id) {
  link::Call &call = program_.calls[id];
  caller_ = call.caller;
  const facts::CallSite &site = file(call.file).calls[call.site];
  Reached reached;
  switch (site.kind) {
  case CallKind::Call:
  case CallKind::Construct:
    resolveCall(call, site, reached);
    break;
  case CallKind::Attribute:
    resolveAttribute(call, site, reached);
    break;
  case CallKind::Enter:
  case CallKind::Exit:
  case CallKind::Iterate:
    resolveProtocol(call, site, reached);
    break;
  case CallKind::Operator:
  case CallKind::Destroy:
    break;
  }
  if (site.flags & facts::CallFlag::Awaited)
    dropPlainTwins(reached);
  reached.sort();
  call.targets = std::move(reached.targets);
  call.externals = std::move(reached.externals);
  fillReceiver(call, site);
}

void CallResolver::resolveCall(link::Call &call, const facts::CallSite &site, Reached &into) {
  into = reachedBy(call.file, site.callee, &site);
  if (into.targets.empty() && std::ranges::all_of(into.externals, [&](const link::External &external) {
        return !external.entry && uniqueMethods_.isUnseen(external.name);
      }))
    reachByName(call, site, into);
  fillCallables(call, site);
}

Reached CallResolver::reachedBy(link::FileId id, facts::ValueId callee, const facts::CallSite *site) {
  Reached reached;
  const SetId set = evaluator_.value(id, callee);
  const Confidence base = types_.size(set) > 1 ? Confidence::Inferred : Confidence::Certain;
  const facts::Value &value = file(id).values[callee];
  const bool isSuper = value.kind == ValueKind::Attr && file(id).values[value.a].kind == ValueKind::Super;
  for (const Alternative each : types_.each(set))
    reach(each.type, weakened(base, each.inferred), !isSuper, site, reached);
  return reached;
}

void CallResolver::reach(TypeId id, Confidence confidence, bool dynamic, const facts::CallSite *site,
                         Reached &into) {
  const Type type = types_[id];
  switch (type.kind) {
  case TypeKind::Function:
    reachFunction(id, confidence, dynamic, site, into);
    break;
  case TypeKind::Class:
    reachConstructor(id, confidence, into);
    break;
  case TypeKind::External:
    addExternal(type.name, confidence, into);
    break;
  case TypeKind::Instance:
  case TypeKind::ExternalInstance:
    if (type.name.view() == "typing.Callable")
      break;
    for (const Alternative each : types_.each(evaluator_.member(id, Name("__call__"))))
      if (types_[each.type].kind != TypeKind::Instance)
        reach(each.type, weakened(confidence, each.inferred), dynamic, site, into);
    break;
  default:
    break;
  }
}

void CallResolver::reachFunction(TypeId id, Confidence confidence, bool dynamic, const facts::CallSite *site,
                                 Reached &into) {
  const Type type = types_[id];
  for (uint32_t i = 0; i < type.argumentCount; ++i)
    into.add(types_.argument(id, i), confidence);
  if (type.argumentCount && !evaluator_.passesThrough(types_.argument(id, 0), type.id))
    return;
  const bool isAbstract = program_.facts(type.id).flags & facts::FunctionFlag::Abstract;
  if (isAbstract && dynamic && !program_.functions[type.id].overriders.empty())
    reachOverriders(type.id, type.other, site, into);
  else
    into.add(type.id, confidence);
}

// An abstract method stands for its implementations. Where some are coroutines and others are not, they
// belong to twins, a synchronous one and an asynchronous one: how the result is used tells which of them is
// meant, or nothing does.
void CallResolver::reachOverriders(link::FunctionId function, TypeId receiver, const facts::CallSite *site,
                                   Reached &into) {
  std::vector<link::FunctionId> found;
  bool anyAsync = false, anyPlain = false;
  const ClassId declarer = evaluator_.classes().at(program_.functions[function].file, program_.facts(function).enclosingClass);
  for (const link::FunctionId overrider : program_.functions[function].overriders) {
    const facts::Function &facts = program_.facts(overrider);
    const ClassId owner = evaluator_.classes().at(program_.functions[overrider].file, facts.enclosingClass);
    if (facts.flags & facts::FunctionFlag::Abstract)
      continue;
    if (site && isSelfCall(*site) && replacesCaller(owner))
      continue;
    if (receiver != kNone && types_[receiver].kind == TypeKind::Instance && types_[receiver].id != declarer &&
        !evaluator_.classes().derives(owner, types_[receiver].id))
      continue;
    found.push_back(overrider);
    (facts.kind == FunctionKind::Coroutine || facts.kind == FunctionKind::AsyncGenerator ? anyAsync
                                                                                         : anyPlain) = true;
  }
  if (found.size() > kImplementationLimit)
    found.clear();
  const bool isMixed = anyAsync && anyPlain;
  const bool awaited = site && (site->flags & facts::CallFlag::Awaited);
  const bool used =
      site && (site->use == facts::ResultUse::Returned || site->use == facts::ResultUse::Argument ||
               site->use == facts::ResultUse::Stored);
  for (const link::FunctionId each : found) {
    const FunctionKind kind = program_.facts(each).kind;
    const bool isAsync = kind == FunctionKind::Coroutine || kind == FunctionKind::AsyncGenerator;
    if (!isMixed || (isAsync ? awaited : !awaited && !used))
      into.add(each, Confidence::Inferred);
  }
  if (into.targets.empty())
    into.add(function, Confidence::Inferred);
}

void CallResolver::reachConstructor(TypeId id, Confidence confidence, Reached &into) {
  const ClassId type = types_[id].id;
  bool found = false;
  for (const std::string_view name :
       {"__new__", "__init__", "__post_init__", "__attrs_post_init__", "model_post_init"}) {
    const link::FunctionId method = evaluator_.method(type, Name(name));
    if (method == kNone)
      continue;
    found |= name == "__init__";
    into.add(method, confidence);
  }
  if (const catalog::Entry *entry =
          evaluator_.knowledge().find(evaluator_.classes().facts(type).qualifiedName))
    into.add({evaluator_.classes().facts(type).qualifiedName, entry, confidence});
  if (found)
    return;
  for (const Ancestor &ancestor : evaluator_.classes().order(type))
    if (ancestor.type == kNone && evaluator_.knowledge().find(ancestor.external)) {
      addExternal(ancestor.external, confidence, into);
      return;
    }
}

// `super().__init__()` of a class from outside is known under the name of the class.
void CallResolver::addExternal(Name name, Confidence confidence, Reached &into) {
  const Knowledge &knowledge = evaluator_.knowledge();
  constexpr std::string_view kInit = ".__init__";
  if (name.view().ends_with(kInit) && !knowledge.find(name))
    name = Name(name.view().substr(0, name.view().size() - kInit.size()));
  into.add(knowledge.external(name, confidence));
}

void CallResolver::resolveAttribute(const link::Call &call, const facts::CallSite &site, Reached &into) {
  const facts::Value &read = file(call.file).values[site.callee];
  if (read.kind != ValueKind::Attr)
    return;
  const SetId objects = evaluator_.value(call.file, read.a);
  const Confidence base = types_.size(objects) > 1 ? Confidence::Inferred : Confidence::Certain;
  for (const Alternative each : types_.each(objects)) {
    const Type type = types_[each.type];
    const Confidence confidence = weakened(base, each.inferred);
    if (type.kind == TypeKind::Instance || type.kind == TypeKind::Super) {
      const link::FunctionId method = evaluator_.method(type.id, read.name);
      if (method != kNone && program_.facts(method).flags & facts::FunctionFlag::Property)
        reachFunction(types_.boundTo(types_.of(TypeKind::Function, method), each.type), confidence, true,
                      &site, into);
    }
    const Name external = evaluator_.externalPropertyOf(each.type, read.name);
    if (!external.empty())
      into.add(evaluator_.knowledge().external(external, confidence));
  }
  if (into.targets.empty() && into.externals.empty())
    reachByName(call, site, into);
}

void CallResolver::resolveProtocol(const link::Call &call, const facts::CallSite &site, Reached &into) {
  const SetId set = evaluator_.value(call.file, site.callee);
  const Confidence base = types_.size(set) > 1 ? Confidence::Inferred : Confidence::Certain;
  for (const Alternative each : types_.each(set)) {
    const Confidence confidence = weakened(base, each.inferred);
    if (site.kind == CallKind::Iterate)
      reachIteration(each.type, confidence, site, into);
    else
      reachProtocol(each.type, confidence, site, into);
  }
}

void CallResolver::reachProtocol(TypeId id, Confidence confidence, const facts::CallSite &site,
                                 Reached &into) {
  const Type type = types_[id];
  const bool isAsync = site.flags & facts::CallFlag::Awaited;
  const bool isEnter = site.kind == CallKind::Enter;
  if (type.kind == TypeKind::Manager && isEnter)
    into.add(type.id, confidence);
  reachMember(id,
              isEnter   ? (isAsync ? "__aenter__" : "__enter__")
              : isAsync ? "__aexit__"
                        : "__exit__",
              confidence, site, into);
}

void CallResolver::reachIteration(TypeId id, Confidence confidence, const facts::CallSite &site,
                                  Reached &into) {
  const Type type = types_[id];
  if (type.kind == TypeKind::Result && program_.facts(type.id).kind != FunctionKind::Coroutine)
    into.add(type.id, confidence);
  if (type.kind == TypeKind::Lazy)
    addExternal(type.name, confidence, into);
  const bool isAsync = site.flags & facts::CallFlag::Awaited;
  reachMember(id, isAsync ? "__aiter__" : "__iter__", confidence, site, into);
  reachMember(id, isAsync ? "__anext__" : "__next__", confidence, site, into);
}

void CallResolver::reachMember(TypeId id, std::string_view name, Confidence confidence,
                               const facts::CallSite &site, Reached &into) {
  const Type type = types_[id];
  if (type.kind != TypeKind::Instance && type.kind != TypeKind::ExternalInstance)
    return;
  for (const Alternative each : types_.each(evaluator_.member(id, Name(name)))) {
    const Type found = types_[each.type];
    const bool isKnown = found.kind == TypeKind::External && evaluator_.knowledge().find(found.name);
    if (found.kind == TypeKind::Function || isKnown)
      reach(each.type, weakened(confidence, each.inferred), true, &site, into);
  }
}

// `thing.rebuild_index()` on something unknown: if only one class of the program has that method, and no
// library could have made the object, it may well be that one.
void CallResolver::reachByName(const link::Call &call, const facts::CallSite &site, Reached &into) {
  const facts::Value &callee = file(call.file).values[site.callee];
  if (callee.kind != ValueKind::Attr || isForeign(call.file, callee.a) || isKnown(evaluator_.value(call.file, callee.a)))
    return;
  const link::Target known = uniqueMethods_.of(callee.name, file(call.file), site);
  if (known.function != kNone)
    into.add(known.function, known.confidence);
}

bool CallResolver::isOutside(const Type &type) const {
  return (type.kind == TypeKind::External || type.kind == TypeKind::ExternalInstance) && !uniqueMethods_.isUnseen(type.name);
}

/// What the program's own files that were not given would say is not known.
bool CallResolver::isKnown(SetId set) const {
  for (const Alternative each : types_.each(set))
    if (const Type type = types_[each.type];
        (type.kind != TypeKind::External && type.kind != TypeKind::ExternalInstance) || isOutside(type))
      return true;
  return false;
}

bool CallResolver::isForeign(link::FileId id, facts::ValueId v) {
  for (int depth = 0; depth < 16 && v != kNone; ++depth) {
    const facts::Value &value = file(id).values[v];
    for (const Alternative each : types_.each(evaluator_.value(id, v)))
      if (isOutside(types_[each.type]))
        return true;
    switch (value.kind) {
    case ValueKind::CallResult:
      v = file(id).calls[value.a].callee;
      break;
    case ValueKind::Attr:
    case ValueKind::Apply:
    case ValueKind::Await:
    case ValueKind::Element:
    case ValueKind::Enter:
      v = value.a;
      break;
    default:
      return value.kind == ValueKind::Super || value.kind == ValueKind::Literal;
    }
  }
  return true;
}

void CallResolver::fillCallables(link::Call &call, const facts::CallSite &site) {
  uint32_t index = 0;
  for (const facts::Argument &argument : file(call.file).argumentsOf(site)) {
    const uint32_t position = index++;
    if (argument.value == 0 || argument.spread ||
        file(call.file).values[argument.value].kind == ValueKind::Literal)
      continue;
    Reached reached = reachedBy(call.file, argument.value, nullptr);
    std::erase_if(reached.externals, [](const link::External &each) { return !each.entry; });
    if (reached.targets.empty() && reached.externals.empty())
      continue;
    reached.sort();
    call.callables.push_back({position, std::move(reached.targets), std::move(reached.externals)});
  }
}

void CallResolver::fillReceiver(link::Call &call, const facts::CallSite &site) {
  const facts::Value &callee = file(call.file).values[site.callee];
  const bool isProtocol =
      site.kind == CallKind::Enter || site.kind == CallKind::Exit || site.kind == CallKind::Iterate;
  if (!isProtocol && callee.kind != ValueKind::Attr)
    return;
  const facts::ValueId object = isProtocol ? site.callee : callee.a;
  const SetId set = evaluator_.value(call.file, object);
  if (types_.size(set) == 1)
    call.receiverType = evaluator_.typeName(types_.at(set, 0).type);
  const bool isAboutLock = std::ranges::any_of(call.externals, [](const link::External &each) {
    return each.entry && !each.entry->isType &&
           (each.entry->acquires || each.entry->releases || each.entry->lock != catalog::LockKind::None);
  });
  if (isAboutLock)
    call.lockPath = paths_.path(call.file, object);
}

} // namespace clearway::python
