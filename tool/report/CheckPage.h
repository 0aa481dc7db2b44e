// A check's page, docs/checks/<name>.md: the one text behind `explain`, SARIF's help and the list of checks.
#pragma once

#include "report/Finding.h"

#include <string>
#include <string_view>
#include <vector>

namespace clearway::report {

struct CheckPage {
  std::string summary;       // the sentence below the title
  std::string why;           // the section "Why"
  std::string markdown;      // the whole page
  std::vector<unsigned> cwe; // every weakness the page names as CWE-NUMBER, once each, in order
};

CheckPage parseCheckPage(std::string_view markdown);

/// A check that took part in a run.
struct CheckInfo {
  std::string name;
  Level defaultLevel = Level::Warning;
  CheckPage page;
};

} // namespace clearway::report
