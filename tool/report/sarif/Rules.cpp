#include "report/sarif/Rules.h"

#include <algorithm>
#include <set>

namespace clearway::report::sarif {

namespace {

struct Weakness {
  unsigned number;
  const char *name;
};

/// Those that fit what stops an event loop; a page may name others, which then go without a name.
constexpr Weakness kWeaknesses[] = {
    {252, "Unchecked Return Value"},
    {400, "Uncontrolled Resource Consumption"},
    {667, "Improper Locking"},
    {772, "Missing Release of Resource after Effective Lifetime"},
    {833, "Deadlock"},
    {1088, "Synchronous Access of Remote Resource without Timeout"},
    {1322, "Use of Blocking Code in Single-threaded, Non-blocking Context"},
};

constexpr unsigned kBlockingCode = 1322; // of a check whose page names none

struct Descriptor {
  std::string_view id;
  const char *description;
  const char *help;
};

constexpr Descriptor kDescriptors[] = {
    {"bad-catalogue", "A catalogue file has a mistake.",
     "Correct the file at the given place; until then none of it counts."},
    {"binary", "A file with a source file's name holds binary data.", "Exclude it or rename it."},
    {"costly-allowance", "A finding that a comment allows stopped the loop.", "See whether its reason still holds."},
    {"internal-error", "clearway could not analyse a file because of a fault of its own.",
     "Please report it with the file, or with the part of it that brings the fault about."},
    {"no-such-path", "A path that was named does not exist.", "Check the spelling and the current folder."},
    {"not-utf8", "A file is not UTF-8 text.", "Save it as UTF-8; it was analysed byte by byte."},
    {"stalls-elsewhere", "Stalls were measured outside the code that was analysed.",
     "`clearway stalls` shows where; analyse that code, too, if it is yours."},
    {"syntax-error", "A part of a file could not be parsed.",
     "Correct the syntax. The rest of the file was analysed; findings in the part may be missing."},
    {"too-deep", "Code is nested too deeply.", "What is nested deeper was not analysed."},
    {"too-large", "A file is larger than source code is.", "Exclude it."},
    {"unreadable", "A file or folder cannot be read.", "Change its permissions or exclude it."},
    {"vanished", "A file was removed while clearway ran.", "Run again."},
};

std::vector<unsigned> weaknessesOf(const CheckInfo &check) {
  return check.page.cwe.empty() ? std::vector{kBlockingCode} : check.page.cwe;
}

/// "blocking-io" as SARIF wants names: "BlockingIo".
std::string pascalCase(std::string_view name) {
  std::string result;
  bool upper = true;
  for (char c : name) {
    if (c != '-')
      result += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '-';
  }
  return result;
}

Json relationships(const CheckInfo &check) {
  Json all = Json::array();
  for (unsigned number : weaknessesOf(check))
    all.push_back(
        {{"target", {{"id", std::to_string(number)}, {"toolComponent", {{"name", "CWE"}, {"index", 0}}}}},
         {"kinds", {"relevant"}}});
  return all;
}

Json properties(const CheckInfo &check) {
  Json tags = {"concurrency", "event-loop", "performance"};
  for (unsigned number : weaknessesOf(check))
    tags.push_back("external/cwe/cwe-" + std::to_string(number));
  const char *severity = check.defaultLevel == Level::Error     ? "error"
                         : check.defaultLevel == Level::Warning ? "warning"
                                                                : "recommendation";
  return {{"precision", "high"}, {"problem.severity", severity}, {"tags", tags}};
}

Json rule(const CheckInfo &check) {
  std::string summary = check.page.summary.empty() ? check.name : check.page.summary;
  std::string full = check.page.why.empty() ? summary : summary + "\n\n" + check.page.why;
  Json rule{{"id", check.name}};
  if (check.name.find('-') != std::string::npos) // a name that says what the id says has to be left out
    rule["name"] = pascalCase(check.name);
  rule.update({{"shortDescription", {{"text", summary}}},
               {"fullDescription", {{"text", full}}},
               {"help",
                {{"text", check.page.markdown.empty() ? full : check.page.markdown},
                 {"markdown", check.page.markdown.empty() ? full : check.page.markdown}}},
               {"defaultConfiguration", {{"level", toString(check.defaultLevel)}}},
               {"relationships", relationships(check)},
               {"properties", properties(check)}});
  return rule;
}

std::vector<std::string> notificationIds(const Report &report) {
  std::set<std::string> ids;
  for (const source::Notification &notification : report.notifications)
    ids.insert(notification.id);
  return {ids.begin(), ids.end()};
}

Json descriptor(const std::string &id) {
  auto known = std::find_if(std::begin(kDescriptors), std::end(kDescriptors),
                            [&](const Descriptor &descriptor) { return descriptor.id == id; });
  bool isKnown = known != std::end(kDescriptors);
  std::string description = isKnown ? known->description : "A part of the work could not be done.";
  std::string help = isKnown ? known->help : "The message says what is wrong.";
  return {{"id", id},
          {"shortDescription", {{"text", description}}},
          {"fullDescription", {{"text", description + " " + help}}},
          {"help", {{"text", help}, {"markdown", help}}},
          {"defaultConfiguration", {{"level", "warning"}}}};
}

Json taxon(unsigned number) {
  auto known = std::find_if(std::begin(kWeaknesses), std::end(kWeaknesses),
                            [&](const Weakness &weakness) { return weakness.number == number; });
  std::string id = std::to_string(number);
  Json taxon{{"id", id}};
  if (known != std::end(kWeaknesses)) {
    taxon["name"] = known->name;
    taxon["shortDescription"] = {{"text", known->name}};
  }
  taxon["helpUri"] = "https://cwe.mitre.org/data/definitions/" + id + ".html";
  return taxon;
}

} // namespace

Json toolOf(const Report &report) {
  Json rules = Json::array(), notifications = Json::array();
  for (const CheckInfo &check : report.checks)
    rules.push_back(rule(check));
  for (const std::string &id : notificationIds(report))
    notifications.push_back(descriptor(id));
  return {{"driver",
           {{"name", "clearway"},
            {"fullName", "clearway " CLEARWAY_VERSION},
            {"version", CLEARWAY_VERSION},
            {"semanticVersion", CLEARWAY_VERSION},
            {"informationUri", CLEARWAY_HOMEPAGE},
            {"shortDescription", {{"text", "Finds the code that stops an event loop."}}},
            {"supportedTaxonomies", {{{"name", "CWE"}, {"index", 0}}}},
            {"rules", rules},
            {"notifications", notifications}}}};
}

Json taxonomiesOf(const Report &report) {
  std::set<unsigned> numbers;
  for (const CheckInfo &check : report.checks)
    for (unsigned number : weaknessesOf(check))
      numbers.insert(number);
  Json taxa = Json::array();
  for (unsigned number : numbers)
    taxa.push_back(taxon(number));
  return {{{"name", "CWE"},
           {"organization", "MITRE"},
           {"shortDescription", {{"text", "Common Weakness Enumeration"}}},
           {"informationUri", "https://cwe.mitre.org/"},
           {"isComprehensive", false},
           {"taxa", taxa}}};
}

size_t descriptorIndex(const Report &report, std::string_view id) {
  std::vector<std::string> ids = notificationIds(report);
  return static_cast<size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
}

} // namespace clearway::report::sarif
