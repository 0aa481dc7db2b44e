// Without types: whether what a function of the program returns is an awaitable, by the name of its type.
#pragma once

#include "frontend/cpp/ClassIndex.h"
#include "frontend/cpp/FunctionIndex.h"
#include "frontend/cpp/Spelling.h"

namespace clearway::frontend::cpp {

class Awaitables {
public:
  Awaitables(const link::Program &program, const catalog::Catalog &catalog, const FunctionIndex &functions,
             const ClassIndex &classes, const Spelling &spelling);
  /// What the catalogue says of such a result; nullptr if it is no awaitable, or nothing is known.
  const catalog::Entry *resultOf(link::FunctionId function) const;

private:
  const catalog::Entry *ofType(Name type) const;
  bool canBeAwaited(Name type) const;
  Name initialAwaiter(Name promise) const;
  bool has(Name type, std::string_view member) const;

  const link::Program &program_;
  const catalog::Catalog &catalog_;
  const FunctionIndex &functions_;
  const ClassIndex &classes_;
  const Spelling &spelling_;
  const catalog::Entry *lazy_, *eager_;
};

} // namespace clearway::frontend::cpp
