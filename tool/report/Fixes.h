// Changing the source as findings propose.
#pragma once

#include "report/Finding.h"
#include "report/SourceText.h"

#include <string>
#include <vector>

namespace clearway::report {

struct FixResult {
  size_t applied = 0;
  size_t skipped = 0;              // overlap with another fix: run again
  std::vector<std::string> errors; // files that could not be written
};

/// Applies the first fix of each finding that is safe (or any, with `unsafe`). Each file is replaced in one
/// step. A fix whose edits overlap an earlier one's is left for the next run.
FixResult applyFixes(const std::vector<Finding> &findings, SourceCache &sources, bool unsafe);

} // namespace clearway::report
