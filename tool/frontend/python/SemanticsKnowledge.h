// The catalogue as resolution asks it: every answer is kept, because the same names come again and again.
#pragma once

#include "catalog/Catalog.h"
#include "link/Program.h"

#include <string_view>
#include <unordered_map>

namespace clearway::python {

class Knowledge {
public:
  explicit Knowledge(const catalog::Catalog &catalog) : catalog_(catalog) {}

  const catalog::Entry *find(Name qualifiedName) const;
  /// "type.member", looked up through the bases that the catalogue knows for the type.
  const catalog::Entry *findMember(Name type, Name member) const;
  /// Whether a module of this dotted name, or the package it is in, belongs to a known library.
  bool isLibrary(std::string_view dotted) const;
  bool knows(Name prefix) const { return catalog_.knowsPrefix(facts::Language::Python, prefix); }

  /// "scope.member".
  Name join(Name scope, Name member) const;
  link::External external(Name name, link::Confidence confidence) const {
    return {name, find(name), confidence};
  }

private:
  const catalog::Catalog &catalog_;
  mutable std::unordered_map<Name, const catalog::Entry *> found_;
  mutable std::unordered_map<uint64_t, Name> joined_;
};

/// Whether `name` is one of Python's built-in functions, types or exceptions.
bool isBuiltin(std::string_view name);
/// Whether the language's own library has a top-level module of this name.
bool isStandardModule(std::string_view name);
/// A method name that collections, strings, files or most objects have: seeing it says nothing about the
/// receiver.
bool isCommonMethod(std::string_view name);
/// Whether a name is written like a class: `Session`, `ClientRequest`, but not `HTTP_PORT`.
bool looksLikeClass(std::string_view name);
std::string_view lastComponent(std::string_view dotted);

} // namespace clearway::python
