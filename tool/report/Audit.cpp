#include "report/Audit.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace clearway::report {

namespace {

bool isAsync(const facts::Function &function) {
  return function.kind == facts::FunctionKind::Coroutine ||
         function.kind == facts::FunctionKind::AsyncGenerator;
}

unsigned asyncFunctionsOf(const facts::FileFacts &file) {
  return static_cast<unsigned>(std::count_if(file.functions.begin(), file.functions.end(), isAsync));
}

struct FileEvidence {
  AuditRow row;
  bool certain = false; // something open is more than a guess
  bool unparsed = false;
};

void add(FileEvidence &evidence, const Finding &finding) {
  if (finding.suppressed) {
    evidence.row.exceptions.push_back(
        "line " + std::to_string(finding.primary.range.beginLine) + ": " + finding.check + ": " +
        (finding.justification.empty() ? "no reason is written" : finding.justification));
    return;
  }
  ++evidence.row.open[finding.check];
  evidence.row.worst = std::max(evidence.row.worst, finding.level);
  evidence.certain |= finding.confidence == link::Confidence::Certain;
}

AuditStatus statusOf(const FileEvidence &evidence) {
  if (evidence.unparsed || (!evidence.row.open.empty() && !evidence.certain))
    return AuditStatus::NeedsReview;
  if (evidence.row.open.empty())
    return AuditStatus::Converted;
  return evidence.row.asyncFunctions > 0 ? AuditStatus::Partial : AuditStatus::NotConverted;
}

std::string openText(const AuditRow &row) {
  std::string text;
  for (const auto &[check, count] : row.open)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + check;
  return text;
}

std::string padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::map<AuditStatus, size_t> countByStatus(const std::vector<AuditRow> &rows) {
  std::map<AuditStatus, size_t> counts;
  for (const AuditRow &row : rows)
    ++counts[row.status];
  return counts;
}

} // namespace

std::string_view toString(AuditStatus status) {
  constexpr std::array<std::string_view, 4> kNames{"not converted", "partial", "needs review", "converted"};
  return kNames[static_cast<size_t>(status)];
}

std::vector<AuditRow> audit(const link::Program &program, const Report &report) {
  std::map<std::string, FileEvidence> byFile;
  for (const facts::FileFacts &file : program.files)
    if (unsigned count = asyncFunctionsOf(file); count > 0)
      byFile[file.path].row.asyncFunctions = count;
  for (const Finding &finding : report.findings)
    add(byFile[finding.primary.file], finding);
  for (const source::Notification &notification : report.notifications)
    if (auto found = byFile.find(notification.file);
        found != byFile.end() && notification.id == "syntax-error")
      found->second.unparsed = true;
  std::vector<AuditRow> rows;
  for (auto &[file, evidence] : byFile) {
    evidence.row.file = file;
    evidence.row.status = statusOf(evidence);
    rows.push_back(std::move(evidence.row));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const AuditRow &a, const AuditRow &b) { return a.status < b.status; });
  return rows;
}

std::string writeAuditText(const std::vector<AuditRow> &rows, const Report &report) {
  size_t width = 4;
  for (const AuditRow &row : rows)
    width = std::max(width, row.file.size());
  std::string text = padded("status", 15) + padded("impact", 9) + padded("file", width + 2) + "open\n";
  for (const AuditRow &row : rows) {
    text += padded(std::string(toString(row.status)), 15) +
            padded(row.worst == Level::None ? "-" : std::string(toString(row.worst)), 9) +
            padded(row.file, width + 2) + (row.open.empty() ? "-" : openText(row)) + "\n";
    for (const std::string &exception : row.exceptions)
      text += std::string(24, ' ') + "exception, " + exception + "\n";
  }
  for (const auto &[status, count] : countByStatus(rows))
    text += std::to_string(count) + " " + std::string(toString(status)) + "; ";
  return text + std::to_string(report.filesAnalysed - std::min(report.filesAnalysed, rows.size())) +
         " untouched by any event loop\n";
}

std::string writeAuditJson(const std::vector<AuditRow> &rows, const Report &report) {
  using Json = nlohmann::ordered_json;
  Json files = Json::array();
  for (const AuditRow &row : rows)
    files.push_back({{"file", row.file},
                     {"status", toString(row.status)},
                     {"impact", toString(row.worst)},
                     {"asyncFunctions", row.asyncFunctions},
                     {"open", row.open},
                     {"exceptions", row.exceptions}});
  Json json{{"version", 1}, {"tool", "clearway"}, {"filesAnalysed", report.filesAnalysed}, {"files", files}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace clearway::report
