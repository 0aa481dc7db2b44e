#include "Pipeline.h"

#include "CppUnits.h"
#include "Extraction.h"
#include "Languages.h"
#include "catalog/EmbeddedFiles.h"
#include "report/Fingerprint.h"
#include "report/MacroNotes.h"
#include "report/Suppressions.h"
#include "runtime/Verification.h"
#include "source/FileBytes.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <span>

namespace clearway {

namespace {

using facts::DiagnosticLevel;

void addCatalogue(Analysed &analysed, const std::string &file, const std::string &yaml) {
  for (const catalog::Error &error : analysed.catalog->add(file, yaml)) {
    analysed.namedPathFailed = true;
    analysed.notifications.push_back({DiagnosticLevel::Error,
                                      "bad-catalogue",
                                      error.file,
                                      {error.line, error.column, error.line, error.column},
                                      error.message});
  }
}

void addCatalogueFile(Analysed &analysed, const std::string &file) {
  auto yaml = source::readFile(file);
  if (yaml)
    return addCatalogue(analysed, file, *yaml);
  analysed.namedPathFailed = true;
  bool missing = yaml.error().id == "vanished";
  analysed.notifications.push_back(
      {DiagnosticLevel::Error,
       "bad-catalogue",
       file,
       {},
       missing ? "there is no such catalogue file; check the path" : yaml.error().message});
}

/// What is built in for the languages that occur, then what the user adds.
void loadCatalogue(Analysed &analysed, const config::Settings &settings,
                   const std::vector<facts::FileFacts> &files) {
  std::set<facts::Language> occurring;
  for (const facts::FileFacts &file : files)
    occurring.insert(file.language);
  const std::vector<facts::Language> languages(occurring.begin(), occurring.end());
  analysed.catalog = std::make_unique<catalog::Catalog>(catalog::Catalog::embedded(languages));
  for (const std::string &file : settings.catalogs)
    addCatalogueFile(analysed, file);
  for (const auto &[language, yaml] : config::wrapperCatalogs(settings))
    addCatalogue(analysed, settings.file, yaml);
}

void findFiles(Analysed &analysed, const Request &request) {
  analysed.project = source::projectOf(request.paths);
  source::Discovered found = source::discover({request.paths, request.settings.excludes, analysed.project});
  analysed.files = std::move(found.files);
  analysed.notifications = std::move(found.notifications);
  analysed.namedPathFailed = found.namedPathFailed;
}

/// Front ends say what they could not understand in the facts; the user hears of it in one list.
void collectDiagnostics(Analysed &analysed, const std::vector<facts::FileFacts> &files) {
  for (const facts::FileFacts &file : files)
    for (const facts::Diagnostic &diagnostic : file.diagnostics)
      analysed.notifications.push_back({diagnostic.level, std::string(diagnostic.id.view()), file.path,
                                        diagnostic.range, std::string(diagnostic.message.view())});
}

/// Headers are in the facts of each translation unit that includes them.
size_t countFiles(const std::vector<facts::FileFacts> &files) {
  std::set<std::string_view> paths;
  for (const facts::FileFacts &file : files)
    paths.insert(file.path);
  return paths.size();
}

void sortNotifications(std::vector<source::Notification> &notifications) {
  std::sort(notifications.begin(), notifications.end());
  notifications.erase(std::unique(notifications.begin(), notifications.end()), notifications.end());
}

std::vector<report::CheckInfo> describeChecks(const std::vector<checks::Registration> &selected) {
  std::vector<report::CheckInfo> described;
  for (const checks::Registration &check : selected)
    described.push_back(
        {std::string(check.name), check.defaultLevel, report::parseCheckPage(pageOf(check.name))});
  return described;
}

std::vector<report::Finding> findAll(const Analysed &analysed, const Request &request,
                                     const std::vector<checks::Registration> &selected) {
  checks::Options options{request.settings.strict, request.settings.includeTests};
  checks::Context context{analysed.program, *analysed.catalog, analysed.analyses, options};
  std::vector<report::Finding> findings;
  for (const checks::Registration &check : selected)
    check.check->run(context, [&](report::Finding finding) { findings.push_back(std::move(finding)); });
  return findings;
}

std::vector<std::string_view> namesOf(std::span<const checks::Registration> checks) {
  std::vector<std::string_view> names;
  for (const checks::Registration &check : checks)
    names.push_back(check.name);
  return names;
}

void suppress(report::Report &report, const Analysed &analysed,
              const std::vector<checks::Registration> &selected, report::SourceCache &sources) {
  report::Suppressions suppressions(analysed.program, sources);
  for (report::Finding &finding : report.findings)
    suppressions.apply(finding);
  std::vector<std::string_view> known = namesOf(checks::registry());
  known.push_back(runtime::kUnpredictedStall); // no check's, but it can be allowed
  auto complaints = suppressions.complaints(known, namesOf(selected));
  std::move(complaints.begin(), complaints.end(), std::back_inserter(report.notifications));
  sortNotifications(report.notifications);
}

} // namespace

std::string_view pageOf(std::string_view check) {
  for (const EmbeddedFile &page : embeddedCheckPages())
    if (page.path == "docs/checks/" + std::string(check) + ".md")
      return page.text;
  return {};
}

std::vector<facts::FileFacts> extractFacts(const Request &request, Analysed &analysed,
                                           const Progress &progress) {
  findFiles(analysed, request);
  CppUnits units = extractCppUnits(request, analysed, progress);
  std::vector<source::Candidate> rest = analysed.files;
  std::erase_if(rest,
                [&](const source::Candidate &file) { return units.covered.count(file.absolutePath) != 0; });
  Frontends frontends;
  frontends.prepare(rest);
  std::vector<facts::FileFacts> files = extractAll(rest, analysed, frontends, request, progress);
  std::move(units.facts.begin(), units.facts.end(), std::back_inserter(files));
  analysed.filesAnalysed = countFiles(files);
  collectDiagnostics(analysed, files);
  return files;
}

Analysed analyse(const Request &request, const Progress &progress) {
  Analysed analysed;
  std::vector<facts::FileFacts> files = extractFacts(request, analysed, progress);
  loadCatalogue(analysed, request.settings, files);
  progress("linking", 0, 0);
  auto semantics = semanticsFor(files);
  analysed.program = link::link(std::move(files), *analysed.catalog, semantics, request.jobs);
  progress("analysing", 0, 0);
  analysed.analyses = analysis::analyse(analysed.program, *analysed.catalog, request.jobs);
  sortNotifications(analysed.notifications);
  return analysed;
}

report::Report runChecks(Analysed &analysed, const Request &request,
                         const std::vector<checks::Registration> &selected) {
  report::Report report;
  report.project = analysed.project;
  report.folder = std::filesystem::current_path();
  report.filesAnalysed = analysed.filesAnalysed;
  report.checks = describeChecks(selected);
  report.findings = findAll(analysed, request, selected);
  std::stable_sort(report.findings.begin(), report.findings.end(), report::inReportOrder);
  report::dropRepetitions(report.findings);
  report::SourceCache sources(report.folder);
  report::addFingerprints(report.findings, sources);
  report.notifications = analysed.notifications;
  suppress(report, analysed, selected, sources);
  report::addMacroDefinitions(report.findings, analysed.program);
  return report;
}

} // namespace clearway
