#include "report/Report.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <tuple>

namespace clearway::report {

bool inReportOrder(const Finding &a, const Finding &b) {
  auto key = [](const Finding &f) {
    return std::tie(f.primary.file, f.primary.range, f.check, f.message, f.terminal, f.entry);
  };
  return key(a) < key(b);
}

void dropRepetitions(std::vector<Finding> &findings) {
  const auto same = [](const Finding &a, const Finding &b) {
    return a.check == b.check && a.primary.file == b.primary.file && a.primary.range == b.primary.range &&
           a.message == b.message;
  };
  findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
}

std::string_view toString(Level level) {
  switch (level) {
  case Level::None:
    return "none";
  case Level::Note:
    return "note";
  case Level::Warning:
    return "warning";
  case Level::Error:
    return "error";
  }
  return "none";
}

std::string_view toString(link::Confidence confidence) {
  switch (confidence) {
  case link::Confidence::Certain:
    return "certain";
  case link::Confidence::Inferred:
    return "inferred";
  case link::Confidence::NameOnly:
    return "name-only";
  }
  return "certain";
}

std::string_view toString(facts::DiagnosticLevel level) {
  switch (level) {
  case facts::DiagnosticLevel::Note:
    return "note";
  case facts::DiagnosticLevel::Warning:
    return "warning";
  case facts::DiagnosticLevel::Error:
    return "error";
  }
  return "warning";
}

std::string_view toString(MeasuredVerdict verdict) {
  constexpr std::array<std::string_view, 5> kNames{"confirmed", "executed", "never-executed", "not-seen", "unpredicted"};
  return kNames[static_cast<size_t>(verdict)];
}

std::string_view toString(Evidence evidence) {
  constexpr std::array<std::string_view, 3> kNames{"line", "chain", "function"};
  return kNames[static_cast<size_t>(evidence)];
}

std::string projectPath(const Report &report, const std::string &path) {
  namespace fs = std::filesystem;
  fs::path whole = fs::path(path).is_absolute() ? fs::path(path) : fs::path(report.folder) / path;
  fs::path relative = whole.lexically_normal().lexically_relative(report.project);
  bool outside = relative.empty() || *relative.begin() == "..";
  return (outside ? whole.lexically_normal() : relative).generic_string();
}

} // namespace clearway::report
