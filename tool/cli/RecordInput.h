// Reading the probe's records as the command line asks.
#pragma once

#include "cli/Arguments.h"
#include "runtime/RecordFile.h"

#include <string>
#include <vector>

namespace clearway::cli {

struct RecordInput {
  runtime::Records records;
  std::vector<runtime::Complaint> complaints;
  bool worked = true; // false: a file that was named could not be read, or no record was
};

/// Reads the files, resolves symbols, and prints what went wrong.
RecordInput readRecords(const std::vector<std::string> &files, const SymbolArguments &symbols, bool quiet);

} // namespace clearway::cli
