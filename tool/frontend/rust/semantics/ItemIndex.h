// The items of all Rust files by module, and what a path means: through `use` declarations, globs, re-exports, inline
// and file modules, crate names, the prelude.
#pragma once

#include "catalog/Catalog.h"
#include "link/Program.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace clearway::frontend::rust {

struct ClassRef {
  link::FileId file = link::kNone;
  facts::ClassId id = facts::kNone;
  friend bool operator==(const ClassRef &, const ClassRef &) = default;
};

enum class ItemKind : uint8_t {
  None,
  Module,        // name
  Class,         // a struct, enum, variant, trait or alias of the program
  Function,      // functions: several when a name has alternatives (`#[cfg]`)
  Static,        // file, binding
  TypeParameter, // file, binding
  SelfType,      // file, index = the implementation or trait
  External,      // name: something outside the program
};

struct Item {
  ItemKind kind = ItemKind::None;
  Name name;
  link::FileId file = link::kNone;
  uint32_t index = facts::kNone; // class, binding
  std::vector<link::FunctionId> functions;
  explicit operator bool() const { return kind != ItemKind::None; }
};

/// `base::name`.
std::string joinedPath(std::string_view base, std::string_view name);

class ItemIndex {
public:
  ItemIndex(const link::Program &program, const catalog::Catalog &catalog);

  /// What the first segment of a path means, seen from `scope`.
  Item first(link::FileId file, facts::ScopeId scope, std::string_view name, unsigned depth = 0) const;
  /// `name` in a module, a crate, an external path or an enum.
  Item member(const Item &of, Name name, unsigned depth = 0) const;
  /// A whole path as text, seen from `scope`.
  Item path(link::FileId file, facts::ScopeId scope, std::string_view text, unsigned depth = 0) const;
  /// Paths of the external items and globs that are imported where `scope` stands: they may be traits.
  const std::vector<Name> &externalImports(link::FileId file, facts::ScopeId scope, bool globs) const;

  /// Structs, enums, traits and aliases with this qualified name.
  const std::vector<ClassRef> &classesNamed(Name qualified) const;
  /// A field of a struct, enum variant or union.
  const facts::Binding *field(ClassRef of, Name name) const;
  std::vector<const facts::Binding *> fields(ClassRef of) const;
  /// A type defined inside an implementation or trait: `type Target = …;`.
  ClassRef memberClass(ClassRef of, Name name) const;

private:
  struct Place {
    link::FileId file = link::kNone;
    uint32_t binding = facts::kNone;
  };
  struct Module {
    std::vector<std::pair<Name, Place>> items; // sorted by handle
    std::vector<Place> globs;
  };

  void addFile(link::FileId file);
  void sortModules();
  Item inModule(Name module, Name name, unsigned depth) const;
  Item searchModule(Name module, Name name, unsigned depth) const;
  std::vector<Name> collectImports(link::FileId file, facts::ScopeId scope, bool globs) const;
  Item inScope(link::FileId file, facts::ScopeId scope, Name name, unsigned depth) const;
  Item ofBinding(Place place, unsigned depth) const;
  Item ofImport(link::FileId file, const facts::Import &import, unsigned depth) const;
  Item throughGlobs(const std::vector<Place> &globs, Name name, unsigned depth) const;
  Item crateOrExternal(std::string_view name) const;
  Item moduleItem(std::string_view name) const;
  Name moduleOf(link::FileId file, facts::ScopeId scope) const;
  const Module *findModule(Name name) const;
  static uint64_t scopeKey(link::FileId file, facts::ScopeId scope) { return uint64_t{file} << 32 | scope; }
  template <class F> void forEachIn(const Module &module, Name name, F &&visit) const;

  const link::Program &program_;
  const catalog::Catalog &catalog_;
  std::unordered_map<Name, Module> modules_;                 // by qualified name
  std::unordered_map<uint64_t, Module> scopes_;              // functions and classes, by scopeKey
  std::unordered_map<Name, Name> aliases_;                   // `#[path]`: declared module → the file's module
  std::vector<Name> crates_;                                 // per file
  std::unordered_map<Name, std::vector<ClassRef>> classes_;  // by qualified name
  // Answers given before. One thread asks.
  mutable std::unordered_map<uint64_t, Item> inModule_;      // by module and name
  mutable std::unordered_map<uint64_t, Item> globs_;         // by file and binding: the module a glob opens
  mutable std::unordered_map<uint64_t, std::vector<Name>> imports_;
};

template <class F> void ItemIndex::forEachIn(const Module &module, Name name, F &&visit) const {
  auto at = std::lower_bound(module.items.begin(), module.items.end(), name.handle(),
                             [](const auto &item, uint32_t handle) { return item.first.handle() < handle; });
  for (; at != module.items.end() && at->first == name; ++at)
    visit(at->second);
}

} // namespace clearway::frontend::rust
