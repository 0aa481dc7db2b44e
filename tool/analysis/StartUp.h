// What runs once, because only main() and what it awaits step by step reaches it: reading a configuration, loading a model.
// Nobody is served yet, or any more. Loops that wait, started tasks, handlers and callbacks end it: a coroutine that
// anything else runs, too, is no start-up.
//
// In Rust all that main() runs; in Python what the coroutine that starts the loop does before it serves: scripts, which serve nobody, are
// what people try a tool on, and async code like any other. C++ programs start their loops themselves.
#pragma once

#include "analysis/Contexts.h"
#include "analysis/ServingPoints.h"

#include <vector>

namespace clearway::analysis {

class StartUp {
public:
  StartUp() = default;
  StartUp(const link::Program &program, const CallGraph &graph, const Contexts &contexts);

  /// Whether the call happens at start-up (or after serving) only.
  bool at(const link::Program &program, link::CallId call) const;
  /// Whether it happens before any task was started that would wait on the same thread.
  bool beforeTasks(const link::Program &program, link::CallId call) const;
  /// Whether the function runs then only; loops in it may serve all the same.
  bool runsOnly(link::FunctionId f) const { return f < functions_.size() && functions_[f]; }
  /// By FunctionId.
  const std::vector<bool> &functions() const { return functions_; }

private:
  friend class StartUpSearch;
  bool isServing(const link::Program &program, link::CallId call) const;

  std::vector<bool> functions_;
  std::vector<link::CallId> firstTask_; // by function: its first call that starts a task, in it or below; kNone if none
  std::vector<bool> afterTasks_;        // by function: a task may have been started before it is called
  ServingPoints serving_;
  std::vector<std::vector<bool>> waitingLoops_; // by file and loop: endless or conditional, and it suspends
};

} // namespace clearway::analysis
