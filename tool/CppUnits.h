// C++ with a compile database: translation units instead of files. What no unit covers is left to the
// syntactic front end.
#pragma once

#include "Pipeline.h"

#include <set>
#include <string>

namespace clearway {

struct CppUnits {
  std::vector<facts::FileFacts> facts; // of main files and of the project's headers, in unit order
  std::set<std::string> covered;       // absolute paths of the files these facts describe
};

/// Extracts the units of the C++ files in `analysed.files`. The module that does it is loaded only if there
/// is a database. Everything that is left out, and how to get it in, becomes a notification.
CppUnits extractCppUnits(const Request &request, Analysed &analysed, const Progress &progress);

} // namespace clearway
