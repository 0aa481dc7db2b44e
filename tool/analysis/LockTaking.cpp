#include "analysis/LockTaking.h"

#include "analysis/Conditions.h"

#include <algorithm>

namespace clearway::analysis {

using catalog::Entry;
using catalog::LockKind;
using facts::FileFacts;
using link::CallId;
using link::ObjectId;

namespace {

/// A parameter or a captured variable: whoever made it took the lock.
bool isHandedIn(const link::Program &program, const link::Object &object) {
  return program.files[object.file].objects[object.object].isParameter;
}

} // namespace

/// The lock an object holds from its birth; nullopt for objects that are no guards.
std::optional<Taking> LockClassifier::birth(ObjectId id) const {
  const link::Object &object = program_.objects[id];
  for (const link::External &type : object.types)
    if (type.entry && (type.entry->isGuard || type.entry->lock != LockKind::None))
      return guard(object, *type.entry);
  if (object.origin != link::kNone)
    for (const link::External &maker : program_.calls[object.origin].externals)
      if (maker.entry && maker.entry->isGuard && !(maker.entry->suspends && isPending(object)))
        return guard(object, *maker.entry);
  return std::nullopt;
}

/// In C++ what a suspending call returns is an object of its own, which holds nothing: `lock.hold()` before it is awaited.
bool LockClassifier::isPending(const link::Object &object) const {
  if (program_.language(object.function) != facts::Language::Cpp)
    return false;
  const FileFacts &file = program_.files[object.file];
  facts::ValueId value = file.objects[object.object].initializer;
  while (file.values[value].kind == facts::ValueKind::Cast && file.values[value].a < file.values.size())
    value = file.values[value].a;
  return file.values[value].kind != facts::ValueKind::Await;
}

namespace {

constexpr unsigned kDeepestMention = 6;

bool contains(const facts::SourceRange &outer, const facts::SourceRange &inner) {
  return std::pair(outer.beginLine, outer.beginColumn) <= std::pair(inner.beginLine, inner.beginColumn) &&
         std::pair(inner.endLine, inner.endColumn) <= std::pair(outer.endLine, outer.endColumn);
}

/// Whether the expression is the local of that name, or gives it to a call or to an object that it makes.
bool mentions(const FileFacts &file, facts::ValueId id, Name name, unsigned depth) {
  if (id >= file.values.size() || depth > kDeepestMention)
    return false;
  const facts::Value &value = file.values[id];
  const auto inAny = [&](auto ids) {
    return std::any_of(ids.begin(), ids.end(), [&](facts::ValueId one) { return mentions(file, one, name, depth + 1); });
  };
  switch (value.kind) {
  case facts::ValueKind::Variable:
    return file.bindings[value.a].name == name;
  case facts::ValueKind::Param:
    return value.name == name;
  case facts::ValueKind::Cast:
  case facts::ValueKind::Deref:
  case facts::ValueKind::Await:
    return mentions(file, value.a, name, depth + 1);
  case facts::ValueKind::CallResult: {
    const facts::CallSite &site = file.calls[value.a];
    const facts::Value &callee = file.values[site.callee];
    const auto given = file.argumentsOf(site);
    return mentions(file, callee.a, name, depth + 1) ||
           std::any_of(given.begin(), given.end(),
                       [&](const facts::Argument &one) { return mentions(file, one.value, name, depth + 1); });
  }
  default:
    return inAny(file.operandsOf(value.operands));
  }
}

} // namespace

bool LockClassifier::isHandedOver(ObjectId id, const facts::Suspension &to) const {
  const link::Object &object = program_.objects[id];
  if (program_.language(object.function) != facts::Language::Cpp)
    return false;
  const FileFacts &file = program_.files[object.file];
  const facts::ScopedObject &guard = file.objects[object.object];
  return guard.name ? mentions(file, to.operand, guard.name, 0) : contains(to.range, guard.range);
}

/// The lock that a call on the lock itself takes: lock.acquire().
std::optional<Taking> LockClassifier::acquire(const link::Call &call) const {
  if (isOfObject(call))
    return std::nullopt;
  for (const link::External &external : call.externals)
    if (const Entry *entry = external.entry; entry && !entry->isGuard && entry->lock != LockKind::None &&
                                             entry->acquires)
      return Taking{entry, entry->lock,
                    !entry->tryOnly && takesEffect(program_, call, *entry)};
  return std::nullopt;
}

bool LockClassifier::releases(const link::Call &call) const {
  return !isOfObject(call) &&
         std::any_of(call.externals.begin(), call.externals.end(), [](const link::External &external) {
           return external.entry && external.entry->releases;
         });
}

/// Entering and leaving a `with` is the life of its object.
bool LockClassifier::isOfObject(const link::Call &call) const {
  const facts::CallKind kind = program_.files[call.file].calls[call.site].kind;
  return kind == facts::CallKind::Enter || kind == facts::CallKind::Exit;
}

std::optional<Taking> LockClassifier::guard(const link::Object &object, const Entry &entry) const {
  const LockKind lock = guardedLock(object, entry);
  if (lock == LockKind::None || isDeferred(object, entry))
    return std::nullopt;
  const bool adopts = isTagged(object.origin, "adopt_lock");
  const bool waits = !entry.tryOnly && !isHandedIn(program_, object) && !adopts && !isTagged(object.origin, "try_to_lock");
  return Taking{&entry, lock, waits, adopts};
}

/// A guard is judged by the lock it guards: unique_lock over an asynchronous lock is asynchronous.
LockKind LockClassifier::guardedLock(const link::Object &object, const Entry &entry) const {
  const facts::Language language = program_.language(object.function);
  for (const Name argument : object.typeArguments)
    if (const Entry *lock = catalog_.find(language, argument); lock && lock->lock != LockKind::None)
      return lock->lock;
  return entry.lock;
}

bool LockClassifier::isDeferred(const link::Object &object, const Entry &entry) const {
  if (entry.defers)
    return true;
  if (object.origin == link::kNone || entry.conditions.empty())
    return false;
  if (isTagged(object.origin, "defer_lock"))
    return true;
  // The conditions are about the guard's own constructor; a helper that returns a guard has other
  // arguments.
  const link::Call &origin = program_.calls[object.origin];
  const bool own = std::any_of(origin.externals.begin(), origin.externals.end(),
                               [&](const link::External &external) { return external.entry == &entry; });
  return own && !takesEffect(program_, origin, entry);
}

/// Constructed with a tag that says the lock is held already or only tried.
bool LockClassifier::isTagged(CallId origin, std::string_view tag) const {
  if (origin == link::kNone)
    return false;
  const FileFacts &file = program_.files[program_.calls[origin].file];
  const auto given = file.argumentsOf(program_.site(origin));
  return std::any_of(given.begin(), given.end(),
                     [&](const facts::Argument &argument) { return file.values[argument.value].name.view().ends_with(tag); });
}

} // namespace clearway::analysis
