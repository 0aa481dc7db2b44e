#include "frontend/rust/semantics/Guards.h"

#include "facts/NameCache.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::FileId;

namespace {

constexpr unsigned kMaxDepth = 8;

bool placeText(const facts::FileFacts &file, ValueId id, std::string &text, unsigned depth) {
  const Value &value = file.values[id];
  switch (value.kind) {
  case ValueKind::Ref: text += value.name.view(); return true;
  case ValueKind::Self: text += "self"; return true;
  case ValueKind::Variable: text += file.bindings[value.a].name.view(); return true;
  case ValueKind::Param: {
    const auto parameters = file.parametersOf(file.functions[value.a]);
    if (value.b < parameters.size())
      text += parameters[value.b].name.view();
    return !text.empty();
  }
  case ValueKind::Deref: return depth < kMaxDepth && placeText(file, value.a, text, depth + 1);
  case ValueKind::Attr:
    if (depth >= kMaxDepth || !placeText(file, value.a, text, depth + 1))
      return false;
    text.append(value.flag == 1 ? "::" : ".").append(value.name.view());
    return true;
  default: return false;
  }
}

} // namespace

Name placePath(const facts::FileFacts &file, ValueId value) {
  std::string text;
  return value != 0 && placeText(file, value, text, 0) ? facts::cachedName(text) : Name();
}

Name Guards::search(TypeId id, unsigned depth) {
  const Type &type = inference_.types[id];
  if (depth > 4 || type.kind == TypeKind::Unknown || type.kind == TypeKind::Reference || type.kind == TypeKind::Function ||
      type.kind == TypeKind::Bound)
    return {};
  if (const auto known = known_.find(id); known != known_.end())
    return known->second;
  Name found;
  if (type.kind == TypeKind::Tuple) {
    for (const TypeId part : type.args)
      if ((found = search(part, depth + 1)))
        break;
    return known_[id] = found;
  }
  if (const catalog::Entry *entry = knowledge_.find(type.name); entry && entry->isGuard)
    return known_[id] = type.name;
  known_[id] = {}; // while it is being searched
  const std::string_view name = type.name.view();
  if (name == "std::option::Option" || name == "std::result::Result" || name == "std::boxed::Box" ||
      name == "std::vec::Vec" || name == "std::pin::Pin" || name == "[]" || name == "std::sync::Arc" ||
      name == "std::rc::Rc" || name == "scopeguard::ScopeGuard") {
    found = search(inference_.types.argument(id, 0), depth + 1);
  } else if (!items_.classesNamed(type.name).empty()) {
    found = searchFields(type, depth);
  }
  return known_[id] = found;
}

// Numbers, text and the like: what was made of a guard's contents, and is no guard.
bool Guards::isPlain(TypeId id) const {
  const Type &type = inference_.types[id];
  if (type.kind == TypeKind::Tuple)
    return std::all_of(type.args.begin(), type.args.end(), [&](TypeId part) { return isPlain(part); });
  if (type.kind != TypeKind::Named)
    return false;
  const std::string_view name = type.name.view();
  if (name == "std::option::Option" || name == "std::result::Result" || name == "std::vec::Vec")
    return !type.args.empty() && isPlain(type.args.front());
  const bool isPrimitive = name.find("::") == name.npos && name[0] >= 'a' && name[0] <= 'z';
  return isPrimitive || name == "std::string::String" || name == "std::time::Duration";
}

Name Guards::searchFields(const Type &type, unsigned depth) {
  for (const ClassRef of : items_.classesNamed(type.name)) {
    const facts::FileFacts &file = program_.files[of.file];
    if (file.classes[of.id].kind != facts::ClassKind::Struct)
      continue;
    for (const facts::Binding *field : items_.fields(of))
      if (const Name found = search(inference_.typeNamed(of.file, field->annotation), depth + 1))
        return found;
  }
  return {};
}

// A struct literal may hold a guard in a field whose declared type is a parameter.
Name Guards::heldByValue(FileId file, ValueId id, unsigned depth) {
  const facts::FileFacts &facts = program_.files[file];
  const Value value = facts.values[id];
  if (id == 0 || depth > kMaxDepth)
    return {};
  if (const Name found = search(inference_.typeOf(file, id), 0))
    return found;
  if (value.kind == ValueKind::Cast)
    return heldByValue(file, value.a, depth + 1);
  if (value.kind == ValueKind::Display || value.kind == ValueKind::Join)
    for (const ValueId part : facts.operandsOf(value.operands))
      if (const Name found = heldByValue(file, part, depth + 1))
        return found;
  return {};
}

facts::CallId Guards::originOf(FileId file, ValueId id, unsigned depth) {
  const facts::FileFacts &facts = program_.files[file];
  if (id == 0 || depth > kMaxDepth)
    return facts::kNone;
  const Value value = facts.values[id];
  switch (value.kind) {
  case ValueKind::CallResult: {
    const link::CallId call = program_.callAt(file, value.a);
    for (const link::External &external : program_.calls[call].externals)
      if (external.entry && (external.entry->isGuard || external.entry->lock != catalog::LockKind::None))
        return value.a;
    const facts::CallSite &site = facts.calls[value.a];
    if (!program_.calls[call].targets.empty())
      return value.a;
    const Value &callee = facts.values[site.callee];
    if (callee.kind == ValueKind::Attr && callee.flag == 0)
      if (const facts::CallId origin = originOf(file, callee.a, depth + 1); origin != facts::kNone)
        return origin;
    for (const facts::Argument &argument : facts.argumentsOf(site))
      if (const facts::CallId origin = originOf(file, argument.value, depth + 1); origin != facts::kNone)
        return origin;
    return facts::kNone;
  }
  case ValueKind::Variable: return originOf(file, facts.bindings[value.a].value, depth + 1);
  case ValueKind::Await:
  case ValueKind::Element:
  case ValueKind::Deref:
  case ValueKind::Cast:
  case ValueKind::Attr: return originOf(file, value.a, depth + 1);
  case ValueKind::Display:
  case ValueKind::Join:
    for (const ValueId part : facts.operandsOf(value.operands))
      if (const facts::CallId origin = originOf(file, part, depth + 1); origin != facts::kNone)
        return origin;
    return facts::kNone;
  default: return facts::kNone;
  }
}

void Guards::resolve(link::Object &object) {
  const facts::ScopedObject &fact = program_.files[object.file].objects[object.object];
  Name guard = fact.type ? search(inference_.typeNamed(object.file, fact.type), 0) : Name();
  if (!guard)
    guard = heldByValue(object.file, fact.initializer, 0);
  object.holdsNothing = !guard && isPlain(fact.type ? inference_.typeNamed(object.file, fact.type)
                                                    : inference_.typeOf(object.file, fact.initializer));
  if (!guard)
    return;
  const facts::CallId origin = originOf(object.file, fact.initializer, 0);
  if (origin != facts::kNone) {
    object.origin = program_.callAt(object.file, origin);
    object.lockPath = program_.calls[object.origin].lockPath;
    for (const link::External &external : program_.calls[object.origin].externals)
      if (external.entry && external.entry->isGuard)
        return; // the call says all there is to say, and whether it only tries
  }
  object.types.push_back({guard, knowledge_.find(guard), link::Confidence::Certain});
}

} // namespace clearway::frontend::rust
