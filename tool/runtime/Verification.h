// The static findings of a program beside the stalls of its runs.
#pragma once

#include "report/Report.h"
#include "runtime/Coverage.h"
#include "runtime/ProgramIndex.h"
#include "runtime/Records.h"

#include <string_view>
#include <vector>

namespace clearway::runtime {

/// Name under which stalls are reported that no check predicted.
inline constexpr std::string_view kUnpredictedStall = "unpredicted-stall";
/// Its page, as those of checks are.
std::string_view unpredictedStallPage();

/// Stalls whose stacks lead to no finding.
struct Unexplained {
  std::vector<const Stall *> here;      // with a frame of the program
  std::vector<const Stall *> elsewhere; // without
};

/// Gives every finding its measurement. A stall belongs to the findings at the innermost line of its stack that has any;
/// where lines are not known, to those of the innermost function of the program. What no stall belongs to is `executed`
/// if its function is on a stack or its line in the coverage, `never-executed` if the coverage knows better, else
/// `not-seen`. Suppressed findings explain stalls, too.
Unexplained measure(std::vector<report::Finding> &findings, const std::vector<Stall> &stalls, const ProgramIndex &index,
                    const Coverage &coverage);

/// A finding per function in which the program stalled without any having been predicted.
std::vector<report::Finding> unpredicted(const std::vector<const Stall *> &stalls, const ProgramIndex &index);

/// Most time first; then what ran, what was not seen, and what never ran. Stable otherwise.
void rankByCost(std::vector<report::Finding> &findings);

} // namespace clearway::runtime
