#include "frontend/rust/semantics/PartResolver.h"

#include "frontend/rust/semantics/Prelude.h"
#include "frontend/rust/semantics/TypeConditions.h"

#include <algorithm>

namespace clearway::frontend::rust {
namespace {

using facts::kNone;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::Confidence;
using link::External;
using link::FileId;
using link::FunctionId;

constexpr size_t kMostCandidates = 24; // more implementations than this say nothing about a call
const Name kNext("next"), kIntoIter("into_iter"), kCopy("std::io::copy");

/// Methods of Iterator that take items until there are enough.
bool consumesIterator(std::string_view method) {
  constexpr std::string_view kNames[] = {"collect", "count", "last", "nth",      "sum", "product", "fold",  "try_fold", "for_each", "try_for_each",
                                         "any",     "all",   "find", "position", "max", "min",     "max_by", "min_by", "partition", "unzip"};
  return std::find(std::begin(kNames), std::end(kNames), method) != std::end(kNames);
}

bool isFutureOrStream(std::string_view name) {
  constexpr std::string_view kNames[] = {"Future", "Stream", "BoxFuture", "BoxStream", "LocalBoxFuture", "LocalBoxStream"};
  const size_t at = name.rfind("::");
  const std::string_view last = at == name.npos ? name : name.substr(at + 2);
  return std::find(std::begin(kNames), std::end(kNames), last) != std::end(kNames);
}

} // namespace

PartResolver::PartResolver(link::Program &program, const catalog::Catalog &catalog, const ItemIndex &items,
                           const Members &members, const ClosureArguments &closures, Part part)
    : program_(program), knowledge_(catalog), items_(items, knowledge_), members_(members),
      inference_(program, knowledge_, items_, members, closures), fields_(program, items_, closures, inference_), guards_(program, knowledge_, items_, inference_),
      drops_(program, items_, members, inference_), part_(part) {}

void PartResolver::resolveFunctions() {
  forEach(program_.functionBase, program_.functions.size(), [&](FunctionId f) { resolveFunction(f); });
}

void PartResolver::resolveCalls() {
  forEach(program_.callBase, program_.calls.size(), [&](link::CallId call) { resolveCall(call); });
}

void PartResolver::resolveObjects() {
  forEach(program_.objectBase, program_.objects.size(), [&](uint32_t object) {
    guards_.resolve(program_.objects[object]);
    drops_.resolve(program_.objects[object]);
  });
}

void PartResolver::addCallableFields(const std::unordered_set<Name> &aliases, CallableFields &to) {
  for (FileId file = part_.first; file < part_.last; ++file)
    if (isRust(file))
      fields_.addFields(file, aliases, to);
}

void PartResolver::readCallableFields(const CallableFields &fields, std::vector<StoredCallable> &stored, std::vector<FieldCall> &calls) {
  for (FileId file = part_.first; file < part_.last; ++file)
    if (isRust(file))
      fields_.read(file, fields, stored, calls);
}

std::vector<link::Target> PartResolver::callablesOf(FileId file, ValueId value) {
  link::CallableArgument made;
  callableOf(file, value, made, 0);
  return std::move(made.targets);
}

std::vector<Name> PartResolver::traitNames(FileId file, facts::Span bases) {
  std::vector<Name> names;
  for (const ValueId base : program_.files[file].operandsOf(bases)) {
    const Type &type = inference_.types[inference_.typeNamed(file, base)];
    if (type.kind == TypeKind::Named)
      names.push_back(type.name);
  }
  return names;
}

// ---- functions

void PartResolver::resolveDecorators(FunctionId f) {
  link::Function &function = program_.functions[f];
  const facts::FileFacts &file = program_.fileOf(f);
  for (const ValueId decorator : file.operandsOf(program_.facts(f).decorators)) {
    const Item item = inference_.resolvePath(function.file, decorator);
    if (item.kind != ItemKind::External)
      continue;
    const Value &value = file.values[decorator];
    // A runtime of one thread is an entry of its own: `tokio::main(current_thread)`.
    if (value.kind == ValueKind::Apply)
      for (const ValueId argument : file.operandsOf(value.operands))
        if (file.values[argument].name.view().find("current_thread") != std::string_view::npos)
          function.decorators.push_back(external(Name(std::string(item.name.view()) + "(current_thread)")));
    function.decorators.push_back(external(item.name));
  }
}

void PartResolver::resolveFunction(FunctionId f) {
  link::Function &function = program_.functions[f];
  const facts::FileFacts &file = program_.fileOf(f);
  const facts::Function &fact = program_.facts(f);
  function.entry = knowledge_.find(fact.qualifiedName);
  resolveDecorators(f);
  if (fact.enclosingClass == kNone || file.classes[fact.enclosingClass].kind != facts::ClassKind::Impl)
    return;
  for (const Name trait : traitNames(function.file, file.classes[fact.enclosingClass].bases)) {
    if (!members_.isTrait(trait)) {
      if (External base = external(trait); base.entry || knowledge_.knowsPrefix(trait))
        function.bases.push_back(base);
      continue;
    }
    const std::vector<FunctionId> &declared = members_.declared(trait, fact.name);
    function.overrides.insert(function.overrides.end(), declared.begin(), declared.end());
  }
}

namespace {

/// `BoxFuture` of `BoxFuture<'static, T>`.
std::string_view writtenName(const facts::FileFacts &file, ValueId id) {
  Value value = file.values[id];
  if (value.kind == ValueKind::Apply)
    value = file.values[value.a];
  return value.kind == ValueKind::Ref || value.kind == ValueKind::Attr ? value.name.view() : std::string_view();
}

} // namespace

// `-> Self::Future`, in an implementation that says `type Future = …;`.
std::pair<FileId, ValueId> PartResolver::declaredResult(FunctionId f) const {
  const FileId id = program_.functions[f].file;
  const facts::FileFacts &file = program_.files[id];
  const facts::Function &fact = program_.facts(f);
  const Value &result = file.values[fact.returnType];
  if (result.kind == ValueKind::Attr && result.flag == 1 && fact.enclosingClass != kNone &&
      writtenName(file, result.a) == "Self")
    if (const ClassRef alias = items_.memberClass({id, fact.enclosingClass}, result.name); alias.file != link::kNone)
      return {alias.file, program_.files[alias.file].classes[alias.id].self};
  return {id, fact.returnType};
}

bool PartResolver::returnsFuture(FunctionId f) {
  const facts::Function &fact = program_.facts(f);
  if (fact.kind != facts::FunctionKind::Plain || fact.flags & facts::FunctionFlag::Lambda || fact.returnType == 0)
    return false;
  const auto [file, result] = declaredResult(f);
  const TypeId declared = inference_.typeNamed(file, result);
  if (declared == kUnknownType) // imported from a file that is not there
    return isFutureOrStream(writtenName(program_.files[file], result));
  const TypeTable &types = inference_.types;
  TypeId id = types.stripped(declared);
  while (types[id].kind == TypeKind::Named && !types[id].args.empty() &&
         (types[id].name.view() == "std::pin::Pin" || types[id].name.view() == "std::boxed::Box"))
    id = types.stripped(types[id].args.front());
  const Type &type = types[id];
  if (type.kind == TypeKind::Bound)
    return std::any_of(type.args.begin(), type.args.end(),
                       [&](TypeId bound) { return isFutureOrStream(types[bound].name.view()); });
  return type.kind == TypeKind::Named && isFutureOrStream(type.name.view());
}

// A method of somebody else's trait that declares to return a future or a stream is called where such things are polled:
// what it does before it returns keeps that loop. Who calls it is not to be seen, unlike with the program's own traits.
void PartResolver::addPolledFunctions(const std::vector<bool> &isCalled) {
  static const Name kReturnsFuture("std::future::IntoFuture"); // what the catalogue says of such methods
  const catalog::Entry *polled = knowledge_.find(kReturnsFuture);
  forEach(program_.functionBase, program_.functions.size(), [&](FunctionId f) {
    const facts::Function &fact = program_.facts(f);
    if (isCalled[f] || fact.enclosingClass == kNone)
      return;
    const facts::Class &owner = program_.fileOf(f).classes[fact.enclosingClass];
    const bool isForeign = owner.kind == facts::ClassKind::Impl && owner.bases.count != 0 &&
                           program_.functions[f].overrides.empty();
    if (!isForeign || !returnsFuture(f))
      return;
    const auto traits = traitNames(program_.functions[f].file, owner.bases);
    const facts::FileFacts &file = program_.fileOf(f);
    const Name trait = traits.empty() ? Name(writtenName(file, file.operandsOf(owner.bases).front())) : traits.front();
    if (trait)
      program_.functions[f].bases.push_back({trait, polled, Confidence::Inferred});
  });
}

// ---- calls

void PartResolver::resolveCall(link::CallId id) {
  link::Call &call = program_.calls[id];
  const facts::FileFacts &file = program_.files[call.file];
  const facts::CallSite &site = file.calls[call.site];
  if (site.kind == facts::CallKind::Operator) // an assignment
    return;
  const Callee &callee = inference_.callee(call.file, call.site);
  if (site.kind == facts::CallKind::Iterate)
    return resolveIteration(call, callee);
  if (callee.functions.size() <= kMostCandidates)
    for (const FunctionId function : callee.functions)
      call.targets.push_back({function, callee.confidence});
  if (!call.targets.empty())
    noteGeneric(id, callee);
  for (const Name name : callee.externals)
    call.externals.push_back(external(name, callee.externalConfidence));
  for (External &known : call.externals)
    if (known.entry)
      known.entry = withTypesDecided(*known.entry, [&](uint32_t argument) { return argumentTypes(call.file, site, argument); });
  if (!call.externals.empty() && call.externals.front().name == kCopy && site.arguments.count == 2)
    if (const catalog::Entry *decoder = decoderAt(call.file, file.argumentsOf(site).front().value))
      call.externals.front().entry = decoder;
  if (const Type &receiver = inference_.types[callee.original]; receiver.kind == TypeKind::Named)
    call.receiverType = receiver.name;
  Value target = file.values[site.callee];
  if (target.kind == ValueKind::Apply)
    target = file.values[target.a];
  if (target.kind == ValueKind::Attr && target.flag == 0)
    call.lockPath = placePath(file, target.a);
  addCallables(call, site);
  addInlineClosures(call, site);
  addNext(call, callee);
  for (const FunctionId function : callee.implicit)
    call.targets.push_back({function, Confidence::Certain});
}

// `names.collect()`, `names.filter(…)` of an iterator of the program's own run its `next`, by way of methods of Iterator.
void PartResolver::addNext(link::Call &call, const Callee &callee) {
  const Type &type = inference_.types[callee.original];
  const Value &named = program_.files[call.file].values[program_.files[call.file].calls[call.site].callee];
  if (!call.targets.empty() || call.externals.size() > 1 || type.kind != TypeKind::Named || items_.classesNamed(type.name).empty())
    return;
  const bool isIterators = call.externals.empty() ? consumesIterator((named.kind == ValueKind::Apply ? program_.files[call.file].values[named.a] : named).name.view())
                                                  : call.externals.front().name.view().starts_with("std::iter::Iterator::");
  if (!isIterators)
    return;
  for (const FunctionId function : members_.ofType(type.name, kNext))
    call.targets.push_back({function, Confidence::Certain});
}

std::vector<Name> PartResolver::argumentTypes(FileId id, const facts::CallSite &site, uint32_t argument) {
  const auto arguments = program_.files[id].argumentsOf(site);
  std::vector<Name> names;
  if (argument >= arguments.size())
    return names;
  TypeId type = inference_.types.stripped(inference_.typeOf(id, arguments[argument].value));
  while (inference_.types[type].kind == TypeKind::Named) {
    names.push_back(inference_.types[type].name);
    if (!isSmartPointer(names.back().view()) || inference_.types[type].args.empty())
      break;
    type = inference_.types.stripped(inference_.types[type].args.back());
  }
  return names;
}

/// `io::copy` from something that decompresses what it reads is as much work as reading it to its end.
const catalog::Entry *PartResolver::decoderAt(FileId file, ValueId reader) {
  static const Name kReadToEnd("read_to_end");
  const Type &type = inference_.types[inference_.types.stripped(inference_.typeOf(file, reader))];
  const catalog::Entry *entry = type.kind == TypeKind::Named ? knowledge_.findMember(type.name, kReadToEnd) : nullptr;
  return entry && entry->effect == catalog::EffectKind::Cpu ? entry : nullptr;
}

// `for x in receiver` calls next() again and again; the catalogue speaks of it under that name.
void PartResolver::resolveIteration(link::Call &call, const Callee &callee) {
  const Type &type = inference_.types[callee.original];
  if (type.kind != TypeKind::Named)
    return;
  call.receiverType = type.name;
  if (const catalog::Entry *entry = knowledge_.findMember(type.name, kNext))
    call.externals.push_back({knowledge_.joined(type.name, kNext), entry, Confidence::Certain});
  for (const FunctionId function : members_.ofType(type.name, kNext))
    call.targets.push_back({function, Confidence::Certain});
  if (!call.targets.empty())
    return;
  for (const FunctionId function : members_.ofType(type.name, kIntoIter)) { // and then what that gives
    call.targets.push_back({function, Confidence::Certain});
    const Type &given = inference_.types[inference_.types.stripped(inference_.typeNamed(program_.functions[function].file, program_.facts(function).returnType))];
    if (given.kind == TypeKind::Named)
      for (const FunctionId next : members_.ofType(given.name, kNext))
        call.targets.push_back({next, Confidence::Certain});
  }
}

void PartResolver::callableOf(FileId id, ValueId value, link::CallableArgument &to, unsigned depth) {
  const facts::FileFacts &file = program_.files[id];
  const Value read = file.values[value];
  if (value == 0 || depth > 6)
    return;
  switch (read.kind) {
  case ValueKind::Closure: to.targets.push_back({program_.functionAt(id, read.a), Confidence::Certain}); return;
  case ValueKind::Variable: return callableOf(id, file.bindings[read.a].value, to, depth + 1);
  case ValueKind::Deref: return callableOf(id, read.a, to, depth + 1);
  case ValueKind::Join:
    for (const ValueId one : file.operandsOf(read.operands))
      callableOf(id, one, to, depth + 1);
    return;
  case ValueKind::CallResult: { // `Box::pin(async { … })`, `async { … }.instrument(span)`, `Arc::new(|| …)`
    const facts::CallSite &site = file.calls[read.a];
    const Value callee = file.values[site.callee];
    if (callee.kind != ValueKind::Attr)
      return;
    if (callee.flag == 0) {
      if (callee.name.view() == "instrument" || callee.name.view() == "in_current_span" || callee.name.view() == "boxed" ||
          callee.name.view() == "clone" || callee.name.view() == "with_subscriber")
        callableOf(id, callee.a, to, depth + 1);
    } else if (site.arguments.count == 1 &&
               (callee.name.view() == "pin" || callee.name.view() == "new" || callee.name.view() == "clone")) {
      callableOf(id, file.arguments[site.arguments.first].value, to, depth + 1);
    }
    return;
  }
  case ValueKind::Ref:
  case ValueKind::Attr:
  case ValueKind::Apply: {
    if (read.kind == ValueKind::Attr && read.flag == 0)
      return;
    const Callee callee = inference_.calleeOfPath(id, value);
    for (const FunctionId function : callee.functions)
      to.targets.push_back({function, callee.confidence});
    for (const Name name : callee.externals)
      if (External found = external(name); found.entry)
        to.externals.push_back(found);
    return;
  }
  default: return;
  }
}

void PartResolver::addCallables(link::Call &call, const facts::CallSite &site) {
  const facts::FileFacts &file = program_.files[call.file];
  for (uint32_t i = 0; i < site.arguments.count; ++i) {
    link::CallableArgument made{.argument = i, .targets = {}, .externals = {}};
    callableOf(call.file, file.arguments[site.arguments.first + i].value, made, 0);
    if (!made.targets.empty() || !made.externals.empty())
      call.callables.push_back(std::move(made));
  }
}

// Combinators call their closure before they return, whatever they are defined on.
void PartResolver::addInlineClosures(link::Call &call, const facts::CallSite &site) {
  const facts::FileFacts &file = program_.files[call.file];
  const Value &callee = file.values[site.callee];
  if (call.callables.empty() || !call.targets.empty() || callee.kind != ValueKind::Attr || !runsClosureAtOnce(callee.name.view()))
    return;
  for (const External &known : call.externals)
    if (known.entry && !known.entry->runs.empty())
      return;
  for (const link::CallableArgument &callable : call.callables)
    for (const link::Target &target : callable.targets)
      if (program_.facts(target.function).kind == facts::FunctionKind::Plain)
        call.targets.push_back(target);
  for (const link::CallableArgument &callable : call.callables) // `.map(std::fs::read)`
    for (const External &named : callable.externals)
      if (named.entry && named.entry->effect != catalog::EffectKind::None && named.entry->runs.empty() && !named.entry->suspends) {
        call.externals = {named}; // the combinator itself does nothing
        return;
      }
}

} // namespace clearway::frontend::rust
