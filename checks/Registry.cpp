#include "checks/Check.h"

#include <algorithm>
#include <vector>

namespace clearway::checks {

namespace {

// Filled while the program starts, before main; a function's static exists whenever the first check registers
// itself.
std::vector<Registration> &registrations() {
  static std::vector<Registration> all;
  return all;
}

} // namespace

std::span<const Registration> registry() {
  return registrations();
}

bool registerCheck(Registration registration) {
  auto &all = registrations();
  const auto at =
      std::lower_bound(all.begin(), all.end(), registration.name,
                       [](const Registration &one, std::string_view name) { return one.name < name; });
  all.insert(at, registration);
  return true;
}

} // namespace clearway::checks
