// Findings as SARIF results.
#pragma once

#include "report/sarif/Artifacts.h"

namespace clearway::report::sarif {

Json resultOf(const Finding &finding, const Report &report, Artifacts &artifacts);

} // namespace clearway::report::sarif
