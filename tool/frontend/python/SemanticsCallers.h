// Which calls may be of a function, by the name they write: where a parameter says nothing of its type, those
// who call the function may.
#pragma once

#include "link/Program.h"

#include <span>
#include <unordered_map>
#include <vector>

namespace clearway::python {

/// A call with arguments, in one file.
struct CallPlace {
  link::FileId file = link::kNone;
  facts::CallId call = facts::kNone;
};

/// The calls of all files but tests, by the last name of what they call. Built once; read by any thread.
class CallerIndex {
public:
  explicit CallerIndex(const link::Program &program);

  /// The calls of something of this name, in program order. None if there are so many that evaluating them would say nothing.
  std::span<const CallPlace> named(Name name) const;
  /// `super().__init__(…)` in classes of this name.
  std::span<const CallPlace> superConstructors(Name className) const;

private:
  using Places = std::unordered_map<Name, std::vector<CallPlace>>;
  void collect(const facts::FileFacts &file, link::FileId id);
  static std::span<const CallPlace> find(const Places &places, Name name);

  Places named_, superConstructors_;
};

} // namespace clearway::python
