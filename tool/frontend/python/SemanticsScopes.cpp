#include "frontend/python/SemanticsScopes.h"

namespace clearway::python {

using facts::BindingKind;
using facts::kNone;

SymbolIndex::SymbolIndex(const link::Program &program)
    : program_(program), slots_(1u << 12), starImports_(program.files.size()),
      hasExports_(program.files.size()) {
  std::vector<Pending> pending;
  for (link::FileId file = 0; file < program.files.size(); ++file)
    if (program.files[file].language == facts::Language::Python)
      collect(program, file, pending);
  place(pending);
}

void SymbolIndex::collect(const link::Program &program, link::FileId id, std::vector<Pending> &pending) {
  const facts::FileFacts &file = program.files[id];
  const size_t first = pending.size();
  for (uint32_t b = 0; b < file.bindings.size(); ++b) {
    const facts::Binding &binding = file.bindings[b];
    if (binding.scope == kNone || binding.name.empty())
      continue;
    if (binding.scope == 0 && binding.flags & facts::BindingFlag::Exported)
      hasExports_[id] = true;
    pending.push_back(
        {groupFor(id, binding.scope, binding.name), {binding.kind, binding.flags, binding.index, b}});
  }
  addUnbound(file, id, pending, first, pending);
  for (uint32_t i = static_cast<uint32_t>(file.imports.size()); i-- > 0;)
    if (file.imports[i].flags & facts::ImportFlag::Star && file.imports[i].scope == 0)
      starImports_[id].push_back(i);
}

// A record whose name no binding mentions still binds it.
void SymbolIndex::addUnbound(const facts::FileFacts &file, link::FileId id, const std::vector<Pending> &bound,
                             size_t first, std::vector<Pending> &pending) {
  std::vector<bool> functions(file.functions.size()), classes(file.classes.size()),
      imports(file.imports.size());
  const auto mark = [](std::vector<bool> &seen, uint32_t index) {
    if (index < seen.size())
      seen[index] = true;
  };
  for (size_t i = first; i < bound.size(); ++i) {
    const Definition &definition = bound[i].definition;
    if (definition.kind == BindingKind::Function)
      mark(functions, definition.index);
    else if (definition.kind == BindingKind::Class)
      mark(classes, definition.index);
    else if (definition.kind == BindingKind::Import)
      mark(imports, definition.index);
  }
  const auto add = [&](BindingKind kind, uint32_t index, facts::ScopeId scope, Name name) {
    if (scope != kNone && !name.empty())
      pending.push_back({groupFor(id, scope, name), {kind, 0, index, kNone}});
  };
  const auto outside = [&](facts::ScopeId scope) {
    return scope == kNone ? kNone : file.scopes[scope].parent;
  };
  for (uint32_t f = 1; f < functions.size(); ++f)
    if (!functions[f] &&
        !(file.functions[f].flags & (facts::FunctionFlag::Lambda | facts::FunctionFlag::AsyncBlock)))
      add(BindingKind::Function, f, outside(file.functions[f].scope), file.functions[f].name);
  for (uint32_t c = 0; c < classes.size(); ++c)
    if (!classes[c])
      add(BindingKind::Class, c, outside(file.classes[c].scope), file.classes[c].name);
  for (uint32_t i = 0; i < imports.size(); ++i)
    if (!imports[i] && !(file.imports[i].flags & facts::ImportFlag::Star))
      add(BindingKind::Import, i, file.imports[i].scope, file.imports[i].alias);
}

void SymbolIndex::place(const std::vector<Pending> &pending) {
  for (const Pending &each : pending)
    ++groups_[each.group].count;
  uint32_t next = 0;
  for (Group &group : groups_) {
    group.first = next;
    next += group.count;
    group.count = 0;
  }
  definitions_.resize(next);
  for (const Pending &each : pending) {
    Group &group = groups_[each.group];
    definitions_[group.first + group.count++] = each.definition;
  }
}

size_t SymbolIndex::slotOf(link::FileId file, facts::ScopeId scope, Name name) const {
  uint64_t hash = (static_cast<uint64_t>(file) << 32 | scope) * 0x9E3779B97F4A7C15ull;
  hash = (hash ^ hash >> 29 ^ name.handle()) * 0xBF58476D1CE4E5B9ull;
  const size_t mask = slots_.size() - 1;
  size_t slot = (hash ^ hash >> 32) & mask;
  for (; slots_[slot]; slot = (slot + 1) & mask) {
    const Group &group = groups_[slots_[slot] - 1];
    if (group.name == name && group.scope == scope && group.file == file)
      break;
  }
  return slot;
}

GroupId SymbolIndex::groupFor(link::FileId file, facts::ScopeId scope, Name name) {
  const size_t slot = slotOf(file, scope, name);
  if (slots_[slot])
    return slots_[slot] - 1;
  const GroupId id = static_cast<GroupId>(groups_.size());
  groups_.push_back({file, scope, name, 0, 0});
  slots_[slot] = id + 1;
  if (groups_.size() * 2 > slots_.size())
    grow();
  return id;
}

void SymbolIndex::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (GroupId id = 0; id < groups_.size(); ++id)
    slots_[slotOf(groups_[id].file, groups_[id].scope, groups_[id].name)] = id + 1;
}

GroupId SymbolIndex::find(link::FileId file, facts::ScopeId scope, Name name) const {
  const size_t slot = slotOf(file, scope, name);
  return slots_[slot] ? slots_[slot] - 1 : kNone;
}

GroupId SymbolIndex::lookup(link::FileId file, facts::ScopeId scope, Name name) const {
  const std::vector<facts::Scope> &scopes = program_.files[file].scopes;
  const auto instanceOnly = [&](GroupId group) {
    for (const Definition &definition : definitions(group))
      if (!(definition.flags & facts::BindingFlag::Instance))
        return false;
    return true;
  };
  for (facts::ScopeId at = scope; at != kNone && at < scopes.size(); at = scopes[at].parent) {
    const bool isClass = scopes[at].kind == facts::ScopeKind::Class;
    if (isClass && at != scope)
      continue;
    const GroupId found = find(file, at, name);
    if (found != kNone && !(isClass && instanceOnly(found)))
      return found;
  }
  return kNone;
}

bool SymbolIndex::isExported(link::FileId file, GroupId group) const {
  if (!hasExports_[file])
    return !groups_[group].name.view().starts_with('_');
  for (const Definition &definition : definitions(group))
    if (definition.flags & facts::BindingFlag::Exported)
      return true;
  return false;
}

} // namespace clearway::python
