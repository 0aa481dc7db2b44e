// What a name or a path means: from binding to item, from segment to segment.
#include "frontend/rust/semantics/ItemIndex.h"

#include "facts/NameCache.h"
#include "frontend/rust/semantics/Prelude.h"

namespace clearway::frontend::rust {

using facts::BindingKind;
using facts::FileFacts;
using facts::kNone;
using facts::ScopeKind;
using link::FileId;

namespace {

constexpr unsigned kMaxDepth = 24; // of imports that lead to imports

const Name kCrate("crate"), kMacroCrate("$crate"), kSelf("self"), kSuper("super"), kSelfType("Self"), kRoot("::");

Name parentOf(Name module) {
  const size_t at = module.view().rfind("::");
  return at == std::string_view::npos ? Name() : facts::cachedName(module.view().substr(0, at));
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
    return moduleItem(knowledge_.joined(file.scopes[binding.scope].qualifiedName, binding.name));
  case BindingKind::Import:
    return ofImport(place.file, file.imports[binding.index], depth);
  default:
    item.kind = ItemKind::Static;
    item.index = place.binding;
    return item;
  }
}

Item ItemIndex::moduleItem(Name name) const {
  Item item;
  item.kind = ItemKind::Module;
  const auto alias = tables_->aliases.find(name);
  item.name = alias == tables_->aliases.end() ? name : alias->second;
  return item;
}

Item ItemIndex::externalItem(Name name) const {
  Item item;
  item.kind = ItemKind::External;
  item.name = knowledge_.canonical(name);
  return item;
}

Item ItemIndex::crateOrExternal(Name name) const { return findModule(name) ? moduleItem(name) : externalItem(name); }

Item ItemIndex::ofImport(FileId file, const facts::Import &import, unsigned depth) const {
  if (depth > kMaxDepth)
    return {};
  if (import.module.empty()) { // use serde; extern crate serde;
    const Name name = import.item;
    if (name == kSelf || name == kCrate || name == kSuper)
      return first(file, import.scope, name, depth + 1);
    if (program_.files[file].edition < 2018)
      if (const Name own = knowledge_.joined(tables_->crates[file], name); findModule(own))
        return moduleItem(own);
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
      const Name whole = knowledge_.joined(module.name, name);
      if (knowledge_.knowsPrefix(whole))
        return externalItem(whole);
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
    const Module *found = findScope(id, scope);
    if (!found)
      continue;
    Item result;
    forEachIn(*found, name, [&](Place place) {
      const facts::Binding &binding = program_.files[place.file].bindings[place.binding];
      // Members of types are no names of their own inside; type parameters are.
      const bool visible = at.kind == ScopeKind::Function ||
                           (binding.kind == BindingKind::Class && binding.index == kNone);
      if (visible && !result)
        result = ofBinding(place, depth + 1);
    });
    if (!result)
      result = throughGlobs(found->globs, name, depth + 1);
    if (result)
      return result;
  }
  return {};
}

Item ItemIndex::selfType(FileId id, facts::ScopeId scope) const {
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

// A name that nothing in sight defines.
Item ItemIndex::outside(FileId id, Name name) const {
  if (const std::string_view known = preludeName(name.view()); !known.empty())
    return externalItem(facts::cachedName(known));
  if (findModule(name))
    return moduleItem(name);
  if (program_.files[id].edition < 2018)
    if (const Name own = knowledge_.joined(tables_->crates[id], name); findModule(own))
      return moduleItem(own);
  return externalItem(name);
}

Item ItemIndex::first(FileId id, facts::ScopeId scope, Name name, unsigned depth) const {
  if (depth > kMaxDepth)
    return {};
  if (name == kCrate || name == kMacroCrate)
    return moduleItem(tables_->crates[id]);
  if (name == kSelf)
    return moduleItem(moduleOf(id, scope));
  if (name == kSuper)
    return moduleItem(parentOf(moduleOf(id, scope)));
  if (name == kSelfType)
    return selfType(id, scope);
  Item found = inScope(id, scope, name, depth);
  return found ? found : outside(id, name);
}

Item ItemIndex::member(const Item &of, Name name, unsigned depth) const {
  if (depth > kMaxDepth)
    return {};
  switch (of.kind) {
  case ItemKind::Module:
    if (name == kSuper)
      return moduleItem(parentOf(of.name));
    if (name == kSelf)
      return of;
    if (Item found = inModule(of.name, name, depth + 1))
      return found;
    if (const Name whole = knowledge_.joined(of.name, name); findModule(whole)) // a file that no `mod` was seen for
      return moduleItem(whole);
    return {};
  case ItemKind::External:
    if (of.name == kRoot)
      return crateOrExternal(name);
    return externalItem(knowledge_.joined(of.name, name));
  case ItemKind::Class: { // a variant
    const facts::Class &owner = program_.files[of.file].classes[of.index];
    if (owner.kind == facts::ClassKind::Alias)
      return {};
    const Module *found = findScope(of.file, owner.scope);
    Item result;
    if (found)
      forEachIn(*found, name, [&](Place place) {
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
  Item item = first(file, scope, facts::cachedName(head), depth + 1);
  while (item && text.find("::") != text.npos) {
    text = text.substr(text.find("::") + 2);
    item = member(item, facts::cachedName(text.substr(0, text.find("::"))), depth + 1);
  }
  return item;
}

// ---- imported traits

const std::vector<Name> &ItemIndex::importedTraits(FileId id, facts::ScopeId scope, bool globs) const {
  const auto [at, isNew] = imports_.try_emplace(scopeKey(id, scope * 2 + globs));
  std::vector<Name> &paths = at->second; // stays where it is
  if (!isNew)
    return paths;
  const FileFacts &file = program_.files[id];
  for (; scope != kNone; scope = file.scopes[scope].parent) {
    const bool isModule = file.scopes[scope].kind == ScopeKind::Module;
    const Module *module = isModule ? findModule(file.scopes[scope].qualifiedName) : findScope(id, scope);
    if (module) {
      const std::vector<Name> &more = traitsImportedBy(*module, globs);
      paths.insert(paths.end(), more.begin(), more.end());
    }
    if (isModule)
      break;
  }
  return paths;
}

const std::vector<Name> &ItemIndex::traitsImportedBy(const Module &module, bool globs) const {
  const auto number = static_cast<uint64_t>(&module - tables_->modules.data());
  const auto [at, isNew] = importsOfModules_.try_emplace(number * 2 + globs);
  std::vector<Name> &paths = at->second;
  if (!isNew)
    return paths;
  std::vector<Place> places = module.globs;
  if (!globs) {
    places.clear();
    for (const auto &[name, place] : module.items)
      places.push_back(place);
    // The index orders names by handle, which differs from run to run.
    std::sort(places.begin(), places.end());
  }
  for (const Place &place : places) {
    const FileFacts &file = program_.files[place.file];
    const facts::Binding &binding = file.bindings[place.binding];
    if (binding.kind != BindingKind::Import)
      continue;
    const facts::Import &import = file.imports[binding.index];
    const Item item = import.flags & facts::ImportFlag::Star ? path(place.file, import.scope, import.module.view())
                                                             : ofImport(place.file, import, 0);
    if (item.kind == ItemKind::External && looksLikeTrait(item.name.view()))
      paths.push_back(item.name);
  }
  return paths;
}

} // namespace clearway::frontend::rust
