// Functions, files and lines for the frames of stalls, from the binaries that ran.
#pragma once

#include "runtime/RecordFile.h"
#include "runtime/Symbolizer.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clearway::runtime {

class Symbolization {
public:
  /// `binaries`: executables, shared objects or files with their debug information, for modules whose path leads to
  /// nothing or to another build.
  Symbolization(Symbolizer &symbolizer, std::vector<std::string> binaries);

  /// Gives native frames their function, file and line, and adds the frames of inlined functions. A module of which
  /// another build lies at its path keeps the symbols of the records.
  void run(std::vector<Stall> &stalls);

  /// What could not be resolved and what to do, once per module.
  const std::vector<Complaint> &complaints() const { return complaints_; }

private:
  struct Binary {
    std::string path, buildId;
    bool used = false;
  };
  struct Module {
    std::string file; // to read; empty: none fits
    bool anyLine = false, application = false;
  };

  Module &moduleOf(const Frame &frame, uint64_t beginUnixNs);
  std::string fileFor(const Frame &frame, uint64_t beginUnixNs);
  std::string givenBinaryFor(const Frame &frame);
  void complain(const std::string &file, std::string message);
  const std::vector<SourceFrame> &sourceFrames(const Module &module, uint64_t offset);
  void resolve(const Frame &frame, uint64_t beginUnixNs, std::vector<Frame> &to);
  void complainOfUnused();

  Symbolizer &symbolizer_;
  std::vector<Binary> binaries_;
  std::map<std::pair<std::string, std::string>, Module> modules_; // by path and build id
  std::map<std::pair<std::string, uint64_t>, std::vector<SourceFrame>> resolved_;
  std::vector<Complaint> complaints_;
};

} // namespace clearway::runtime
