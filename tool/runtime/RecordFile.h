// Files with the probe's records.
#pragma once

#include "runtime/Records.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace clearway::runtime {

struct Stop;

/// Something in a file that is no record, or no file.
struct Complaint {
  std::string file; // "-" is standard input
  uint64_t line = 0; // from 1; 0: the file as a whole
  std::string message; // what is wrong, what to do
  bool fatal = false; // nothing of the file was read
};

/// Takes the records of several files together. Whatever cannot be read is a complaint and costs nothing else.
/// Not thread-safe.
class RecordReader {
public:
  /// Reads a file, or standard input for "-", line by line: memory grows with the stalls, not with the file.
  void readFile(const std::string &path);

  /// Reads one line of a file.
  void readLine(const std::string &file, uint64_t line, std::string_view text);

  /// What was read so far. What was said of a stall or a loop more than once is there once, as it was said last.
  Records take() { return std::move(records_); }

  const std::vector<Complaint> &complaints() const { return complaints_; }
  /// Complaints about lines beyond the first hundred of a file are only counted.
  uint64_t furtherComplaints() const { return furtherComplaints_; }

private:
  void readStream(const std::string &file, int descriptor);
  void complain(const std::string &file, uint64_t line, std::string message, bool fatal = false);
  void start(const std::string &file, Process process);
  void end(const std::string &file, const Stop &stop);
  void add(const std::string &file, Stall stall);
  void add(const std::string &file, LoopTotals totals);
  void add(Span span);
  /// Index of the run that the file's next records of this process belong to.
  size_t processOf(const std::string &file, int64_t pid);

  Records records_;
  std::vector<Complaint> complaints_;
  std::map<std::string, uint64_t> complaintsOf_;
  uint64_t furtherComplaints_ = 0;
  std::map<std::pair<std::string, int64_t>, size_t> processes_;      // by file and pid: the latest run
  std::map<std::tuple<int64_t, uint64_t, uint64_t>, size_t> stalls_; // by pid, id and beginning
  std::map<std::pair<size_t, uint64_t>, size_t> loops_;              // by run and id
  std::set<std::tuple<int64_t, uint64_t, uint64_t, std::string>> spans_; // by pid, beginning, duration, operation
};

} // namespace clearway::runtime
