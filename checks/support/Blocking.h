// Blocking operations on the event loop: one finding per operation, with the shortest chain from an entry
// point, the other entry points as related locations. The checks that report them only say which operations
// are theirs.
#pragma once

#include "checks/Check.h"

#include <functional>
#include <string_view>
#include <vector>

namespace clearway::checks {

/// An operation that is known to run on the loop, and how it comes to.
struct BlockingSite {
  const analysis::Operation *operation = nullptr;
  analysis::Reach reach;
  link::Confidence confidence = link::Confidence::Certain;
};

/// What an operation is reported as. Each operation belongs to exactly one check.
std::string_view checkOf(const Context &context, const analysis::Operation &operation);

/// The operations of `check` that are reported, in program order, at most one per line and function.
std::vector<BlockingSite> blockingSites(const Context &context, std::string_view check);

/// The level of a blocking operation by its kind, weight and circumstances; None: not worth a word.
report::Level levelOf(const Context &context, const BlockingSite &site);

/// True on a runtime of one thread, where whatever blocks stops every other task: reason to raise a level.
bool stopsAll(const Context &context, const analysis::Reach &reach);

/// The finding: message, chain, other entry points.
report::Finding blockingFinding(const Context &context, std::string_view check, const BlockingSite &site);

/// Emits a finding for each of the check's operations.
void reportBlocking(const Context &context, std::string_view check,
                    const std::function<void(report::Finding)> &emit);

/// The loop reach of a function, if findings in it are wanted (tests are not unless asked for, and neither is
/// what is known by name only).
const analysis::Reach *wantedReach(const Context &context, link::FunctionId function);

} // namespace clearway::checks
