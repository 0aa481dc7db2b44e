#include "source/Git.h"

#include "source/Subprocess.h"

#include <charconv>
#include <filesystem>
#include <string_view>

namespace clearway::source {

namespace {

/// A repository's own settings may name programs for git to run; those that listing and comparing would start
/// are off.
Finished git(const std::string &folder, std::vector<std::string> arguments) {
  std::vector<std::string> command{
      "git", "-C", folder, "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return runProgram(command);
}

std::optional<std::string> firstLine(Finished finished) {
  if (finished.status != 0)
    return std::nullopt;
  std::string line = finished.out.substr(0, finished.out.find('\n'));
  return line.empty() ? std::nullopt : std::optional(line);
}

template <typename Each> void forEachPiece(std::string_view text, char separator, Each each) {
  while (!text.empty()) {
    size_t end = text.find(separator);
    each(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

} // namespace

std::optional<std::string> gitTopLevel(const std::string &folder) {
  return firstLine(git(folder, {"rev-parse", "--show-toplevel"}));
}

bool gitIgnores(const std::string &folder) {
  return git(folder, {"check-ignore", "-q", "."}).status == 0;
}

std::optional<std::vector<GitFile>> gitFiles(const std::string &folder) {
  Finished finished = git(folder, {"ls-files", "-c", "-o", "-t", "-z", "--exclude-standard"});
  if (finished.status != 0)
    return std::nullopt;
  std::vector<GitFile> files;
  forEachPiece(finished.out, '\0', [&](std::string_view line) { // "H path" or "? path"
    if (line.size() > 2)
      files.push_back({std::string(line.substr(2)), line.front() != '?'});
  });
  return files;
}

std::optional<std::string> gitHead(const std::string &folder) {
  return firstLine(git(folder, {"rev-parse", "--verify", "-q", "HEAD"}));
}

std::optional<std::string> gitRemote(const std::string &folder) {
  std::optional<std::string> url = firstLine(git(folder, {"config", "--get", "remote.origin.url"}));
  if (!url)
    return std::nullopt;
  size_t scheme = url->find("://"), at = url->find('@');
  if (scheme == std::string::npos) // scp-like or a local path: no URL that a report may name
    return std::nullopt;
  if (at != std::string::npos && at < url->find('/', scheme + 3))
    url->erase(scheme + 3, at - scheme - 2);
  return url;
}

namespace {

std::string_view changedPath(std::string_view header) {
  header.remove_prefix(4); // "+++ "
  if (size_t tab = header.find('\t'); tab != std::string_view::npos)
    header = header.substr(0, tab);
  if (header.ends_with('\r'))
    header.remove_suffix(1);
  if (header.starts_with("b/"))
    header.remove_prefix(2);
  return header;
}

/// Follows a unified diff line by line. Counting the lines of a hunk is what tells a header from a changed
/// line that looks like one.
class DiffReader {
public:
  explicit DiffReader(std::string root) : root_(std::move(root)) {}

  void read(std::string_view line) {
    if (oldLeft_ > 0 || newLeft_ > 0)
      readChange(line);
    else if (line.starts_with("+++ "))
      openFile(changedPath(line));
    else if (line.starts_with("@@ -"))
      openHunk(line.substr(4));
  }
  ChangedLines take() { return std::move(changed_); }

private:
  void openFile(std::string_view path) {
    current_ =
        path == "/dev/null" ? nullptr : &changed_[(std::filesystem::path(root_) / path).lexically_normal()];
  }

  /// "10,2 +12,3 @@ …"; a count that is left out is 1.
  void openHunk(std::string_view header) {
    uint32_t oldLine = 0;
    readRange(header, oldLine, oldLeft_);
    size_t plus = header.find('+');
    if (plus != std::string_view::npos)
      readRange(header.substr(plus + 1), line_, newLeft_);
  }

  static void readRange(std::string_view text, uint32_t &line, uint32_t &count) {
    const char *end = text.data() + text.size();
    const char *at = std::from_chars(text.data(), end, line).ptr;
    count = 1;
    if (at < end && *at == ',')
      std::from_chars(at + 1, end, count);
  }

  void readChange(std::string_view line) {
    char kind = line.empty() ? ' ' : line.front();
    if (kind == '\\') // "\ No newline at end of file"
      return;
    if (kind == '+')
      addLine();
    if (kind != '-' && newLeft_ > 0) {
      --newLeft_;
      ++line_;
    }
    if (kind != '+' && oldLeft_ > 0)
      --oldLeft_;
  }

  void addLine() {
    if (!current_)
      return;
    if (!current_->empty() && current_->back().last + 1 == line_)
      current_->back().last = line_;
    else
      current_->push_back({line_, line_});
  }

  std::string root_;
  ChangedLines changed_;
  std::vector<LineSpan> *current_ = nullptr;
  uint32_t line_ = 0, oldLeft_ = 0, newLeft_ = 0;
};

} // namespace

ChangedLines parseDiff(const std::string &diff, const std::string &root) {
  DiffReader reader(root);
  forEachPiece(diff, '\n', [&](std::string_view line) { reader.read(line); });
  return reader.take();
}

tl::expected<ChangedLines, std::string> gitChangedSince(const std::string &folder,
                                                        const std::string &revision) {
  std::optional<std::string> top = gitTopLevel(folder);
  if (!top)
    return tl::unexpected("there is no git repository at " + folder);
  if (revision.starts_with('-'))
    return tl::unexpected("'" + revision + "' is no revision");
  Finished diff = git(*top, {"diff", "--no-ext-diff", "--no-textconv", "--no-color", "--unified=0",
                             "--src-prefix=a/", "--dst-prefix=b/", revision, "--"});
  if (diff.status != 0)
    return tl::unexpected(diff.err.substr(0, diff.err.find('\n')));
  ChangedLines changed = parseDiff(diff.out, *top);
  if (auto files = gitFiles(*top))
    for (const GitFile &file : *files)
      if (!file.tracked)
        changed[(std::filesystem::path(*top) / file.path).lexically_normal()] = {{1, UINT32_MAX}};
  return changed;
}

} // namespace clearway::source
