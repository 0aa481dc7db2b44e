// Objects with a life: which of them are guards, of which lock, and which call made them.
#pragma once

#include "frontend/cpp/ClassIndex.h"
#include "frontend/cpp/ValueReader.h"

namespace clearway::frontend::cpp {

class Objects {
public:
  Objects(const link::Program &program, const catalog::Catalog &catalog, const Spelling &spelling, const ClassIndex &classes,
          const ValueReader &values)
      : program_(program), catalog_(catalog), spelling_(spelling), classes_(classes), values_(values) {}

  /// Fills in what the object is. The calls of the program are resolved already.
  void resolve(link::Object &object) const;

private:
  link::External external(Name name) const;
  void addResultType(link::Object &object, const link::Call &origin) const;
  void completeApproximate(link::Object &object, const facts::FileFacts &file, const facts::ScopedObject &fact) const;
  bool isMarkedGuard(Name type) const;
  bool isGuardMaker(link::FileId file, facts::CallId maker) const;
  facts::ValueId contentsOf(link::FileId file, const facts::ScopedObject &fact) const;
  void addGuardTypes(link::Object &object, Name type, unsigned depth) const;

  const link::Program &program_;
  const catalog::Catalog &catalog_;
  const Spelling &spelling_;
  const ClassIndex &classes_;
  const ValueReader &values_;
};

} // namespace clearway::frontend::cpp
