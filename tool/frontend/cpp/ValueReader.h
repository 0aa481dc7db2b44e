// Reads C++ values: what type an expression has, which function it is, how its lock would be called.
#pragma once

#include "frontend/cpp/ClassIndex.h"
#include "frontend/cpp/FunctionIndex.h"
#include "frontend/cpp/Spelling.h"

namespace clearway::frontend::cpp {

class ValueReader {
public:
  ValueReader(const link::Program &program, const catalog::Catalog &catalog, const FunctionIndex &functions, const ClassIndex &classes,
              const Spelling &spelling)
      : program_(program), catalog_(catalog), functions_(functions), classes_(classes), spelling_(spelling) {}

  /// The link key of a Symbol: its USR, else its qualified name.
  Name key(const facts::FileFacts &file, const facts::Value &symbol) const;
  /// Qualified class name of an expression, empty if unknown.
  Name typeName(link::FileId file, facts::ValueId value, unsigned depth = 0) const;
  /// The same of the object that an expression is, or that it points to.
  Name objectType(link::FileId file, facts::ValueId value) const;
  /// The type of a container's items, as its declaration writes it (known of files read by syntax only).
  Name itemType(link::FileId file, facts::ValueId container) const { return elementType(file, container, true, 0); }
  /// A path that is the same wherever the same object is meant: "app::Store::mutex_", "m" for a local.
  Name path(link::FileId file, facts::ValueId value) const;
  /// Functions the value may be, when it is called: lambdas, function names, std::bind and locals that hold them.
  void callables(link::FileId file, facts::ValueId value, std::vector<link::Target> &out, unsigned depth = 0) const;
  /// Qualified name, when the value is a function or variable with linkage.
  Name symbolName(link::FileId file, facts::ValueId value) const;
  /// The call whose result the value is; kNone if none.
  facts::CallId originCall(link::FileId file, facts::ValueId value, unsigned depth = 0) const;
  /// Qualified name of the function whose result the value is; empty if unknown.
  Name originName(link::FileId file, facts::ValueId value) const;

private:
  void callablesNamed(link::FileId file, Name written, std::vector<link::Target> &out) const;
  Name resultType(const link::Call &call) const;
  Name tokenType(const link::Call &call) const;
  Name elementType(link::FileId file, facts::ValueId container, bool subscript, unsigned depth) const;
  Name fieldType(link::FileId file, const facts::Value &access, unsigned depth, bool pointee) const;
  Name pointeeType(link::FileId file, facts::ValueId pointer, unsigned depth) const;
  std::string pathText(link::FileId file, facts::ValueId value, unsigned depth) const;

  const link::Program &program_;
  const catalog::Catalog &catalog_;
  const FunctionIndex &functions_;
  const ClassIndex &classes_;
  const Spelling &spelling_;
};

} // namespace clearway::frontend::cpp
