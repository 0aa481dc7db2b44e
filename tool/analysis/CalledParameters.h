// Which parameters a function calls itself: a callable passed as one of them runs in the caller's context.
#pragma once

#include "link/Program.h"

#include <cstdint>
#include <unordered_set>

namespace clearway::analysis {

class CalledParameters {
public:
  explicit CalledParameters(const link::Program &program);
  /// True if `callee` calls what `call` passes as its argument `argument`.
  bool runs(link::CallId call, uint32_t argument, link::FunctionId callee) const;

private:
  static uint64_t key(link::FunctionId function, uint32_t parameter) {
    return uint64_t{function} << 32 | parameter;
  }

  void addHandedOn(const link::Call &call);

  const link::Program &program_;
  std::unordered_set<uint64_t> called_;
  std::unordered_set<uint64_t> handedOn_; // Python: given to a thread by the same function, which calls them itself only where it cannot
};

} // namespace clearway::analysis
