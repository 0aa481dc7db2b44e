// Everything a run has to say, ready to be written in any format.
#pragma once

#include "report/CheckPage.h"
#include "report/Finding.h"
#include "source/Notification.h"

#include <string>
#include <vector>

namespace clearway::report {

struct Report {
  std::vector<Finding> findings; // in reported order, fingerprinted; suppressed ones included
  std::vector<source::Notification> notifications; // in order
  std::vector<CheckInfo> checks;                   // that ran, by name
  std::string project;                             // absolute folder that stable paths are relative to
  std::string folder;                              // absolute folder that the findings' paths are relative to
  size_t filesAnalysed = 0;
  size_t baselined = 0; // findings left out because the baseline has them
};

/// By file, place, check and message: the order of every report.
bool inReportOrder(const Finding &a, const Finding &b);

/// Template instantiations are functions of their own with the same source: of findings in report order, what they all
/// do is kept once.
void dropRepetitions(std::vector<Finding> &findings);

/// "error", "warning", "note", "none".
std::string_view toString(Level level);
std::string_view toString(link::Confidence confidence);
std::string_view toString(facts::DiagnosticLevel level);
/// "confirmed", "executed", "never-executed", "not-seen", "unpredicted".
std::string_view toString(MeasuredVerdict verdict);
/// "line", "chain", "function".
std::string_view toString(Evidence evidence);

/// Path as code hosts and baselines need it: relative to the project where it lies in there.
std::string projectPath(const Report &report, const std::string &path);

} // namespace clearway::report
