#include "report/Writers.h"

namespace clearway::report {

namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    switch (c) {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    case '\n':
      result += "&#10;";
      break;
    default:
      result +=
          static_cast<unsigned char>(c) < 0x20 && c != '\t' ? '?' : c; // XML has no other control characters
    }
  }
  return result;
}

std::string placeOf(const Location &location) {
  return location.file + ":" + std::to_string(location.range.beginLine);
}

std::string failure(const Finding &finding) {
  std::string body = placeOf(finding.primary) + ": " + finding.message;
  for (const Step &step : finding.chain)
    body += "\n  " + placeOf(step.location) + ": " + step.text;
  if (!finding.advice.empty())
    body += "\n  " + finding.advice;
  return "    <failure type=\"" + escaped(toString(finding.level)) + "\" message=\"" +
         escaped(finding.message) + "\">" + escaped(body) + "</failure>\n";
}

std::string testCase(const Finding &finding) {
  return "    <testcase classname=\"" + escaped(finding.primary.file) + "\" name=\"" +
         escaped(finding.check + " at line " + std::to_string(finding.primary.range.beginLine)) +
         "\" file=\"" + escaped(finding.primary.file) + "\" line=\"" +
         std::to_string(finding.primary.range.beginLine) + "\">\n  " + failure(finding) + "    </testcase>\n";
}

} // namespace

/// A test case per finding; notes fail nobody's build and are left out. A clean run has one case, which
/// passes: several readers take a file without any for a broken one.
std::string writeJUnit(const Report &report, SourceCache &, const WriteOptions &) {
  std::string cases;
  size_t count = 0;
  for (const Finding &finding : report.findings)
    if (!finding.suppressed && finding.level > Level::Note) {
      cases += testCase(finding);
      ++count;
    }
  size_t total = count;
  if (count == 0) {
    cases = "    <testcase classname=\"clearway\" name=\"" + std::to_string(report.filesAnalysed) +
            " files\"/>\n";
    total = 1;
  }
  std::string numbers = "tests=\"" + std::to_string(total) + "\" failures=\"" + std::to_string(count) + "\"";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + numbers +
         ">\n  <testsuite name=\"clearway\" " + numbers + " errors=\"0\" skipped=\"0\">\n" + cases +
         "  </testsuite>\n</testsuites>\n";
}

} // namespace clearway::report
