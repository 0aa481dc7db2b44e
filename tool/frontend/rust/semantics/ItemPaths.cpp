// What a name or a path means: from binding to item, from segment to segment.
#include "frontend/rust/semantics/ItemIndex.h"

#include "frontend/rust/semantics/Prelude.h"

namespace clearway::frontend::rust {

using facts::BindingKind;
using facts::FileFacts;
using facts::kNone;
using facts::ScopeKind;
using link::FileId;

namespace {

constexpr unsigned kMaxDepth = 24; // of imports that lead to imports

std::string_view parentOf(std::string_view module) {
  const size_t at = module.rfind("::");
  return at == module.npos ? std::string_view() : module.substr(0, at);
}

Item externalItem(std::string_view name) {
  Item item;
  item.kind = ItemKind::External;
  item.name = Name(canonicalExternal(name));
  return item;
}

} // namespace

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
    return moduleItem(joinedPath(file.scopes[binding.scope].qualifiedName.view(), binding.name.view()));
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
    if (findModule(Name(joinedPath(crates_[file].view(), name))) && program_.files[file].edition < 2018)
      return moduleItem(joinedPath(crates_[file].view(), name));
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
      const Name whole(joinedPath(module.name.view(), name.view()));
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
  if (program_.files[id].edition < 2018 && findModule(Name(joinedPath(crates_[id].view(), name))))
    return moduleItem(joinedPath(crates_[id].view(), name));
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
    if (const Name whole(joinedPath(of.name.view(), name.view())); findModule(whole)) // a file that no `mod` was seen for
      return moduleItem(whole.view());
    return {};
  case ItemKind::External:
    if (of.name.view() == "::")
      return crateOrExternal(name.view());
    return externalItem(joinedPath(of.name.view(), name.view()));
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
