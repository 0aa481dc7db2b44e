#include "frontend/cpp/Objects.h"

#include "frontend/cpp/Holders.h"

#include <algorithm>

namespace clearway::frontend::cpp {

link::External Objects::external(Name name) const {
  return {asWritten(name), catalog_.find(facts::Language::Cpp, name), link::Confidence::Certain};
}

/// A user's struct that holds a guard is one: it locks where it is made and unlocks where it dies.
void Objects::addGuardTypes(link::Object &object, Name type, unsigned depth) const {
  const link::External found = external(type);
  const bool isLock = found.entry && found.entry->lock != catalog::LockKind::None && !found.entry->isGuard;
  if (!isLock && (found.entry || depth == 0)) // `auto m = std::mutex{};` takes nothing
    object.types.push_back(found);
  if (depth == 3)
    return;
  for (Name mark : classes_.marks(type))
    object.types.push_back(external(mark));
  for (const FieldType &field : classes_.fields(type)) {
    const catalog::Entry *entry = catalog_.find(facts::Language::Cpp, field.type);
    if (entry && entry->isGuard) {
      object.types.push_back({field.type, entry, link::Confidence::Certain});
      if (object.typeArguments.empty())
        object.typeArguments = field.arguments;
    }
  }
  for (Name base : classes_.ancestors(type))
    if (const catalog::Entry *entry = catalog_.find(facts::Language::Cpp, base); entry && entry->isGuard)
      object.types.push_back({base, entry, link::Confidence::Certain});
}

/// `auto g = take();`, where the program's take() returns a guard.
void Objects::addResultType(link::Object &object, const link::Call &origin) const {
  if (!object.types.empty() || origin.targets.empty())
    return;
  const link::FunctionId maker = origin.targets.front().function;
  const facts::FileFacts &file = program_.fileOf(maker);
  const facts::Value &type = file.values[program_.facts(maker).returnType];
  if (type.kind != facts::ValueKind::Type)
    return;
  const link::FileId where = program_.functions[maker].file;
  addGuardTypes(object, spelling_.type(where, type.name, program_.facts(maker).qualifiedName), 1);
  if (object.typeArguments.empty() && !object.types.empty())
    for (facts::ValueId argument : file.operandsOf(type.operands))
      object.typeArguments.push_back(spelling_.type(where, file.values[argument].name));
}

/// `auto g = std::unique_lock(m)` says the type in its call, `std::lock_guard g(m)` its argument's in its argument.
void Objects::completeApproximate(link::Object &object, const facts::FileFacts &file, const facts::ScopedObject &fact) const {
  const facts::CallId origin = values_.originCall(object.file, fact.initializer);
  if (origin == facts::kNone)
    return;
  const facts::CallSite &site = file.calls[origin];
  const facts::Value &callee = file.values[site.callee];
  if (object.types.empty() && callee.kind == facts::ValueKind::Symbol)
    if (link::External made = external(spelling_.type(object.file, callee.name)); made.entry && made.entry->isGuard)
      object.types.push_back(made);
  addResultType(object, program_.calls[program_.callAt(object.file, origin)]);
  if (object.typeArguments.empty() && !object.types.empty() && site.arguments.count)
    if (Name held = values_.typeName(object.file, file.arguments[site.arguments.first].value))
      object.typeArguments.push_back(held);
}

bool Objects::isMarkedGuard(Name type) const {
  return std::any_of(classes_.marks(type).begin(), classes_.marks(type).end(), [&](Name mark) {
    const catalog::Entry *entry = catalog_.find(facts::Language::Cpp, mark);
    return entry && entry->isGuard;
  });
}

/// Whether the catalogue says that the call returns a guard, whatever the guard's type is.
bool Objects::isGuardMaker(link::FileId file, facts::CallId maker) const {
  if (maker == facts::kNone)
    return false;
  const std::vector<link::External> &externals = program_.calls[program_.callAt(file, maker)].externals;
  return std::any_of(externals.begin(), externals.end(),
                     [](const link::External &external) { return external.entry && external.entry->isGuard && !external.entry->isType; });
}

/// The type of the object, or of what it holds when it is born: a std::optional that is given something holds that.
facts::ValueId Objects::contentsOf(link::FileId id, const facts::ScopedObject &fact) const {
  const facts::FileFacts &file = program_.files[id];
  const facts::Value &type = file.values[fact.type];
  const auto held = file.operandsOf(type.operands);
  const facts::CallId maker = values_.originCall(id, fact.initializer);
  if (held.empty() || maker == facts::kNone || !isHolder(spelling_.type(id, type.name).view()))
    return fact.type;
  const auto given = file.argumentsOf(file.calls[maker]);
  const bool any = std::any_of(given.begin(), given.end(), [&](const facts::Argument &argument) {
    const facts::Value &value = file.values[argument.value];
    return !isNothing(value.name.view());
  });
  return any ? held.front() : fact.type;
}

void Objects::resolve(link::Object &object) const {
  const facts::FileFacts &file = program_.files[object.file];
  const facts::ScopedObject &fact = file.objects[object.object];
  const facts::Value &type = file.values[contentsOf(object.file, fact)];
  for (facts::ValueId argument : file.operandsOf(type.operands))
    object.typeArguments.push_back(spelling_.type(object.file, file.values[argument].name));
  if (type.kind == facts::ValueKind::Type)
    addGuardTypes(object, spelling_.type(object.file, type.name), 0);
  if (spelling_.isApproximate(object.file))
    completeApproximate(object, file, fact);
  // What a struct that merely holds a guard was constructed with says nothing about the guard.
  const facts::CallId maker = values_.originCall(object.file, fact.initializer);
  const bool ownGuard = object.types.empty() || isGuardMaker(object.file, maker) || object.types.front().entry || isMarkedGuard(object.types.front().name);
  if (maker == facts::kNone)
    return;
  object.origin = program_.callAt(object.file, maker);
  if (!ownGuard)
    return;
  for (const facts::Argument &argument : file.argumentsOf(file.calls[maker]))
    if (const Name path = values_.path(object.file, argument.value); !path.view().ends_with("adopt_lock") && !path.view().ends_with("in_place")) {
      object.lockPath = path;
      return;
    }
  object.lockPath = program_.calls[object.origin].lockPath;
}

} // namespace clearway::frontend::cpp
