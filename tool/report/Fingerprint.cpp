#include "report/Fingerprint.h"

#include "source/FileBytes.h"

#include <array>
#include <cstdio>
#include <map>

namespace clearway::report {

namespace {

std::string withoutSpace(std::string_view line) {
  std::string text;
  for (char c : line)
    if (c != ' ' && c != '\t' && c != '\r')
      text += c;
  return text;
}

std::string identityOf(const Finding &finding, SourceCache &sources) {
  std::string_view line = sources.file(finding.primary.file).line(finding.primary.range.beginLine);
  std::string identity = finding.check + '\0' + finding.primary.symbol + '\0' + finding.terminal + '\0';
  return identity + withoutSpace(line);
}

std::string hexadecimal(uint64_t value) {
  std::array<char, 17> text;
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

} // namespace

void addFingerprints(std::vector<Finding> &findings, SourceCache &sources) {
  std::map<std::string, unsigned> seen;
  for (Finding &finding : findings) {
    std::string hash = hexadecimal(source::digestOf(identityOf(finding, sources)));
    finding.fingerprint = hash + ":" + std::to_string(++seen[hash]);
  }
}

} // namespace clearway::report
