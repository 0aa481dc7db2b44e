// What a language must add to linking: how names, types and members are looked up across its files. Each
// language implements this once (beside its front end); the rest of linking is the same for all.
#pragma once

#include "link/Program.h"

#include <memory>

namespace clearway::link {

class Semantics {
public:
  virtual ~Semantics() = default;
  virtual facts::Language language() const = 0;
  /// Fills the resolution fields (targets, externals, callables, lock paths, decorators, bases, overrides, object types)
  /// of all functions, calls and objects of this language. The program's tables exist and are empty of resolutions.
  /// Must be deterministic: the same files give the same result whatever `jobs` is.
  virtual void resolve(Program &program, const catalog::Catalog &catalog, unsigned jobs) const = 0;
};

std::unique_ptr<Semantics> makePythonSemantics();
std::unique_ptr<Semantics> makeRustSemantics();
std::unique_ptr<Semantics> makeCppSemantics();

/// Sorts the files by path, drops repeated header functions, lays out the tables and lets each semantics resolve.
Program link(std::vector<facts::FileFacts> files, const catalog::Catalog &catalog,
             std::span<const std::unique_ptr<Semantics>> semantics, unsigned jobs);

} // namespace clearway::link
