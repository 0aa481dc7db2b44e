// The index itself: what is where.
#include "frontend/rust/semantics/ItemIndex.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::BindingKind;
using facts::FileFacts;
using facts::kNone;
using facts::ScopeKind;
using link::FileId;

namespace {

std::string_view crateName(std::string_view module) { return module.substr(0, module.find("::")); }

/// `a/b/../c.rs` → `a/c.rs`.
std::string normalized(std::string_view path) {
  std::vector<std::string_view> parts;
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (part != ".")
      parts.push_back(part);
    at = end + 1;
  }
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i)
    text.append(i == 0 ? "" : "/").append(parts[i]);
  return text;
}

} // namespace

ItemIndex::ItemIndex(const link::Program &program, const Knowledge &knowledge)
    : program_(program), knowledge_(knowledge) {
  const auto tables = std::make_shared<Tables>();
  tables->modules.emplace_back();
  tables->crates.resize(program.files.size());
  tables->scopes.resize(program.files.size());
  for (FileId file = 0; file < program.files.size(); ++file)
    if (program.files[file].language == facts::Language::Rust)
      addFile(*tables, file);
  addAliases(*tables);
  for (Module &module : tables->modules)
    std::stable_sort(module.items.begin(), module.items.end(),
                     [](const auto &a, const auto &b) { return a.first.handle() < b.first.handle(); });
  tables_ = tables;
}

uint32_t ItemIndex::numberOf(Tables &tables, Name module) {
  const auto [at, isNew] = tables.byName.try_emplace(module, static_cast<uint32_t>(tables.modules.size()));
  if (isNew)
    tables.modules.emplace_back();
  return at->second;
}

// #[path = "…"] mod name;
void ItemIndex::addAliases(Tables &tables) const {
  std::unordered_map<std::string_view, Name> byPath;
  for (const FileFacts &file : program_.files)
    if (file.language == facts::Language::Rust)
      byPath.emplace(file.path, file.module);
  for (const FileFacts &file : program_.files) {
    if (file.language != facts::Language::Rust)
      continue;
    for (const facts::Binding &binding : file.bindings) {
      if (binding.kind != BindingKind::Module || binding.value == 0)
        continue;
      const std::string_view directory = std::string_view(file.path).substr(0, file.path.rfind('/') + 1);
      const auto target = byPath.find(normalized(std::string(directory).append(file.values[binding.value].name.view())));
      if (target != byPath.end())
        tables.aliases[knowledge_.joined(file.scopes[binding.scope].qualifiedName, binding.name)] = target->second;
    }
  }
}

void ItemIndex::addFile(Tables &tables, FileId id) const {
  const FileFacts &file = program_.files[id];
  tables.crates[id] = Name(crateName(file.module.view()));
  std::vector<uint32_t> &numbers = tables.scopes[id];
  for (const facts::Scope &scope : file.scopes)
    numbers.push_back(scope.kind == ScopeKind::Module ? numberOf(tables, scope.qualifiedName) : 0);
  for (facts::ClassId owner = 0; owner < file.classes.size(); ++owner)
    if (file.classes[owner].kind != facts::ClassKind::Impl)
      tables.classes[file.classes[owner].qualifiedName].push_back({id, owner});
  for (uint32_t b = 0; b < file.bindings.size(); ++b) {
    const facts::Binding &binding = file.bindings[b];
    const facts::Scope &scope = file.scopes[binding.scope];
    const bool isLocal = scope.kind == ScopeKind::Function && binding.kind == BindingKind::Variable &&
                         !(binding.flags & facts::BindingFlag::Constant);
    if (isLocal)
      continue; // resolved while the body was walked
    if (numbers[binding.scope] == 0) {
      numbers[binding.scope] = static_cast<uint32_t>(tables.modules.size());
      tables.modules.emplace_back();
    }
    Module &module = tables.modules[numbers[binding.scope]];
    if (binding.kind == BindingKind::Import && file.imports[binding.index].flags & facts::ImportFlag::Star)
      module.globs.push_back({id, b});
    else
      module.items.emplace_back(binding.name, Place{id, b});
  }
}

const ItemIndex::Module *ItemIndex::findModule(Name name) const {
  auto found = tables_->byName.find(name);
  if (found == tables_->byName.end())
    if (const auto alias = tables_->aliases.find(name); alias != tables_->aliases.end())
      found = tables_->byName.find(alias->second);
  return found == tables_->byName.end() ? nullptr : &tables_->modules[found->second];
}

const std::vector<ClassRef> &ItemIndex::classesNamed(Name qualified) const {
  static const std::vector<ClassRef> kNobody;
  const auto found = tables_->classes.find(qualified);
  return found == tables_->classes.end() ? kNobody : found->second;
}

const facts::Binding *ItemIndex::field(ClassRef of, Name name) const {
  const FileFacts &file = program_.files[of.file];
  const Module *found = findScope(of.file, file.classes[of.id].scope);
  const facts::Binding *result = nullptr;
  if (found)
    forEachIn(*found, name, [&](Place place) {
      const facts::Binding &binding = file.bindings[place.binding];
      if (!result && binding.flags & facts::BindingFlag::Instance)
        result = &binding;
    });
  return result;
}

std::vector<const facts::Binding *> ItemIndex::fields(ClassRef of) const {
  const FileFacts &file = program_.files[of.file];
  std::vector<const facts::Binding *> result;
  if (const Module *found = findScope(of.file, file.classes[of.id].scope))
    for (const auto &[name, place] : found->items)
      if (file.bindings[place.binding].flags & facts::BindingFlag::Instance)
        result.push_back(&file.bindings[place.binding]);
  // The index orders names by handle, which differs from run to run.
  std::sort(result.begin(), result.end(), [](auto *a, auto *b) { return a->range < b->range; });
  return result;
}

ClassRef ItemIndex::memberClass(ClassRef of, Name name) const {
  const FileFacts &file = program_.files[of.file];
  const Module *found = findScope(of.file, file.classes[of.id].scope);
  ClassRef result;
  if (found)
    forEachIn(*found, name, [&](Place place) {
      const facts::Binding &binding = file.bindings[place.binding];
      if (binding.kind == BindingKind::Class && binding.index != kNone)
        result = {of.file, binding.index};
    });
  return result;
}

} // namespace clearway::frontend::rust
