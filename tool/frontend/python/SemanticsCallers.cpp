#include "frontend/python/SemanticsCallers.h"

#include "facts/NameCache.h"
#include "frontend/python/SemanticsEvaluator.h"

#include <unordered_set>

namespace clearway::python {

using facts::kNone;
using facts::ValueKind;

namespace {

constexpr size_t kMostCalls = 24;      // more of one name: it is nobody's own
constexpr size_t kMostSubclasses = 12; // whose constructors are looked at

/// Names that a call can write to mean something of the program.
std::unordered_set<Name> namesOf(const link::Program &program) {
  std::unordered_set<Name> names;
  for (const facts::FileFacts &file : program.files) {
    if (file.language != facts::Language::Python)
      continue;
    for (const facts::Function &function : file.functions)
      if (function.parameters.count != 0)
        names.insert(function.name);
    for (const facts::Class &type : file.classes)
      names.insert(type.name);
  }
  return names;
}

Name calledName(const facts::FileFacts &file, const facts::CallSite &site) {
  const facts::Value &callee = file.values[site.callee];
  if (callee.kind == ValueKind::Ref || callee.kind == ValueKind::Attr)
    return callee.name;
  return callee.kind == ValueKind::Variable ? file.bindings[callee.a].name : Name{};
}

bool isSuperConstructor(const facts::FileFacts &file, const facts::CallSite &site) {
  const facts::Value &callee = file.values[site.callee];
  return callee.kind == ValueKind::Attr && callee.name.view() == "__init__" && callee.a != kNone &&
         file.values[callee.a].kind == ValueKind::Super;
}

} // namespace

CallerIndex::CallerIndex(const link::Program &program) {
  for (const Name name : namesOf(program))
    named_.try_emplace(name);
  for (link::FileId id = 0; id < program.files.size(); ++id)
    if (program.files[id].language == facts::Language::Python && !program.files[id].isTest)
      collect(program.files[id], id);
}

void CallerIndex::collect(const facts::FileFacts &file, link::FileId id) {
  for (facts::CallId call = 0; call < file.calls.size(); ++call) {
    const facts::CallSite &site = file.calls[call];
    if (site.kind != facts::CallKind::Call || site.arguments.count == 0 || site.callee == 0)
      continue;
    if (isSuperConstructor(file, site)) {
      const facts::ClassId within = file.functions[site.caller].enclosingClass;
      if (within != kNone)
        superConstructors_[file.classes[within].name].push_back({id, call});
    } else if (const auto known = named_.find(calledName(file, site)); known != named_.end()) {
      if (known->second.size() <= kMostCalls)
        known->second.push_back({id, call});
    }
  }
}

std::span<const CallPlace> CallerIndex::find(const Places &places, Name name) {
  const auto found = places.find(name);
  if (found == places.end() || found->second.size() > kMostCalls)
    return {};
  return found->second;
}

std::span<const CallPlace> CallerIndex::named(Name name) const { return find(named_, name); }

std::span<const CallPlace> CallerIndex::superConstructors(Name className) const {
  return find(superConstructors_, className);
}

// What the function's callers hand over for a parameter that says nothing of itself: known only where they agree.
SetId Evaluator::given(link::FunctionId function, uint32_t index) {
  const facts::Function &in = facts(function);
  if (index >= in.parameters.count || in.name.empty())
    return kUnknown;
  return memo_.answer(given_, parameterBase_[fileOf(function)] + in.parameters.first + index,
                      [&] { return computeGiven(function, index); });
}

SetId Evaluator::computeGiven(link::FunctionId function, uint32_t index) {
  static const Name constructor = facts::cachedName("__init__");
  const facts::Function &in = facts(function);
  SetId result = kUnknown;
  const auto addAll = [&](std::span<const CallPlace> places) {
    for (const CallPlace &place : places)
      result = types_.unite(result, givenAt(place, function, index));
  };
  if (in.name != constructor || in.enclosingClass == kNone) {
    addAll(callers_.named(in.name));
  } else {
    const ClassId owner = classes_.at(fileOf(function), in.enclosingClass);
    addAll(callers_.named(classes_.facts(owner).name));
    if (const std::vector<ClassId> &subclasses = classes_.subclasses(owner); subclasses.size() <= kMostSubclasses)
      for (const ClassId subclass : subclasses) {
        addAll(callers_.named(classes_.facts(subclass).name));
        addAll(callers_.superConstructors(classes_.facts(subclass).name));
      }
  }
  return types_.size(result) == 1 ? types_.weaken(result) : kUnknown;
}

// Nothing if the call is of something else.
SetId Evaluator::givenAt(const CallPlace &place, link::FunctionId function, uint32_t index) {
  const facts::CallSite &site = file(place.file).calls[place.call];
  const facts::Parameter &parameter = file(fileOf(function)).parametersOf(facts(function))[index];
  for (const Alternative each : types_.each(value(place.file, site.callee))) {
    const Type type = types_[each.type];
    uint32_t receiver = 0;
    if (type.kind == TypeKind::Class && method(type.id, Name("__init__")) == function)
      receiver = 1;
    else if (type.kind != TypeKind::Function || type.id != function)
      continue;
    else if (type.other != kNone && !(facts(function).flags & facts::FunctionFlag::Static))
      receiver = 1;
    if (index < receiver)
      return kUnknown;
    return argument(place.file, site, parameter.keywordOnly ? UINT32_MAX : index - receiver, parameter.name);
  }
  return kUnknown;
}

} // namespace clearway::python
