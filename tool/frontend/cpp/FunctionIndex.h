// Function definitions of all C++ files by link key (USR), and who overrides whom.
#pragma once

#include "link/Program.h"

#include <unordered_map>

namespace clearway::frontend::cpp {

class FunctionIndex {
public:
  explicit FunctionIndex(const link::Program &program);
  /// Definitions for a key: the USR, or the qualified name where there is no USR. In program order.
  const std::vector<link::FunctionId> &byKey(Name key) const;
  /// The constructors of a class that take `arguments`: those with as many parameters, or with more where there are none.
  std::vector<link::FunctionId> constructors(Name type, size_t arguments) const;
  bool isDefined(Name key) const { return byKey_.count(key) != 0; }
  bool isOverridden(Name key) const { return overriders_.count(key) != 0; }
  /// All overriders, those of overriders too, each once, in program order.
  std::vector<link::FunctionId> overridersOf(Name key) const;

private:
  void collect(Name key, std::vector<link::FunctionId> &out, unsigned depth) const;

  const link::Program &program_;
  std::unordered_map<Name, std::vector<link::FunctionId>> byKey_;
  std::unordered_map<Name, std::vector<link::FunctionId>> overriders_;
};

} // namespace clearway::frontend::cpp
