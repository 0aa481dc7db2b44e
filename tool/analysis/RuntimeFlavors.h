// Which Rust code runs on runtimes of one thread: `#[tokio::main(flavor = "current_thread")]`, `#[actix_web::main]`,
// `Builder::new_current_thread()`, a LocalSet. Whatever blocks there stops every other task, and block_in_place panics.
#pragma once

#include "analysis/CallGraph.h"

#include <vector>

namespace clearway::analysis {

/// What Reach::runtime says of code on such a runtime.
inline constexpr std::string_view kCurrentThreadRuntime = "tokio-current-thread";
/// The same where nothing else runs: SingleThreaded::alone.
inline constexpr std::string_view kSingleTaskRuntime = "tokio-current-thread-alone";

/// By FunctionId.
struct SingleThreaded {
  /// What runs on runtimes of one thread and, as far as can be seen, on no other. Code that nothing in the program runs
  /// (handlers are often called by a framework) counts as run by the roots of its own crate.
  std::vector<bool> runs;
  /// Of these, what runs where nothing else does: programs that start no task, listen to nobody and await one thing after
  /// the other, as command-line tools do. Who blocks there keeps only himself waiting.
  std::vector<bool> alone;
};

SingleThreaded findSingleThreaded(const link::Program &program, const CallGraph &graph);

} // namespace clearway::analysis
