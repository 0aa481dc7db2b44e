// What a finding is recognised by when the code around it has moved.
#pragma once

#include "report/Finding.h"
#include "report/SourceText.h"

#include <vector>

namespace clearway::report {

/// Fills Finding::fingerprint: a hash of check, enclosing symbol, terminal API and the primary line without
/// white space, followed by ":" and the number of the occurrence among equal ones. The chain takes no part:
/// it changes with code elsewhere. `findings` have to be in report order.
void addFingerprints(std::vector<Finding> &findings, SourceCache &sources);

} // namespace clearway::report
