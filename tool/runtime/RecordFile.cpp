#include "runtime/RecordFile.h"

#include "runtime/json/RecordParser.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace clearway::runtime {

namespace {

constexpr size_t kLongestLine = size_t{16} << 20; // a record of 256 frames with long names has a quarter of a megabyte
constexpr uint64_t kMostComplaints = 100;         // of one file

/// What a file is that cannot have records in it; empty if it may.
std::string whyNoText(std::string_view beginning) {
  if (beginning.starts_with("\x1f\x8b"))
    return "is compressed; unpack it: zcat FILE | clearway stalls -";
  if (beginning.starts_with("\x28\xb5\x2f\xfd"))
    return "is compressed; unpack it: zstdcat FILE | clearway stalls -";
  if (beginning.find('\0') != std::string_view::npos)
    return "is a binary file; the probe's records are text, one JSON object per line (jsonl_path)";
  return "";
}

std::string whyUnreadable(int error) {
  if (error == ENOENT)
    return "there is no such file; check the path (%p in jsonl_path became the process id)";
  if (error == EISDIR)
    return "is a folder; name the files in it";
  return std::string("cannot be read: ") + std::strerror(error);
}

/// Cuts what is read into lines.
class Lines {
public:
  explicit Lines(int descriptor) : descriptor_(descriptor) {}

  /// False at the end or on an error. A line that is too long is empty.
  bool next(std::string_view &line) {
    for (;;) {
      size_t end = buffer_.find('\n', searched_);
      if (end != std::string::npos)
        return take(end, end + 1, line);
      searched_ = buffer_.size();
      if (buffer_.size() - begin_ > kLongestLine)
        drop();
      if (!fill())
        return begin_ < buffer_.size() && !error && take(buffer_.size(), buffer_.size(), line, true);
    }
  }

  int error = 0;
  bool tooLong = false; // the last line
  bool cutOff = false;  // the last line has no end

private:
  bool take(size_t end, size_t nextBegin, std::string_view &line, bool last = false) {
    line = std::string_view(buffer_).substr(begin_, end - begin_);
    tooLong = dropped_;
    cutOff = last;
    if (dropped_)
      line = {};
    dropped_ = false;
    begin_ = searched_ = nextBegin;
    return true;
  }

  void drop() {
    dropped_ = true;
    begin_ = buffer_.size();
  }

  bool fill() {
    buffer_.erase(0, begin_);
    begin_ = 0;
    searched_ = buffer_.size();
    size_t used = buffer_.size();
    buffer_.resize(used + kChunk);
    ssize_t got;
    do
      got = read(descriptor_, buffer_.data() + used, kChunk);
    while (got < 0 && errno == EINTR);
    error = got < 0 ? errno : 0;
    buffer_.resize(used + static_cast<size_t>(got < 0 ? 0 : got));
    return got > 0;
  }

  static constexpr size_t kChunk = size_t{1} << 18;
  int descriptor_;
  std::string buffer_;
  size_t begin_ = 0, searched_ = 0; // of the next line; where no end of line is before
  bool dropped_ = false;
};

bool isBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

} // namespace

void RecordReader::complain(const std::string &file, uint64_t line, std::string message, bool fatal) {
  if (line != 0 && ++complaintsOf_[file] > kMostComplaints)
    ++furtherComplaints_;
  else
    complaints_.push_back({file, line, std::move(message), fatal});
}

void RecordReader::readFile(const std::string &path) {
  if (path == "-")
    return readStream(path, STDIN_FILENO);
  int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return complain(path, 0, whyUnreadable(errno), true);
  readStream(path, descriptor);
  close(descriptor);
}

void RecordReader::readStream(const std::string &file, int descriptor) {
  Lines lines(descriptor);
  std::string_view line;
  uint64_t number = 0;
  bool anything = false;
  while (lines.next(line)) {
    if (++number == 1)
      if (std::string why = whyNoText(line); !why.empty())
        return complain(file, 0, why, true);
    anything |= !isBlank(line);
    if (lines.tooLong)
      complain(file, number, "is longer than " + std::to_string(kLongestLine >> 20) + " MiB, which no record is");
    else if (lines.cutOff && !isBlank(line) && !parseRecord(line))
      complain(file, number, "is cut off: the process was killed while it wrote this record, or is still writing it");
    else
      readLine(file, number, line);
  }
  if (lines.error)
    complain(file, 0, whyUnreadable(lines.error), true);
  else if (!anything)
    complain(file, 0, "is empty: no probe has written to it; see \"Records\" in docs/probe.md");
}

void RecordReader::readLine(const std::string &file, uint64_t line, std::string_view text) {
  if (isBlank(text))
    return;
  auto record = parseRecord(text);
  if (!record)
    return complain(file, line, record.error());
  if (auto *process = std::get_if<Process>(&*record))
    start(file, std::move(*process));
  else if (auto *stop = std::get_if<Stop>(&*record))
    end(file, *stop);
  else if (auto *stall = std::get_if<Stall>(&*record))
    add(file, std::move(*stall));
  else if (auto *totals = std::get_if<LoopTotals>(&*record))
    add(file, std::move(*totals));
  else if (auto *span = std::get_if<Span>(&*record))
    add(std::move(*span));
}

void RecordReader::start(const std::string &file, Process process) {
  process.file = file;
  auto same = [&](const Process &known) { // the same records, read again
    return process.startNs != 0 && known.pid == process.pid && known.startNs == process.startNs &&
           known.startUnixNs == process.startUnixNs;
  };
  auto &all = records_.processes;
  auto known = std::find_if(all.begin(), all.end(), same);
  processes_[{file, process.pid}] = static_cast<size_t>(known - all.begin());
  if (known == all.end())
    all.push_back(std::move(process));
}

size_t RecordReader::processOf(const std::string &file, int64_t pid) {
  auto known = processes_.find({file, pid});
  if (known != processes_.end())
    return known->second;
  for (size_t i = records_.processes.size(); i-- > 0;) // the file was continued in another one
    if (records_.processes[i].pid == pid && !records_.processes[i].stopNs)
      return processes_[{file, pid}] = i;
  Process process; // its beginning was cut away
  process.pid = pid;
  start(file, std::move(process));
  return records_.processes.size() - 1;
}

void RecordReader::end(const std::string &file, const Stop &stop) {
  Process &process = records_.processes[processOf(file, stop.pid)];
  process.stopNs = stop.timeNs;
  process.recordsLost = stop.recordsLost;
}

void RecordReader::add(const std::string &file, Stall stall) {
  processOf(file, stall.pid);
  auto [place, isNew] = stalls_.try_emplace({stall.pid, stall.id, stall.beginNs}, records_.stalls.size());
  if (isNew)
    records_.stalls.push_back(std::move(stall));
  else if (Stall &known = records_.stalls[place->second]; known.ongoing)
    known = std::move(stall);
}

void RecordReader::add(const std::string &file, LoopTotals totals) {
  size_t process = processOf(file, totals.pid);
  auto [place, isNew] = loops_.try_emplace({process, totals.loopId}, records_.loops.size());
  if (isNew)
    records_.loops.push_back(std::move(totals));
  else if (records_.loops[place->second].timeNs <= totals.timeNs)
    records_.loops[place->second] = std::move(totals);
}

void RecordReader::add(Span span) {
  if (spans_.insert({span.pid, span.beginNs, span.durationNs, span.operation}).second)
    records_.spans.push_back(std::move(span));
}

} // namespace clearway::runtime
