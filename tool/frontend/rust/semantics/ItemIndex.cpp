#include "frontend/rust/semantics/ItemIndex.h"

#include "frontend/rust/semantics/Prelude.h"

#include <algorithm>

namespace clearway::frontend::rust {

using facts::BindingKind;
using facts::FileFacts;
using facts::kNone;
using facts::ScopeKind;
using link::FileId;

namespace {

constexpr unsigned kMaxDepth = 24; // of imports that lead to imports

std::string_view crateName(std::string_view module) { return module.substr(0, module.find("::")); }

std::string_view parentOf(std::string_view module) {
  const size_t at = module.rfind("::");
  return at == module.npos ? std::string_view() : module.substr(0, at);
}

std::string joined(std::string_view base, std::string_view name) {
  std::string text(base);
  if (!text.empty())
    text += "::";
  return text.append(name);
}

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

Item externalItem(std::string_view name) {
  Item item;
  item.kind = ItemKind::External;
  item.name = Name(canonicalExternal(name));
  return item;
}

} // namespace

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
        aliases_[Name(joined(file.scopes[binding.scope].qualifiedName.view(), binding.name.view()))] = target->second;
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

template <class F> void ItemIndex::forEachIn(const Module &module, Name name, F &&visit) const {
  auto at = std::lower_bound(module.items.begin(), module.items.end(), name.handle(),
                             [](const auto &item, uint32_t handle) { return item.first.handle() < handle; });
  for (; at != module.items.end() && at->first == name; ++at)
    visit(at->second);
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

// ---- what a binding stands for

Item ItemIndex::ofBinding(Place place, unsigned depth) const {
  const FileFacts &file = program_.files[place.file];
  const facts::Binding &binding = file.bindings[place.binding];
  Item item;
  item.file = place.file;
  item.name = binding.name;
  switch (binding.kind) {
  case BindingKind::Function:
    item.kind = ItemKind::Function;
    item.functions.push_back(program_.functionAt(place.file, binding.index));
    return item;
  case BindingKind::Class:
    item.kind = binding.index == kNone ? ItemKind::TypeParameter : ItemKind::Class;
    item.index = binding.index == kNone ? place.binding : binding.index;
    return item;
  case BindingKind::Module:
    return moduleItem(joined(file.scopes[binding.scope].qualifiedName.view(), binding.name.view()));
  case BindingKind::Import:
    return ofImport(place.file, file.imports[binding.index], depth);
  default:
    item.kind = ItemKind::Static;
    item.index = place.binding;
    return item;
  }
}

Item ItemIndex::moduleItem(std::string_view name) const {
  Item item;
  item.kind = ItemKind::Module;
  item.name = Name(name);
  if (const auto alias = aliases_.find(item.name); alias != aliases_.end())
    item.name = alias->second;
  return item;
}

Item ItemIndex::crateOrExternal(std::string_view name) const {
  return findModule(Name(name)) ? moduleItem(name) : externalItem(name);
}

Item ItemIndex::ofImport(FileId file, const facts::Import &import, unsigned depth) const {
  if (depth > kMaxDepth)
    return {};
  if (import.module.empty()) { // use serde; extern crate serde;
    const std::string_view name = import.item.view();
    if (name == "self" || name == "crate" || name == "super")
      return first(file, import.scope, name, depth + 1);
    if (findModule(Name(joined(crates_[file].view(), name))) && program_.files[file].edition < 2018)
      return moduleItem(joined(crates_[file].view(), name));
    return crateOrExternal(name);
  }
  const Item module = path(file, import.scope, import.module.view(), depth + 1);
  return member(module, import.item, depth + 1);
}

// ---- look-up

Item ItemIndex::throughGlobs(const std::vector<Place> &globs, Name name, unsigned depth) const {
  if (depth > kMaxDepth)
    return {};
  for (const Place &place : globs) {
    const FileFacts &file = program_.files[place.file];
    const facts::Import &import = file.imports[file.bindings[place.binding].index];
    const auto opened = globs_.find(scopeKey(place.file, place.binding));
    const Item module =
        opened != globs_.end() ? opened->second : path(place.file, import.scope, import.module.view(), depth + 1);
    if (module)
      globs_.try_emplace(scopeKey(place.file, place.binding), module);
    if (module.kind == ItemKind::External) {
      const Name whole(joined(module.name.view(), name.view()));
      if (catalog_.knowsPrefix(facts::Language::Rust, whole))
        return externalItem(whole.view());
    } else if (Item found = member(module, name, depth + 8)) {
      return found;
    }
  }
  return {};
}

Item ItemIndex::inModule(Name module, Name name, unsigned depth) const {
  const uint64_t key = uint64_t{module.handle()} << 32 | name.handle();
  if (const auto known = inModule_.find(key); known != inModule_.end())
    return known->second;
  Item found = searchModule(module, name, depth);
  // Deep inside a search for something else, "nothing" may only mean that the search was cut short.
  if (found || depth <= 6)
    inModule_.try_emplace(key, found);
  return found;
}

Item ItemIndex::searchModule(Name module, Name name, unsigned depth) const {
  const Module *found = findModule(module);
  if (!found || depth > kMaxDepth)
    return {};
  Item result;
  forEachIn(*found, name, [&](Place place) {
    Item item = ofBinding(place, depth + 1);
    if (!result)
      result = std::move(item);
    else if (result.kind == ItemKind::Function && item.kind == ItemKind::Function)
      result.functions.insert(result.functions.end(), item.functions.begin(), item.functions.end());
    else if (result.kind == ItemKind::Function && item.kind == ItemKind::Class)
      result = std::move(item); // a type and a function of one name: paths mostly mean the type
  });
  return result ? result : throughGlobs(found->globs, name, depth + 1);
}

Name ItemIndex::moduleOf(FileId id, facts::ScopeId scope) const {
  const FileFacts &file = program_.files[id];
  while (scope != kNone && file.scopes[scope].kind != ScopeKind::Module)
    scope = file.scopes[scope].parent;
  return scope == kNone ? file.module : file.scopes[scope].qualifiedName;
}

Item ItemIndex::inScope(FileId id, facts::ScopeId scope, Name name, unsigned depth) const {
  const FileFacts &file = program_.files[id];
  for (; scope != kNone; scope = file.scopes[scope].parent) {
    const facts::Scope &at = file.scopes[scope];
    if (at.kind == ScopeKind::Module)
      return inModule(at.qualifiedName, name, depth + 1);
    const auto found = scopes_.find(scopeKey(id, scope));
    if (found == scopes_.end())
      continue;
    Item result;
    forEachIn(found->second, name, [&](Place place) {
      const facts::Binding &binding = program_.files[place.file].bindings[place.binding];
      // Members of types are no names of their own inside; type parameters are.
      const bool visible = at.kind == ScopeKind::Function ||
                           (binding.kind == BindingKind::Class && binding.index == kNone);
      if (visible && !result)
        result = ofBinding(place, depth + 1);
    });
    if (!result)
      result = throughGlobs(found->second.globs, name, depth + 1);
    if (result)
      return result;
  }
  return {};
}

Item ItemIndex::first(FileId id, facts::ScopeId scope, std::string_view name, unsigned depth) const {
  if (depth > kMaxDepth)
    return {};
  if (name == "crate" || name == "$crate")
    return moduleItem(crates_[id].view());
  if (name == "self")
    return moduleItem(moduleOf(id, scope).view());
  if (name == "super")
    return moduleItem(parentOf(moduleOf(id, scope).view()));
  if (name == "Self") {
    const FileFacts &file = program_.files[id];
    for (; scope != kNone; scope = file.scopes[scope].parent)
      if (file.scopes[scope].kind == ScopeKind::Class) {
        Item item;
        item.kind = ItemKind::SelfType;
        item.file = id;
        item.index = file.scopes[scope].index;
        return item;
      }
    return {};
  }
  if (Item found = inScope(id, scope, Name(name), depth))
    return found;
  if (const std::string_view known = preludeName(name); !known.empty())
    return externalItem(known);
  if (findModule(Name(name)))
    return moduleItem(name);
  if (program_.files[id].edition < 2018 && findModule(Name(joined(crates_[id].view(), name))))
    return moduleItem(joined(crates_[id].view(), name));
  return externalItem(name);
}

Item ItemIndex::member(const Item &of, Name name, unsigned depth) const {
  if (depth > kMaxDepth)
    return {};
  switch (of.kind) {
  case ItemKind::Module:
    if (name.view() == "super")
      return moduleItem(parentOf(of.name.view()));
    if (name.view() == "self")
      return of;
    if (Item found = inModule(of.name, name, depth + 1))
      return found;
    if (const Name whole(joined(of.name.view(), name.view())); findModule(whole)) // a file that no `mod` was seen for
      return moduleItem(whole.view());
    return {};
  case ItemKind::External:
    if (of.name.view() == "::")
      return crateOrExternal(name.view());
    return externalItem(joined(of.name.view(), name.view()));
  case ItemKind::Class: { // a variant
    const facts::Class &owner = program_.files[of.file].classes[of.index];
    if (owner.kind == facts::ClassKind::Alias)
      return {};
    const auto found = scopes_.find(scopeKey(of.file, owner.scope));
    Item result;
    if (found != scopes_.end())
      forEachIn(found->second, name, [&](Place place) {
        const facts::Binding &binding = program_.files[place.file].bindings[place.binding];
        if (binding.kind == BindingKind::Class && binding.index != kNone)
          result = ofBinding(place, depth + 1);
      });
    return result;
  }
  default:
    return {};
  }
}

Item ItemIndex::path(FileId file, facts::ScopeId scope, std::string_view text, unsigned depth) const {
  if (text.starts_with("::"))
    text = text.substr(2);
  const size_t end = text.find("::");
  std::string_view head = text.substr(0, end);
  while (!head.empty() && head.back() == ' ')
    head.remove_suffix(1);
  Item item = first(file, scope, head, depth + 1);
  while (item && text.find("::") != text.npos) {
    text = text.substr(text.find("::") + 2);
    item = member(item, Name(text.substr(0, text.find("::"))), depth + 1);
  }
  return item;
}

const std::vector<Name> &ItemIndex::externalImports(FileId id, facts::ScopeId scope, bool globs) const {
  const auto [at, isNew] = imports_.try_emplace(scopeKey(id, scope * 2 + globs));
  if (isNew)
    at->second = collectImports(id, scope, globs);
  return at->second;
}

std::vector<Name> ItemIndex::collectImports(FileId id, facts::ScopeId scope, bool globs) const {
  std::vector<Name> paths;
  const auto collect = [&](const Module &module) {
    const auto add = [&](Place place) {
      const FileFacts &file = program_.files[place.file];
      const facts::Binding &binding = file.bindings[place.binding];
      if (binding.kind != BindingKind::Import)
        return;
      const facts::Import &import = file.imports[binding.index];
      const Item item = import.flags & facts::ImportFlag::Star ? path(place.file, import.scope, import.module.view())
                                                               : ofImport(place.file, import, 0);
      if (item.kind == ItemKind::External)
        paths.push_back(item.name);
    };
    if (globs)
      for (const Place &place : module.globs)
        add(place);
    else
      for (const auto &[name, place] : module.items)
        add(place);
  };
  const FileFacts &file = program_.files[id];
  for (; scope != kNone; scope = file.scopes[scope].parent) {
    if (file.scopes[scope].kind == ScopeKind::Module) {
      if (const Module *module = findModule(file.scopes[scope].qualifiedName))
        collect(*module);
      break;
    }
    if (const auto found = scopes_.find(scopeKey(id, scope)); found != scopes_.end())
      collect(found->second);
  }
  return paths;
}

} // namespace clearway::frontend::rust
