// The tool's description of itself in a SARIF log: rules, notifications, the CWE taxonomy.
#pragma once

#include "report/sarif/Artifacts.h"

namespace clearway::report::sarif {

/// run.tool
Json toolOf(const Report &report);
/// run.taxonomies: the weaknesses that the rules name.
Json taxonomiesOf(const Report &report);
/// Index of a notification's descriptor in run.tool.driver.notifications.
size_t descriptorIndex(const Report &report, std::string_view id);

} // namespace clearway::report::sarif
