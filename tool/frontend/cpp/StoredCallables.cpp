#include "frontend/cpp/StoredCallables.h"

#include "facts/Peeled.h"
#include "facts/Stored.h"
#include "frontend/cpp/HandlerNames.h"
#include "frontend/cpp/Naming.h"

#include <algorithm>
#include <string>

namespace clearway::frontend::cpp {

using facts::ValueKind;
using link::Confidence;
using link::FunctionId;

namespace {

constexpr unsigned kMaxDepth = 10;
constexpr size_t kMostTargets = 256; // whoever may be any of more says nothing
constexpr size_t kMostOwners = 3;    // of what is called without arguments: guards of scopes and queues of tasks serve everybody

bool isCpp(const link::Program &program, link::FileId file) { return program.files[file].language == facts::Language::Cpp; }

/// A receiver that a callee shows; kNone for a plain function.
facts::ValueId receiverOf(const facts::Value &callee) {
  return callee.kind == ValueKind::Symbol || callee.kind == ValueKind::Attr ? callee.a : facts::kNone;
}

bool isKnown(const link::Call &call) {
  return std::any_of(call.externals.begin(), call.externals.end(), [](const link::External &external) { return external.entry; });
}

} // namespace

void StoredCallables::resolve() {
  for (link::FileId file = 0; file < program_.files.size(); ++file)
    if (isCpp(program_, file))
      addFields(file);
  collectCalls();
  collectStores();
  collectKept();
  for (link::Call &call : program_.calls)
    if (isCpp(program_, call.file)) {
      handOn(call);
      if (call.targets.empty())
        resolveCall(call);
    }
}

// ---- What is put where ------------------------------------------------------------------------------------

void StoredCallables::store(Name field, link::FileId file, facts::ValueId value) {
  if (!field || !value)
    return;
  stores_[field].push_back({file, value});
  names_.insert(Name(field.view().substr(std::max(field.view().rfind(':') + 1, field.view().rfind('|') + 1))));
  keep(file, value);
}

/// A lambda, or a parameter, that outlives the call that it is given to.
void StoredCallables::keep(link::FileId file, facts::ValueId id) {
  const facts::Value &value = facts::peeled(program_.files[file], id);
  if (value.kind == ValueKind::Closure)
    kept_.insert(program_.functionAt(file, value.a));
  else if (value.kind == ValueKind::Param)
    keptParameters_.insert(parameterKey(program_.functionAt(file, value.a), value.b));
}

/// What assignments and initializers of objects say.
void StoredCallables::addFields(link::FileId id) {
  const facts::FileFacts &file = program_.files[id];
  for (const facts::Binding &binding : file.bindings)
    if (binding.flags & facts::BindingFlag::Stored)
      store(fieldOf(id, binding.annotation), id, binding.value);
  for (const facts::Value &value : file.values) { // `Route{path, handler}`, with types
    if (value.kind != ValueKind::Cast || file.values[value.a].kind != ValueKind::Display || file.values[value.b].kind != ValueKind::Type)
      continue;
    const std::vector<FieldType> &fields = classes_.fields(file.values[value.b].name);
    const auto items = file.operandsOf(file.values[value.a].operands);
    for (size_t i = 0; i < items.size() && i < fields.size(); ++i)
      store(memberOf(file.values[value.b].name, fields[i].name), id, items[i]);
  }
}

void StoredCallables::collectCalls() {
  for (link::CallId id = 0; id < program_.calls.size(); ++id)
    if (isCpp(program_, program_.calls[id].file))
      for (const link::Target &target : program_.calls[id].targets)
        callsOf_[target.function].push_back(id);
}

/// What members of containers and of std::function are given, and what constructors initialize.
void StoredCallables::collectStores() {
  for (const link::Call &call : program_.calls) {
    if (!isCpp(program_, call.file) || !call.targets.empty())
      continue;
    const facts::FileFacts &file = program_.files[call.file];
    const facts::CallSite &site = file.calls[call.site];
    const facts::Value &callee = file.values[site.callee];
    const auto given = file.argumentsOf(site);
    if (given.empty())
      continue;
    if (site.kind == facts::CallKind::Construct) {
      if (callee.kind == ValueKind::Attr && given.size() == 1) // `: handler_(handler)`, without types
        store(fieldOf(call.file, site.callee), call.file, given.front().value);
      else if (callee.kind == ValueKind::Symbol)
        storeItems(values_.typeName(call.file, callee.a), call.file, given);
      continue;
    }
    if (receiverOf(callee) == facts::kNone || !storesArgument(lastComponent(callee.name).view()))
      continue;
    const Name field = fieldOf(call.file, receiverOf(callee));
    for (const facts::Argument &argument : given)
      store(field, call.file, argument.value);
    if (field) // `routes_.push_back({path, handler})`, without types
      storeItems(values_.itemType(call.file, receiverOf(callee)), call.file, given);
  }
}

/// The members of an aggregate; without types their order is not known, but mostly one alone can be called.
void StoredCallables::storeItems(Name type, link::FileId file, std::span<const facts::Argument> given) {
  Name only;
  for (const FieldType &field : classes_.fields(type))
    if (soundsCallable(field.type.view())) {
      if (only)
        return;
      only = field.name;
    }
  if (only)
    for (const facts::Argument &argument : given)
      store(memberOf(type, only), file, argument.value);
}

/// Grows from parameters that are stored to those that are passed on to them, and to the lambdas that they are given.
void StoredCallables::collectKept() {
  for (const link::Call &call : program_.calls)
    if (isCpp(program_, call.file) && handsOver(call))
      for (const facts::Argument &argument : program_.files[call.file].argumentsOf(program_.files[call.file].calls[call.site]))
        keep(call.file, argument.value);
  constexpr unsigned kRounds = 4;
  for (unsigned round = 0; round < kRounds; ++round)
    for (const link::Call &call : program_.calls) {
      if (!isCpp(program_, call.file))
        continue;
      const auto given = program_.files[call.file].argumentsOf(program_.files[call.file].calls[call.site]);
      for (const link::Target &target : call.targets)
        for (uint32_t i = 0; i < given.size(); ++i)
          if (keptParameters_.contains(parameterKey(target.function, i)))
            keep(call.file, given[i].value);
    }
}

bool StoredCallables::handsOver(const link::Call &call) const {
  return std::any_of(call.externals.begin(), call.externals.end(),
                     [](const link::External &external) { return external.entry && !external.entry->runs.empty(); });
}

// ---- What a place may hold --------------------------------------------------------------------------------

Name StoredCallables::memberOf(Name owner, Name field) const {
  const auto has = [&](Name type) {
    const std::vector<FieldType> &fields = classes_.fields(type);
    return std::any_of(fields.begin(), fields.end(), [&](const FieldType &one) { return one.name == field; });
  };
  if (!has(owner))
    for (Name base : classes_.ancestors(owner))
      if (has(base)) {
        owner = base;
        break;
      }
  return Name(std::string(owner.view()) + "::" + std::string(field.view()));
}

/// The field, or the variable outside of functions, that an expression reads from: `routes_`, `routes_[path]`, `routes_.find(path)->second`.
Name StoredCallables::fieldOf(link::FileId file, facts::ValueId id, unsigned depth) const {
  const facts::FileFacts &facts = program_.files[file];
  if (id == facts::kNone || !id || depth > kMaxDepth)
    return {};
  const facts::Value &value = facts.values[id];
  switch (value.kind) {
  case ValueKind::Attr: {
    if (isPartOfItem(value.name.view()))
      if (const Name container = fieldOf(file, value.a, depth + 1))
        return container;
    const Name owner = values_.objectType(file, value.a);
    return owner ? memberOf(owner, value.name) : Name();
  }
  case ValueKind::Element:
  case ValueKind::Cast:
  case ValueKind::Deref:
    return fieldOf(file, value.a, depth + 1);
  case ValueKind::Variable:
    return fieldOf(file, facts.bindings[value.a].value, depth + 1);
  case ValueKind::Symbol: // a variable of this file
    return value.a == facts::kNone ? Name(facts.path + "|" + std::string(lastComponent(value.name).view())) : Name();
  case ValueKind::CallResult: {
    const facts::CallSite &site = facts.calls[value.a];
    const facts::Value &callee = facts.values[site.callee];
    if (receiverOf(callee) != facts::kNone && site.kind != facts::CallKind::Construct)
      return readsItem(lastComponent(callee.name).view()) ? fieldOf(file, callee.a, depth + 1) : Name();
    const bool passes = callee.kind == ValueKind::Symbol && passesOn(callee.name.view()) && site.arguments.count;
    return passes ? fieldOf(file, facts.arguments[site.arguments.first].value, depth + 1) : Name();
  }
  default:
    return {};
  }
}

void StoredCallables::follow(link::FileId file, facts::ValueId id, Way &way, unsigned depth) const {
  const facts::FileFacts &facts = program_.files[file];
  if (id == facts::kNone || !id || depth > kMaxDepth || way.found.size() > kMostTargets)
    return;
  std::vector<link::Target> known;
  values_.callables(file, id, known);
  for (const link::Target &target : known)
    if (std::find(way.found.begin(), way.found.end(), target.function) == way.found.end())
      way.found.push_back(target.function);
  if (!known.empty())
    return;
  const facts::Value &value = facts.values[id];
  switch (value.kind) {
  case ValueKind::Param:
    return followParameter(program_.functionAt(file, value.a), value.b, way, depth + 1);
  case ValueKind::Join:
    for (facts::ValueId either : facts.operandsOf(value.operands))
      follow(file, either, way, depth + 1);
    return;
  case ValueKind::Cast:
  case ValueKind::Deref:
    return follow(file, value.a, way, depth + 1);
  case ValueKind::Variable:
    if (const facts::ValueId held = facts.bindings[value.a].value)
      follow(file, held, way, depth + 1);
    return;
  case ValueKind::CallResult: { // `std::bind(handler_, …)`, and what was read from a container
    const facts::CallSite &site = facts.calls[value.a];
    if (passesOn(facts.values[site.callee].name.view()) && site.arguments.count)
      return follow(file, facts.arguments[site.arguments.first].value, way, depth + 1);
    break;
  }
  default:
    break;
  }
  followField(fieldOf(file, id), way, depth + 1);
}

void StoredCallables::followField(Name field, Way &way, unsigned depth) const {
  const auto stored = stores_.find(field);
  if (!field || stored == stores_.end() || !way.fields.insert(field).second)
    return;
  const FunctionId caller = std::exchange(way.caller, link::kNone);
  for (const Place &place : stored->second)
    follow(place.file, place.value, way, depth + 1);
  way.caller = caller;
}

/// What the function's callers hand over. Its own calls of the parameter are followed from those already; so is what a lambda
/// calls that runs before the function returns.
void StoredCallables::followParameter(FunctionId function, uint32_t index, Way &way, unsigned depth) const {
  if (way.caller == function || (way.caller != link::kNone && !isTakenAlong(way.caller, function)) ||
      !way.parameters.insert(parameterKey(function, index)).second)
    return;
  const auto calls = callsOf_.find(function);
  if (calls == callsOf_.end())
    return;
  const FunctionId caller = std::exchange(way.caller, link::kNone);
  for (link::CallId id : calls->second) {
    const link::Call &call = program_.calls[id];
    const auto given = program_.files[call.file].argumentsOf(program_.files[call.file].calls[call.site]);
    if (index < given.size())
      follow(call.file, given[index].value, way, depth + 1);
  }
  way.caller = caller;
}

bool StoredCallables::isTakenAlong(FunctionId lambda, FunctionId owner) const {
  for (FunctionId f = lambda; f != link::kNone && f != owner; f = program_.functions[f].parent)
    if (kept_.contains(f))
      return true;
  return false;
}

// ---- What becomes of it -----------------------------------------------------------------------------------

/// `handler_(x)` without types is a call of something by its name.
Name StoredCallables::ownField(const link::Call &call, Name name) const {
  const facts::ClassId owner = program_.facts(call.caller).enclosingClass;
  if (owner != facts::kNone) {
    const Name field = memberOf(program_.fileOf(call.caller).classes[owner].qualifiedName, name);
    if (stores_.contains(field))
      return field;
  }
  return Name(program_.files[call.file].path + "|" + std::string(lastComponent(name).view()));
}

void StoredCallables::resolveCall(link::Call &call) {
  const facts::FileFacts &file = program_.files[call.file];
  const facts::CallSite &site = file.calls[call.site];
  const facts::Value &callee = file.values[site.callee];
  if (isKnown(call) || site.kind == facts::CallKind::Construct || site.kind == facts::CallKind::Destroy)
    return;
  if (callee.kind == ValueKind::Symbol && callee.a == facts::kNone && !names_.contains(lastComponent(callee.name)))
    return;
  Way way{.caller = call.caller};
  const bool member = callee.kind == ValueKind::Symbol || callee.kind == ValueKind::Attr;
  if (member && callee.a != facts::kNone && callsReceiver(lastComponent(callee.name).view()))
    follow(call.file, callee.a, way);
  if (callee.kind == ValueKind::Symbol && callee.a == facts::kNone)
    followField(ownField(call, callee.name), way, 0);
  else if (callee.kind != ValueKind::Symbol && way.found.empty())
    follow(call.file, site.callee, way);
  if (way.found.size() > kMostTargets || servesEverybody(call, site, way.found))
    return;
  for (FunctionId target : way.found)
    call.targets.push_back({target, Confidence::Inferred});
}

/// What is called without arguments may be anybody's business: the guard of a scope, a task of a pool.
bool StoredCallables::servesEverybody(const link::Call &call, const facts::CallSite &site, const Targets &found) const {
  if (site.arguments.count > (site.kind == facts::CallKind::Operator ? 1u : 0u))
    return false;
  if (program_.facts(call.caller).flags & facts::FunctionFlag::Destructor)
    return true;
  std::vector<Name> owners;
  for (FunctionId target : found) {
    const facts::ClassId type = program_.facts(target).enclosingClass;
    const Name owner = type != facts::kNone ? program_.fileOf(target).classes[type].qualifiedName : Name(program_.fileOf(target).path);
    if (std::find(owners.begin(), owners.end(), owner) == owners.end())
      owners.push_back(owner);
  }
  return owners.size() > kMostOwners;
}

/// `asio::post(context_, std::move(handler))`, where the handler is a parameter or lies in a field.
void StoredCallables::handOn(link::Call &call) {
  if (!handsOver(call) || isOfPool(program_.facts(call.caller).qualifiedName.view()))
    return;
  const facts::FileFacts &file = program_.files[call.file];
  const facts::CallSite &site = file.calls[call.site];
  for (uint32_t i = 0; i < site.arguments.count; ++i) {
    if (std::any_of(call.callables.begin(), call.callables.end(), [&](const link::CallableArgument &one) { return one.argument == i; }))
      continue;
    Way way;
    follow(call.file, file.arguments[site.arguments.first + i].value, way);
    if (way.found.empty() || way.found.size() > kMostTargets)
      continue;
    link::CallableArgument made{.argument = i};
    for (FunctionId target : way.found)
      made.targets.push_back({target, Confidence::Inferred});
    call.callables.push_back(std::move(made));
  }
}

} // namespace clearway::frontend::cpp
