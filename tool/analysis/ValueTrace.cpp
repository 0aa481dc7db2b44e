#include "analysis/ValueTrace.h"

#include <algorithm>

namespace clearway::analysis {

using facts::Binding;
using facts::BindingKind;
using facts::FileFacts;
using facts::ScopeId;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;

namespace {

constexpr int kMaxDepth = 12; // values are finite, but bindings may refer to each other in a ring

/// The bindings a name has in the innermost scope that binds it. Class scopes are not searched from
/// functions.
std::vector<const Binding *> lookUp(const FileFacts &file, ScopeId scope, Name name) {
  std::vector<const Binding *> found;
  for (bool inner = true; scope != facts::kNone && found.empty();
       scope = file.scopes[scope].parent, inner = false) {
    if (file.scopes[scope].kind == facts::ScopeKind::Class && !inner)
      continue;
    for (const Binding &binding : file.bindings)
      if (binding.scope == scope && binding.name == name && !(binding.flags & facts::BindingFlag::Instance))
        found.push_back(&binding);
  }
  return found;
}

/// The bindings of an attribute of `self` or of the class.
std::vector<const Binding *> members(const FileFacts &file, facts::ClassId owner, Name name) {
  std::vector<const Binding *> found;
  if (owner >= file.classes.size())
    return found;
  for (const Binding &binding : file.bindings)
    if (binding.scope == file.classes[owner].scope && binding.name == name)
      found.push_back(&binding);
  return found;
}

/// The bindings behind a name or an attribute of `self`; nothing for any other value.
std::vector<const Binding *> bindingsOf(const FileFacts &file, const Value &value) {
  if (value.kind == ValueKind::Ref)
    return lookUp(file, value.a, value.name);
  if (value.kind == ValueKind::Variable && value.a < file.bindings.size())
    return lookUp(file, file.bindings[value.a].scope, file.bindings[value.a].name);
  if (value.kind == ValueKind::Attr && value.a < file.values.size() &&
      file.values[value.a].kind == ValueKind::Self)
    return members(file, file.values[value.a].a, value.name);
  return {};
}

bool isWrapper(ValueKind kind) {
  return kind == ValueKind::Cast || kind == ValueKind::Enter || kind == ValueKind::Await ||
         kind == ValueKind::Deref;
}

const Value *constant(const FileFacts &file, ValueId id, int depth) {
  const Value &value = file.values[id];
  if (value.kind == ValueKind::Literal)
    return &value;
  if (depth >= kMaxDepth)
    return nullptr;
  const auto bindings = bindingsOf(file, value);
  if (bindings.size() != 1 || bindings[0]->kind != BindingKind::Variable)
    return nullptr;
  return constant(file, bindings[0]->value, depth + 1);
}

void origins(const FileFacts &file, ValueId id, int depth, std::vector<facts::CallId> &out, bool &complete) {
  const Value &value = file.values[id];
  if (depth >= kMaxDepth)
    complete = false;
  else if (value.kind == ValueKind::CallResult)
    out.push_back(value.a);
  else if (isWrapper(value.kind) || (value.kind == ValueKind::Element && value.flag == 1)) // Rust's `?`
    origins(file, value.a, depth + 1, out, complete);
  else if (value.kind == ValueKind::Join)
    for (ValueId part : file.operandsOf(value.operands))
      origins(file, part, depth + 1, out, complete);
  else if (const auto bindings = bindingsOf(file, value); !bindings.empty())
    for (const Binding *binding : bindings)
      origins(file, binding->value, depth + 1, out, complete);
  else if (value.kind != ValueKind::Literal) // a literal among the origins is `None` before the real thing
    complete = false;
}

bool hasBase(ValueKind kind) {
  switch (kind) {
  case ValueKind::Attr:
  case ValueKind::Apply:
  case ValueKind::Await:
  case ValueKind::Element:
  case ValueKind::Enter:
  case ValueKind::Cast:
  case ValueKind::Deref:
    return true;
  default:
    return false;
  }
}

/// Whether `matches` holds for the value or any value it is built from.
template <typename Predicate>
bool any(const FileFacts &file, ValueId id, int depth, const Predicate &matches) {
  const Value &value = file.values[id];
  if (matches(value))
    return true;
  if (depth >= kMaxDepth)
    return false;
  if (hasBase(value.kind) && value.a < file.values.size() && any(file, value.a, depth + 1, matches))
    return true;
  for (ValueId part : file.operandsOf(value.operands))
    if (any(file, part, depth + 1, matches))
      return true;
  return false;
}

} // namespace

const Value *constantOf(const FileFacts &file, ValueId value) {
  return constant(file, value, 0);
}

std::vector<facts::CallId> originsOf(const FileFacts &file, ValueId value, bool &complete) {
  std::vector<facts::CallId> out;
  complete = true;
  origins(file, value, 0, out, complete);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool mentions(const FileFacts &file, ValueId id, std::string_view word) {
  return any(file, id, 0, [&](const Value &value) {
    const std::string_view text = value.name.view();
    if (value.kind == ValueKind::Literal)
      return text.find(word) != std::string_view::npos;
    return text == word || (text.size() > word.size() && text.ends_with(word) &&
                            !isalnum(text[text.size() - word.size() - 1]));
  });
}

bool contains(const FileFacts &file, ValueId id, facts::CallId call) {
  return any(file, id, 0,
             [&](const Value &value) { return value.kind == ValueKind::CallResult && value.a == call; });
}

link::CallId methodOn(const link::Program &program, link::CallId id) {
  const link::Call &call = program.calls[id];
  const FileFacts &file = program.files[call.file];
  const link::Function &caller = program.functions[call.caller];
  for (link::CallId other = caller.firstCall; other < caller.firstCall + caller.callCount; ++other) {
    const Value &callee = file.values[program.site(other).callee];
    if (callee.kind == ValueKind::Attr && callee.flag == 0 &&
        file.values[callee.a].kind == ValueKind::CallResult && file.values[callee.a].a == call.site)
      return other;
  }
  return link::kNone;
}

} // namespace clearway::analysis
