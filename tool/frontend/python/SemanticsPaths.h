// Stable names for places that hold a lock: "app.Pool._lock" is the same lock in every method of Pool.
#pragma once

#include "frontend/python/SemanticsEvaluator.h"

namespace clearway::python {

class LockPaths {
public:
  explicit LockPaths(Evaluator &evaluator) : evaluator_(evaluator) {}
  /// Empty for what has no stable place: results of calls, for example.
  Name path(link::FileId file, facts::ValueId value, unsigned depth = 0);

private:
  Name attributePath(link::FileId file, const facts::Value &value, unsigned depth);
  Name groupPath(GroupId group);

  Evaluator &evaluator_;
};

} // namespace clearway::python
