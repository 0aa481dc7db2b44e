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
  /// Names are asked for again and again, and searching them is most of linking.
  struct Asked {
    link::FileId file;
    Name written, scope;
    friend bool operator==(const Asked &, const Asked &) = default;
  };
  struct AskedHash {
    size_t operator()(const Asked &asked) const {
      return (size_t{asked.written.handle()} << 32 | asked.scope.handle()) * 0x9E3779B97F4A7C15ull ^ asked.file * 0xC2B2AE3D27D4EB4Full;
    }
  };
  template <class T> using Answers = std::unordered_map<Asked, T, AskedHash>;

  Name searchType(link::FileId file, Name written, Name scope) const;
  Name guessFunction(link::FileId file, Name written, Name scope) const;
  bool isHarmless(Name function) const;
  bool isKnownType(Name name) const;
  bool isKnownFunction(Name name) const;
  Name searchFunction(link::FileId file, Name written, Name scope) const;
  template <class Known> Name ofOneSpace(const std::vector<Name> &spaces, Name written, Known known) const;
  template <class Known> Name searchLibraries(link::FileId file, Name written, Known known) const;
  template <class Known> Name searchNested(link::FileId file, Name written, Known known) const;
  template <class Known> Name searchImports(link::FileId file, Name written, Known known) const;
  void addAlias(Name alias, Name space);
  Name withoutAlias(Name written) const;
  template <class Known> Name search(link::FileId file, Name written, Name scope, Known known) const;

  const link::Program &program_;
  const catalog::Catalog &catalog_;
  std::unordered_set<Name> classes_, functions_;
  std::vector<Name> opened_;               // namespaces that some header says `using namespace` of
  mutable Answers<Name> types_, calls_;
  mutable std::unordered_map<Name, bool> knownTypes_, knownFunctions_;
  std::unordered_map<Name, Name> aliases_; // of namespaces, in any file; empty: several meanings
};

} // namespace clearway::frontend::cpp
