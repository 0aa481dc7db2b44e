#include "frontend/rust/semantics/Drops.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::kNone;
using facts::Value;
using facts::ValueKind;
using link::FunctionId;

namespace {

constexpr unsigned kDeepest = 4;
const Name kDrop("drop"), kDropTrait("Drop");

/// Types that own what they are made of. An `Arc` may not be the last one.
bool isOwner(std::string_view name) {
  return name == "std::option::Option" || name == "std::result::Result" || name == "std::boxed::Box" || name == "std::vec::Vec" ||
         name == "std::pin::Pin";
}

/// The call whose result a variable is, as it stands or taken out of a Result.
facts::CallId makerOf(const facts::FileFacts &file, facts::ValueId id) {
  for (unsigned depth = 0; depth < kDeepest; ++depth) {
    const Value &value = file.values[id];
    if (value.kind == ValueKind::CallResult)
      return value.a;
    if (value.kind != ValueKind::Await && value.kind != ValueKind::Element)
      return kNone;
    id = value.a;
  }
  return kNone;
}

/// Whether a value is, or is made of, the variable.
bool isMadeOf(const facts::FileFacts &file, facts::ValueId id, Name variable, unsigned depth) {
  const Value &value = file.values[id];
  if (depth > kDeepest)
    return true; // better silent
  if (value.kind == ValueKind::Variable)
    return file.bindings[value.a].name == variable;
  const auto any = [&](facts::ValueId part) { return isMadeOf(file, part, variable, depth + 1); };
  if (value.kind == ValueKind::CallResult) {
    const auto arguments = file.argumentsOf(file.calls[value.a]);
    return std::any_of(arguments.begin(), arguments.end(), [&](const facts::Argument &argument) { return any(argument.value); });
  }
  if (value.kind == ValueKind::Cast)
    return any(value.a);
  const auto parts = file.operandsOf(value.operands);
  return (value.kind == ValueKind::Display || value.kind == ValueKind::Join) && std::any_of(parts.begin(), parts.end(), any);
}

} // namespace

std::vector<FunctionId> Drops::of(TypeId id, unsigned depth) {
  const Type &type = inference_.types[id];
  if (depth > kDeepest || type.kind == TypeKind::Reference)
    return {};
  if (const auto known = known_.find(id); known != known_.end())
    return known->second;
  known_[id] = {}; // of types that hold themselves
  std::vector<FunctionId> found;
  if (type.kind == TypeKind::Tuple || (type.kind == TypeKind::Named && isOwner(type.name.view())))
    for (const TypeId part : type.args) {
      const std::vector<FunctionId> more = of(part, depth + 1);
      found.insert(found.end(), more.begin(), more.end());
    }
  else if (type.kind == TypeKind::Named)
    ofFields(type, depth, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return known_[id] = found;
}

void Drops::ofFields(const Type &type, unsigned depth, std::vector<FunctionId> &found) {
  for (const FunctionId f : members_.ofType(type.name, kDrop)) {
    const facts::FileFacts &file = program_.fileOf(f);
    const facts::ClassId owner = program_.facts(f).enclosingClass;
    const auto bases = owner == kNone ? std::span<const facts::ValueId>() : file.operandsOf(file.classes[owner].bases);
    if (!bases.empty() && file.values[bases.front()].name == kDropTrait)
      found.push_back(f);
  }
  for (const ClassRef of : items_.classesNamed(type.name))
    if (program_.files[of.file].classes[of.id].kind == facts::ClassKind::Struct)
      for (const facts::Binding *field : items_.fields(of)) {
        const std::vector<FunctionId> more = this->of(inference_.typeNamed(of.file, field->annotation), depth + 1);
        found.insert(found.end(), more.begin(), more.end());
      }
}

bool Drops::endsInScope(const link::Object &object) {
  if (deathsOf_ != object.file) {
    const facts::FileFacts &file = program_.files[object.file];
    deathsOf_ = object.file;
    dies_.assign(file.objects.size(), false);
    for (const facts::Event &event : file.events)
      if (event.kind == facts::EventKind::Death)
        dies_[event.index] = true;
    for (const facts::Event &event : file.events) // what is taken over is dropped here only if that did not happen
      if (event.kind == facts::EventKind::Move)
        dies_[event.index] = false;
  }
  return dies_[object.object];
}

bool Drops::consumes(const link::Call &call) const {
  return std::any_of(call.targets.begin(), call.targets.end(), [&](const link::Target &target) {
    return program_.facts(target.function).flags & facts::FunctionFlag::ConsumesReceiver;
  });
}

/// The call at which to say that the variable is dropped; kNone if a method takes it over, or if that is not to be told.
facts::CallId Drops::end(const link::Object &object) {
  const facts::FileFacts &file = program_.files[object.file];
  const facts::ScopedObject &fact = file.objects[object.object];
  for (const facts::ValueId returned : file.operandsOf(file.functions[fact.function].returns))
    if (isMadeOf(file, returned, fact.name, 0))
      return kNone;
  const auto isVariable = [&](facts::ValueId id) {
    const Value &value = file.values[id];
    return value.kind == ValueKind::Variable && file.bindings[value.a].name == fact.name;
  };
  const auto [first, last] = std::equal_range(file.calls.begin(), file.calls.end(), facts::CallSite{.caller = fact.function},
                                              [](const facts::CallSite &a, const facts::CallSite &b) { return a.caller < b.caller; });
  for (auto site = first; site != last; ++site) {
    const auto id = static_cast<facts::CallId>(site - file.calls.begin());
    const Value &callee = file.values[site->callee];
    if (callee.kind == ValueKind::Attr && callee.flag == 0 && isVariable(callee.a) && consumes(program_.calls[program_.callAt(object.file, id)]))
      return kNone;
    const auto arguments = file.argumentsOf(*site);
    if (callee.name == kDrop && callee.kind != ValueKind::CallResult && arguments.size() == 1 && isVariable(arguments.front().value))
      return id;
  }
  return endsInScope(object) ? makerOf(file, fact.initializer) : kNone;
}

void Drops::resolve(const link::Object &object) {
  const facts::FileFacts &file = program_.files[object.file];
  const facts::ScopedObject &fact = file.objects[object.object];
  if (fact.name.empty() || fact.isParameter)
    return;
  const TypeId type = fact.type ? inference_.typeNamed(object.file, fact.type) : inference_.typeOf(object.file, fact.initializer);
  const std::vector<FunctionId> run = of(type, 0);
  if (run.empty())
    return;
  const facts::CallId at = end(object);
  if (at == kNone)
    return;
  link::Call &call = program_.calls[program_.callAt(object.file, at)];
  for (const FunctionId f : run)
    if (std::none_of(call.targets.begin(), call.targets.end(), [&](const link::Target &target) { return target.function == f; }))
      call.targets.push_back({f, link::Confidence::Inferred});
}

} // namespace clearway::frontend::rust
