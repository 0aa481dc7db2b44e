// How far a code base is on its way to fully asynchronous code, file by file.
#pragma once

#include "report/Report.h"

#include <map>
#include <string>
#include <vector>

namespace clearway::report {

enum class AuditStatus : uint8_t {
  NotConverted, // blocks an event loop that runs elsewhere; the file has no asynchronous code itself
  Partial,      // asynchronous code with something left that blocks
  NeedsReview,  // what was found is not certain, or part of the file could not be parsed
  Converted,    // asynchronous code, and nothing left but exceptions with a written reason
};

struct AuditRow {
  std::string file;
  AuditStatus status = AuditStatus::Converted;
  unsigned asyncFunctions = 0;
  std::map<std::string, unsigned> open; // findings by check
  Level worst = Level::None;
  std::vector<std::string> exceptions; // "line 12: blocking-io: reason"
};

/// One row per file that has asynchronous code or a finding, worst status first. `report` has to come from a
/// strict run. Files that no event loop touches have no row: synchronous code is right there.
std::vector<AuditRow> audit(const link::Program &program, const Report &report);

std::string_view toString(AuditStatus status);
std::string writeAuditText(const std::vector<AuditRow> &rows, const Report &report);
std::string writeAuditJson(const std::vector<AuditRow> &rows, const Report &report);

} // namespace clearway::report
