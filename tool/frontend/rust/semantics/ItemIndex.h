// The items of all Rust files by module, and what a path means: through `use` declarations, globs, re-exports, inline
// and file modules, crate names, the prelude.
#pragma once

#include "frontend/rust/semantics/Knowledge.h"
#include "link/Program.h"

#include <algorithm>
#include <memory>
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

/// Belongs to one thread, as it remembers what was asked; the tables behind it are shared.
class ItemIndex {
public:
  ItemIndex(const link::Program &program, const Knowledge &knowledge);
  /// The same items for another thread.
  ItemIndex(const ItemIndex &index, const Knowledge &knowledge)
      : program_(index.program_), knowledge_(knowledge), tables_(index.tables_) {}

  /// What the first segment of a path means, seen from `scope`.
  Item first(link::FileId file, facts::ScopeId scope, Name name, unsigned depth = 0) const;
  /// `name` in a module, a crate, an external path or an enum.
  Item member(const Item &of, Name name, unsigned depth = 0) const;
  /// A whole path as text, seen from `scope`.
  Item path(link::FileId file, facts::ScopeId scope, std::string_view text, unsigned depth = 0) const;
  /// External paths imported where `scope` stands, by name or as globs, that look like traits.
  const std::vector<Name> &importedTraits(link::FileId file, facts::ScopeId scope, bool globs) const;

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
    friend auto operator<=>(const Place &, const Place &) = default;
  };
  struct Module {
    std::vector<std::pair<Name, Place>> items; // sorted by handle
    std::vector<Place> globs;
  };

  struct Tables {
    std::vector<Module> modules;                              // of modules, functions and classes; 0 is nobody's
    std::unordered_map<Name, uint32_t> byName;                // modules, by qualified name
    std::vector<std::vector<uint32_t>> scopes;                // by file and scope
    std::unordered_map<Name, Name> aliases;                   // `#[path]`: declared module → the file's module
    std::vector<Name> crates;                                 // per file
    std::unordered_map<Name, std::vector<ClassRef>> classes;  // by qualified name
  };

  static uint32_t numberOf(Tables &tables, Name module);
  void addFile(Tables &tables, link::FileId file) const;
  void addAliases(Tables &tables) const;
  Item inModule(Name module, Name name, unsigned depth) const;
  Item searchModule(Name module, Name name, unsigned depth) const;
  const std::vector<Name> &traitsImportedBy(const Module &module, bool globs) const;
  Item inScope(link::FileId file, facts::ScopeId scope, Name name, unsigned depth) const;
  Item selfType(link::FileId file, facts::ScopeId scope) const;
  Item outside(link::FileId file, Name name) const;
  Item ofBinding(Place place, unsigned depth) const;
  Item ofImport(link::FileId file, const facts::Import &import, unsigned depth) const;
  Item throughGlobs(const std::vector<Place> &globs, Name name, unsigned depth) const;
  Item crateOrExternal(Name name) const;
  Item externalItem(Name name) const;
  Item moduleItem(Name name) const;
  Name moduleOf(link::FileId file, facts::ScopeId scope) const;
  const Module *findModule(Name name) const;
  /// What is defined in a function or class; null if nothing is.
  const Module *findScope(link::FileId file, facts::ScopeId scope) const {
    const uint32_t number = tables_->scopes[file][scope];
    return number == 0 ? nullptr : &tables_->modules[number];
  }
  static uint64_t scopeKey(link::FileId file, facts::ScopeId scope) { return uint64_t{file} << 32 | scope; }
  template <class F> void forEachIn(const Module &module, Name name, F &&visit) const;

  const link::Program &program_;
  const Knowledge &knowledge_;
  std::shared_ptr<const Tables> tables_;
  // Answers given before.
  mutable std::unordered_map<uint64_t, Item> inModule_;      // by module and name
  mutable std::unordered_map<uint64_t, Item> globs_;         // by file and binding: the module a glob opens
  mutable std::unordered_map<uint64_t, std::vector<Name>> imports_, importsOfModules_;
};

template <class F> void ItemIndex::forEachIn(const Module &module, Name name, F &&visit) const {
  auto at = std::lower_bound(module.items.begin(), module.items.end(), name.handle(),
                             [](const auto &item, uint32_t handle) { return item.first.handle() < handle; });
  for (; at != module.items.end() && at->first == name; ++at)
    visit(at->second);
}

} // namespace clearway::frontend::rust
