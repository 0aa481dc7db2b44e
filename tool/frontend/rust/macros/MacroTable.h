// The macros that the program's files define, and which of them a name means somewhere.
#pragma once

#include "facts/Name.h"
#include "frontend/rust/macros/Rules.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace clearway::frontend::rust {

/// Where a definition or a call stands.
struct MacroPlace {
  Name file;
  Name module; // "crate::a::b", of the file
  uint32_t line = 0;
};

struct MacroDefinition {
  Name name;
  MacroPlace place;
  bool isExported = false;   // #[macro_export]
  bool isTest = false;       // in a file of tests
  bool isAlternative = false; // #[cfg(not(…))]: another definition stands beside it
  std::unique_ptr<MacroRules> rules;
};

/// The definitions in one file; `module` is the file's.
std::vector<MacroDefinition> macrosOf(std::string_view contents, const MacroPlace &file, bool isTest);

/// A macro as a call names it.
struct MacroUse {
  Name name;
  MacroPlace place;
  std::string_view root;              // first part of a path: "crate", a crate's name; empty without one
  std::span<const std::string_view> crates; // from which the file takes the name, or everything
};

/// Filled before files are read; then read by several threads at once.
class MacroTable {
public:
  void add(std::vector<MacroDefinition> definitions);
  /// To be called when all are in: what add() got in any order is the same from here on.
  void finish();
  bool knows(Name name) const { return byName_.contains(name); }
  /// Null: none of the program's.
  const MacroDefinition *find(const MacroUse &use) const;

private:
  std::unordered_map<Name, std::vector<MacroDefinition>> byName_; // each by file and line
};

/// "crate" of "crate::a::b".
std::string_view crateOf(Name module);

} // namespace clearway::frontend::rust
