// Classes of all C++ files by qualified name: their ancestors, guard-like fields and attributes.
#pragma once

#include "frontend/cpp/Spelling.h"
#include "link/Program.h"

#include <unordered_map>

namespace clearway::frontend::cpp {

struct FieldType {
  Name name;
  Name type;
  std::vector<Name> arguments;
  bool isIndirect = false; // a pointer or a reference (known of files read by syntax only)
};

class ClassIndex {
public:
  ClassIndex(const link::Program &program, const catalog::Catalog &catalog, const Spelling &spelling);
  /// All base classes, nearest first, each once; those the catalogue knows for a class outside the program included.
  const std::vector<Name> &ancestors(Name type) const;
  /// All classes of the program that it is a base of, by name.
  const std::vector<Name> &derived(Name type) const;
  const std::vector<FieldType> &fields(Name type) const;
  /// Attributes as catalogue names ("clang::scoped_lockable").
  const std::vector<Name> &marks(Name type) const;

  /// What the attributes of its, or a base's, member function say; none if nothing (known of files read by syntax only).
  Name functionMark(Name type, Name function) const;

  /// Whether the class and all its bases are in sight.
  bool isDefined(Name type) const;
  /// Whether it or a base has a member function of that name, defined or not (known of files read by syntax only).
  bool declares(Name type, Name function) const;

private:
  struct Entry {
    bool defined = false;
    std::vector<Name> functions;
    std::unordered_map<Name, Name> functionMarks;
    std::vector<Name> bases, marks, ancestors, derived;
    std::vector<FieldType> fields;
  };
  void add(link::FileId file, const facts::Class &written);
  void close(Name type, std::vector<Name> &out, unsigned depth) const;

  const catalog::Catalog &catalog_;
  const Spelling &spelling_;
  const link::Program &program_;
  std::unordered_map<Name, Entry> classes_;
};

} // namespace clearway::frontend::cpp
