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

std::string joinedPath(std::string_view base, std::string_view name) {
  std::string text(base);
  if (!text.empty())
    text += "::";
  return text.append(name);
}

ItemIndex::ItemIndex(const link::Program &program, const catalog::Catalog &catalog)
    : program_(program), catalog_(catalog) {
  std::unordered_map<std::string, Name> byPath;
  crates_.resize(program.files.size());
  for (FileId file = 0; file < program.files.size(); ++file) {
    if (program.files[file].language != facts::Language::Rust)
      continue;
    crates_[file] = Name(crateName(program.files[file].module.view()));
    byPath.emplace(program.files[file].path, program.files[file].module);
    addFile(file);
  }
  for (FileId id = 0; id < program.files.size(); ++id) { // #[path = "…"] mod name;
    const FileFacts &file = program.files[id];
    if (file.language != facts::Language::Rust)
      continue;
    for (const facts::Binding &binding : file.bindings) {
      if (binding.kind != BindingKind::Module || binding.value == 0)
        continue;
      const std::string_view directory = std::string_view(file.path).substr(0, file.path.rfind('/') + 1);
      const auto target = byPath.find(normalized(std::string(directory).append(file.values[binding.value].name.view())));
      if (target != byPath.end())
        aliases_[Name(joinedPath(file.scopes[binding.scope].qualifiedName.view(), binding.name.view()))] = target->second;
    }
  }
  sortModules();
}

void ItemIndex::addFile(FileId id) {
  const FileFacts &file = program_.files[id];
  for (const facts::Scope &scope : file.scopes)
    if (scope.kind == ScopeKind::Module)
      modules_[scope.qualifiedName];
  for (facts::ClassId owner = 0; owner < file.classes.size(); ++owner)
    if (file.classes[owner].kind != facts::ClassKind::Impl)
      classes_[file.classes[owner].qualifiedName].push_back({id, owner});
  for (uint32_t b = 0; b < file.bindings.size(); ++b) {
    const facts::Binding &binding = file.bindings[b];
    const facts::Scope &scope = file.scopes[binding.scope];
    const bool isLocal = scope.kind == ScopeKind::Function && binding.kind == BindingKind::Variable &&
                         !(binding.flags & facts::BindingFlag::Constant);
    if (isLocal)
      continue; // resolved while the body was walked
    Module &module = scope.kind == ScopeKind::Module ? modules_[scope.qualifiedName] : scopes_[scopeKey(id, binding.scope)];
    if (binding.kind == BindingKind::Import && file.imports[binding.index].flags & facts::ImportFlag::Star)
      module.globs.push_back({id, b});
    else
      module.items.emplace_back(binding.name, Place{id, b});
  }
}

void ItemIndex::sortModules() {
  const auto sort = [](Module &module) {
    std::stable_sort(module.items.begin(), module.items.end(),
                     [](const auto &a, const auto &b) { return a.first.handle() < b.first.handle(); });
  };
  for (auto &[name, module] : modules_)
    sort(module);
  for (auto &[key, module] : scopes_)
    sort(module);
}

const ItemIndex::Module *ItemIndex::findModule(Name name) const {
  auto found = modules_.find(name);
  if (found == modules_.end())
    if (const auto alias = aliases_.find(name); alias != aliases_.end())
      found = modules_.find(alias->second);
  return found == modules_.end() ? nullptr : &found->second;
}

const std::vector<ClassRef> &ItemIndex::classesNamed(Name qualified) const {
  static const std::vector<ClassRef> kNobody;
  const auto found = classes_.find(qualified);
  return found == classes_.end() ? kNobody : found->second;
}

const facts::Binding *ItemIndex::field(ClassRef of, Name name) const {
  const FileFacts &file = program_.files[of.file];
  const auto found = scopes_.find(scopeKey(of.file, file.classes[of.id].scope));
  const facts::Binding *result = nullptr;
  if (found != scopes_.end())
    forEachIn(found->second, name, [&](Place place) {
      const facts::Binding &binding = file.bindings[place.binding];
      if (!result && binding.flags & facts::BindingFlag::Instance)
        result = &binding;
    });
  return result;
}

std::vector<const facts::Binding *> ItemIndex::fields(ClassRef of) const {
  const FileFacts &file = program_.files[of.file];
  std::vector<const facts::Binding *> result;
  if (const auto found = scopes_.find(scopeKey(of.file, file.classes[of.id].scope)); found != scopes_.end())
    for (const auto &[name, place] : found->second.items)
      if (file.bindings[place.binding].flags & facts::BindingFlag::Instance)
        result.push_back(&file.bindings[place.binding]);
  // The index orders names by handle, which differs from run to run.
  std::sort(result.begin(), result.end(), [](auto *a, auto *b) { return a->range < b->range; });
  return result;
}

ClassRef ItemIndex::memberClass(ClassRef of, Name name) const {
  const FileFacts &file = program_.files[of.file];
  const auto found = scopes_.find(scopeKey(of.file, file.classes[of.id].scope));
  ClassRef result;
  if (found != scopes_.end())
    forEachIn(found->second, name, [&](Place place) {
      const facts::Binding &binding = file.bindings[place.binding];
      if (binding.kind == BindingKind::Class && binding.index != kNone)
        result = {of.file, binding.index};
    });
  return result;
}

} // namespace clearway::frontend::rust
