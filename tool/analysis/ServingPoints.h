// Where a coroutine begins to serve: it listens on a port, or an application is handed back to its server. What the program's first
// coroutine does before keeps nobody waiting.
#pragma once

#include "analysis/CallGraph.h"

#include <vector>

namespace clearway::analysis {

/// Python only: the catalogue names what serves (`serves`).
class ServingPoints {
public:
  ServingPoints() = default;
  ServingPoints(const link::Program &program, const CallGraph &graph);

  /// Whether the coroutine ever serves, itself or through one that it awaits.
  bool serves(link::FunctionId f) const { return f < points_.size() && points_[f].valid(); }
  /// Whether the call comes after its caller has begun to serve. The call that serves does not, nor do its arguments.
  bool isAfter(const link::Program &program, link::CallId call) const;
  /// Whether the function makes an application ready and hands it back (a lifespan): a start of its own.
  bool isLifespan(link::FunctionId f) const { return f < lifespans_.size() && lifespans_[f]; }

private:
  void findLifespans(const link::Program &program);
  void findCalls(const link::Program &program, std::vector<link::FunctionId> &found);
  void spread(const link::Program &program, const CallGraph &graph, std::vector<link::FunctionId> queue);

  std::vector<facts::SourceRange> points_; // by FunctionId
  std::vector<bool> lifespans_;
};

} // namespace clearway::analysis
