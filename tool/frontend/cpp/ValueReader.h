// Reads C++ values: what type an expression has, which function it is, how its lock would be called.
#pragma once

#include "frontend/cpp/FunctionIndex.h"

namespace clearway::frontend::cpp {

class ValueReader {
public:
  ValueReader(const link::Program &program, const FunctionIndex &functions)
      : program_(program), functions_(functions) {}

  /// The link key of a Symbol: its USR, else its qualified name.
  Name key(const facts::FileFacts &file, const facts::Value &symbol) const;
  /// Qualified class name of an expression, empty if unknown.
  Name typeName(link::FileId file, facts::ValueId value, unsigned depth = 0) const;
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
  std::string pathText(link::FileId file, facts::ValueId value, unsigned depth) const;

  const link::Program &program_;
  const FunctionIndex &functions_;
};

} // namespace clearway::frontend::cpp
