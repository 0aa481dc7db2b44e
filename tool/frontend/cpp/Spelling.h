// Names in files that were read without types say what the programmer wrote. This finds what they mean: something the
// program defines or the catalogue knows, in the namespaces that the place can see. A name that fits nothing stays
// as it was written.
#pragma once

#include "link/Program.h"

#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace clearway::frontend::cpp {

/// `std::basic_ifstream` is what types call what everybody writes as `std::ifstream`. Other names are returned as they are.
Name asWritten(Name name);

class Spelling {
public:
  Spelling(const link::Program &program, const catalog::Catalog &catalog);
  bool isApproximate(link::FileId file) const;
  /// `scope`: qualified name of the function or class around the place, empty if unknown. Not thread-safe.
  Name type(link::FileId file, Name written, Name scope = {}) const;
  Name function(link::FileId file, Name written, Name scope = {}) const;

private:
  bool isHarmless(Name function) const;
  bool isKnownType(Name name) const;
  bool isKnownFunction(Name name) const;
  Name searchFunction(link::FileId file, Name written, Name scope) const;
  template <class Known> Name ofOneSpace(const std::vector<Name> &spaces, Name written, Known known) const;
  template <class Known> Name searchLibraries(link::FileId file, Name written, Known known) const;
  template <class Known> Name searchImports(link::FileId file, Name written, Known known) const;
  void addAlias(Name alias, Name space);
  Name withoutAlias(Name written) const;
  template <class Known> Name search(link::FileId file, Name written, Name scope, Known known) const;

  const link::Program &program_;
  const catalog::Catalog &catalog_;
  std::unordered_set<Name> classes_, functions_;
  std::vector<Name> opened_;               // namespaces that some header says `using namespace` of
  std::unordered_map<Name, Name> aliases_; // of namespaces, in any file; empty: several meanings
};

} // namespace clearway::frontend::cpp
