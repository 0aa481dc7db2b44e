#include "cli/RecordInput.h"

#include "cli/Terminal.h"
#include "runtime/Symbolization.h"

#include <algorithm>
#include <iostream>
#include <iterator>

namespace clearway::cli {

namespace {

void print(const runtime::Complaint &complaint, bool quiet) {
  std::string place = complaint.file == "-" ? "standard input" : complaint.file;
  if (complaint.line != 0)
    place += ":" + std::to_string(complaint.line);
  if (complaint.fatal)
    printError(place + ": " + complaint.message);
  else if (!quiet)
    std::cerr << "clearway: warning: " << place << ": " << complaint.message << "\n";
}

bool hasNativeFrames(const runtime::Records &records) {
  return std::any_of(records.stalls.begin(), records.stalls.end(), [](const runtime::Stall &stall) {
    return std::any_of(stall.frames.begin(), stall.frames.end(), [](const runtime::Frame &frame) { return frame.native; });
  });
}

/// Without LLVM the symbols of the records have to do; that is an error only where more was asked for.
void resolveSymbols(RecordInput &input, const SymbolArguments &symbols) {
  if (symbols.none || !hasNativeFrames(input.records))
    return;
  std::string error;
  auto symbolizer = runtime::loadSymbolizer(symbols.debugFolders, error);
  if (!symbolizer) {
    if (!symbols.binaries.empty() || !symbols.debugFolders.empty()) {
      printError("files and lines cannot be looked up: " + error);
      input.worked = false;
    }
    return;
  }
  runtime::Symbolization symbolization(*symbolizer, symbols.binaries);
  symbolization.run(input.records.stalls);
  std::copy(symbolization.complaints().begin(), symbolization.complaints().end(), std::back_inserter(input.complaints));
}

} // namespace

RecordInput readRecords(const std::vector<std::string> &files, const SymbolArguments &symbols, bool quiet) {
  RecordInput input;
  runtime::RecordReader reader;
  for (const std::string &file : files)
    reader.readFile(file);
  input.complaints = reader.complaints();
  input.records = reader.take();
  resolveSymbols(input, symbols);
  for (const runtime::Complaint &complaint : input.complaints) {
    print(complaint, quiet);
    input.worked &= !complaint.fatal;
  }
  if (reader.furtherComplaints() != 0 && !quiet)
    std::cerr << "clearway: warning: " << reader.furtherComplaints() << " more lines are no records\n";
  if (input.records.processes.empty()) {
    printError("no record of the probe was read");
    input.worked = false;
  }
  return input;
}

} // namespace clearway::cli
