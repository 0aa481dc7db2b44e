// Calls on something whose class nobody knows: if the whole program has one method of that name, it may well be that one. A name
// of several words that fits the call is believed; a name that many libraries use is not.
#pragma once

#include "link/Program.h"

#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace clearway::python {

class UniqueMethods {
public:
  explicit UniqueMethods(const link::Program &program);

  /// The method that `site` calls, or the property that it reads, if only one class of the program has one of that name: inferred if
  /// the name tells, NameOnly otherwise. `function` of the result is kNone if there is none, or more than one.
  link::Target of(Name name, const facts::FileFacts &file, const facts::CallSite &site) const;

  /// Whether a name that leads out of the program lies in a package of its own all the same: its file was not given.
  bool isUnseen(Name external) const;

private:
  void addMethod(link::FunctionId function);
  void addAttributes(const facts::FileFacts &file);
  bool isBelieved(link::FunctionId method, const facts::FileFacts &file, const facts::CallSite &site) const;

  const link::Program &program_;
  std::unordered_map<Name, link::FunctionId> methods_; // kNone: several classes have it
  std::unordered_set<Name> attributes_; // of these names, those that something else has, too: `self.name = …`
  std::unordered_set<std::string_view> packages_; // those at the top
};

} // namespace clearway::python
