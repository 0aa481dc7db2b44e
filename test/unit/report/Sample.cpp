#include "Sample.h"

#include "report/Fingerprint.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace clearway::report {

namespace fs = std::filesystem;

namespace {

Finding chained() {
  Finding finding;
  finding.check = "blocking-io";
  finding.level = Level::Error;
  finding.confidence = link::Confidence::Inferred;
  finding.primary = {"app/backend.py", {4, 12, 4, 29}, "app.backend.fetch"};
  finding.message =
      "`requests.get` blocks the event loop for the time of an HTTP request (reached from `chat`)";
  finding.advice = "use `httpx.AsyncClient`";
  finding.chain = {
      {{"app/server.py", {6, 5, 6, 12}, "app.server.chat"}, "`chat` calls `fetch`", 1},
      {{"app/backend.py", {4, 12, 4, 29}, "app.backend.fetch"}, "`requests.get` blocks here", 2}};
  finding.related = {{{"app/server.py", {9, 11, 9, 15}, "app.server.other"}, "also reached from `other`"}};
  finding.otherEntryPoints = 3;
  finding.terminal = "requests.get";
  finding.entry = "app.server.chat";
  return finding;
}

Finding direct(uint32_t line) {
  Finding finding;
  finding.check = "blocking-sleep";
  finding.level = Level::Warning;
  finding.primary = {"app/server.py", {line, 19, line, 32}, "app.server.grüße"};
  finding.message = "`time.sleep` stops the event loop <here> & [there](x)";
  finding.chain = {{finding.primary, "`time.sleep` blocks here", 1}};
  finding.terminal = "time.sleep";
  finding.entry = "app.server.grüße";
  finding.fixes = {
      {"Await asyncio.sleep", true, {{"app/server.py", {line, 19, line, 29}, "await asyncio.sleep"}}}};
  return finding;
}

} // namespace

Sample::Sample()
    : folder((fs::canonical(fs::temp_directory_path()) / ("clearway-report-" + std::to_string(getpid())))
                 .string()) {
  fs::create_directories(folder + "/app");
  std::ofstream(folder + "/app/server.py")
      << "import time\n\n\nasync def chat():\n    # calls\n    fetch()\n\nasync def other():\n"
         "    return fetch()\n\nasync def grüße():\n    s = \"ü😀\";   time.sleep(1)\n";
  std::ofstream(folder + "/app/backend.py")
      << "import requests\n\ndef fetch():\n    return requests.get(\"u\")\n";
  report.project = folder;
  report.folder = folder;
  report.filesAnalysed = 2;
  report.findings = {chained(), direct(12)};
  Finding suppressed = direct(11);
  suppressed.suppressed = true;
  suppressed.justification = "start-up only";
  report.findings.push_back(suppressed);
  report.notifications = {
      {facts::DiagnosticLevel::Warning, "syntax-error", "app/server.py", {3, 1, 3, 1}, "could not be parsed"},
      {facts::DiagnosticLevel::Error, "no-such-path", "gone", {}, "there is no such file or folder"}};
  std::string page = "# blocking-io\n\nReports I/O that blocks.\n\n## Why\n\nBecause (CWE-1322, "
                     "CWE-1088).\n\n## Bad\n\n## Good\n";
  report.checks = {{"blocking-io", Level::Warning, parseCheckPage(page)},
                   {"blocking-sleep", Level::Error, {}}};
  std::stable_sort(report.findings.begin(), report.findings.end(), inReportOrder);
  SourceCache sources(folder);
  addFingerprints(report.findings, sources);
}

Sample::~Sample() {
  fs::remove_all(folder);
}

} // namespace clearway::report
