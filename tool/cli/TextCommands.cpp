#include "cli/Commands.h"
#include "cli/Selection.h"
#include "cli/Terminal.h"
#include "config/Suggest.h"
#include "runtime/Verification.h"

#include <algorithm>
#include <iostream>

namespace clearway::cli {

int runExplain(const Arguments &arguments) {
  if (arguments.subject == runtime::kUnpredictedStall) { // no check: only runs show it
    std::cout << runtime::unpredictedStallPage() << std::flush;
    return kClean;
  }
  std::vector<std::string_view> names = checkNames();
  if (std::find(names.begin(), names.end(), arguments.subject) == names.end()) {
    printError("there is no check '" + arguments.subject + "'" +
               config::didYouMean(arguments.subject, names) + " 'clearway list-checks' lists them");
    return kFailed;
  }
  std::cout << pageOf(arguments.subject) << std::flush;
  return kClean;
}

int runListChecks(const Arguments &) {
  for (const checks::Registration &check : checks::registry()) {
    std::cout << check.name << std::string(check.name.size() < 24 ? 24 - check.name.size() : 1, ' ')
              << report::toString(check.defaultLevel)
              << std::string(9 - report::toString(check.defaultLevel).size(), ' ')
              << report::parseCheckPage(pageOf(check.name)).summary
              << (check.optIn        ? " (opt-in)"
                  : check.strictOnly ? " (profile strict)"
                                     : "")
              << "\n";
  }
  return kClean;
}

} // namespace clearway::cli
