#include "source/Discovery.h"

#include "source/Git.h"
#include "source/Glob.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <unordered_map>

namespace clearway::source {

namespace fs = std::filesystem;

namespace {

/// Never the user's own code, tracked or not.
constexpr std::array<std::string_view, 13> kForeignFolders{
    ".git",  ".hg",         ".svn",        ".tox",        ".nox",          ".venv",         "node_modules",
    ".eggs", "__pycache__", ".mypy_cache", ".ruff_cache", "site-packages", "__pypackages__"};
/// Build output, unless somebody tracks it.
constexpr std::array<std::string_view, 5> kOutputFolders{"build", "dist", "target", "_build", "venv"};

template <typename Names> bool hasFolder(const Names &names, std::string_view path) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return globExcludes(name, path); });
}

std::string below(const std::string &folder, const std::string &path) {
  return fs::path(path).lexically_relative(folder).generic_string();
}

bool isInside(const std::string &folder, const std::string &path) {
  return path == folder || folder == "/" || path.starts_with(folder + "/");
}

std::string reportedFrom(const std::string &here, const std::string &path, const std::string &project) {
  if (isInside(here, path) || (isInside(project, here) && isInside(project, path)))
    return below(here, path);
  return path;
}

class Finder {
public:
  explicit Finder(const Request &request) : request_(request), here_(fs::current_path().string()) {}

  Discovered find() {
    for (const std::string &path : request_.paths)
      addNamed(path);
    keepEachOnce();
    return std::move(found_);
  }

private:
  void addNamed(const std::string &path) {
    std::error_code error;
    fs::path whole = fs::canonical(path, error);
    if (error)
      return failNamed(path, "no-such-path", error);
    fs::file_status status = fs::status(whole, error);
    if (fs::is_directory(status))
      return addFolder(whole, path);
    std::optional<facts::Language> language = languageOf(path);
    if (!fs::is_regular_file(status) || !language)
      return failNamed(
          path, "unknown-language",
          "is no C++, Rust or Python file (by its extension or first line): it was not analysed");
    std::string spelled =
        fs::path(path).is_absolute() ? fs::path(path).filename() : fs::path(path).lexically_normal();
    add(whole, *language, isTestPath(spelled), true);
  }

  void failNamed(const std::string &path, std::string id, const std::error_code &error) {
    bool missing = error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
    failNamed(path, missing ? std::move(id) : "unreadable",
              missing ? "there is no such file or folder; check the path"
                      : "cannot be read: " + error.message());
  }

  void failNamed(const std::string &path, std::string id, std::string message) {
    found_.namedPathFailed = true;
    note(facts::DiagnosticLevel::Error, std::move(id), path, std::move(message));
  }

  void addFolder(const fs::path &folder, const std::string &spelled) {
    std::error_code error;
    fs::directory_iterator probe(folder, error);
    if (error)
      return failNamed(spelled, "unreadable", "cannot be read: " + error.message());
    argument_ = folder.string();
    addContents(folder.string());
  }

  /// What git lists, or everything: where there is no git, and where the folder as a whole is ignored (then
  /// whoever names it means it).
  void addContents(const std::string &folder) {
    auto files = gitFiles(folder);
    if (!files || gitIgnores(folder))
      return walk(folder);
    for (const GitFile &file : *files) {
      fs::path path = fs::path(folder) / file.path;
      std::error_code error;
      if (!file.tracked && hasFolder(kOutputFolders, file.path))
        continue;
      if (file.path == "./") // the folder itself, a submodule that was not fetched: git knows nothing of what is in it
        walk(folder);
      else if (fs::is_directory(fs::symlink_status(path, error))) { // a submodule, or a repository within
        if (!skipsFolder(path))
          addContents(path.string());
      } else {
        consider(path);
      }
    }
  }

  void walk(const std::string &folder) {
    std::vector<fs::path> pending{folder};
    while (!pending.empty()) {
      fs::path at = std::move(pending.back());
      pending.pop_back();
      std::error_code error;
      for (fs::directory_iterator it(at, error), end; !error && it != end; it.increment(error))
        walkEntry(*it, pending);
      if (error)
        unreadableFolder(at, error);
    }
  }

  /// Links to folders are not followed: their targets are found under their own names, and loops end here.
  void walkEntry(const fs::directory_entry &entry, std::vector<fs::path> &pending) {
    std::error_code error;
    if (entry.is_symlink(error) || !entry.is_directory(error))
      consider(entry.path());
    else if (!skipsFolder(entry.path()) && !hasFolder(kOutputFolders, entry.path().filename().string()))
      pending.push_back(entry.path());
  }

  bool skipsFolder(const fs::path &folder) {
    std::error_code error;
    return hasFolder(kForeignFolders, folder.filename().string()) ||
           fs::exists(folder / "pyvenv.cfg", error) || isExcluded(folder.string());
  }

  bool isExcluded(const std::string &path) const {
    if (!isInside(request_.project, path))
      return false;
    std::string relative = below(request_.project, path);
    return std::any_of(request_.excludes.begin(), request_.excludes.end(),
                       [&](const std::string &glob) { return globExcludes(glob, relative); });
  }

  void consider(const fs::path &path) {
    std::string relative = below(argument_, path.string());
    std::string folders = fs::path(relative).parent_path();
    if (hasFolder(kForeignFolders, folders) || isExcluded(path.string()))
      return;
    std::error_code error;
    if (!fs::is_regular_file(
            path, error)) // a link to nowhere, to itself or to a folder; a socket; deleted but still tracked
      return;
    if (std::optional<facts::Language> language = languageOf(path))
      add(path, *language, isTestPath(relative), false);
  }

  void add(const fs::path &path, facts::Language language, bool isTest, bool named) {
    std::error_code error;
    uint64_t size = fs::file_size(path, error);
    found_.files.push_back(
        {reported(path.string()), path.string(), language, error ? 0 : size, isTest, named});
  }

  std::string reported(const std::string &path) const { return reportedFrom(here_, path, request_.project); }

  void unreadableFolder(const fs::path &folder, const std::error_code &error) {
    note(facts::DiagnosticLevel::Warning, "unreadable", reported(folder.string()),
         "cannot be read: " + error.message() + "; nothing in this folder was analysed");
  }

  void note(facts::DiagnosticLevel level, std::string id, std::string path, std::string message) {
    found_.notifications.push_back({level, std::move(id), std::move(path), {}, std::move(message)});
  }

  /// A file reached in two ways (named twice, a link beside its target) counts once, under its own name.
  void keepEachOnce() {
    std::unordered_map<std::string, std::string> canonical;
    for (Candidate &file : found_.files) {
      std::error_code error;
      fs::path target = fs::canonical(file.absolutePath, error);
      canonical[file.absolutePath] = error ? file.absolutePath : target.string();
    }
    auto rank = [&](const Candidate &file) {
      const std::string &target = canonical[file.absolutePath];
      return std::tuple(target, file.absolutePath != target, !file.named, file.path);
    };
    auto &files = found_.files;
    std::sort(files.begin(), files.end(), [&](auto &a, auto &b) { return rank(a) < rank(b); });
    auto same = [&](const Candidate &a, const Candidate &b) {
      return canonical[a.absolutePath] == canonical[b.absolutePath];
    };
    files.erase(std::unique(files.begin(), files.end(), same), files.end());
    std::sort(files.begin(), files.end(), [](auto &a, auto &b) { return a.path < b.path; });
  }

  const Request &request_;
  std::string here_;
  std::string argument_; // the PATH whose contents are being added
  Discovered found_;
};

} // namespace

Discovered discover(const Request &request) {
  return Finder(request).find();
}

namespace {

fs::path folderOf(const std::string &path) {
  std::error_code error;
  fs::path whole = fs::canonical(path, error);
  if (error)
    return fs::current_path();
  return fs::is_directory(whole, error) ? whole : whole.parent_path();
}

/// The current folder if everything was named relative to it, else the deepest folder around all paths.
/// Either way the order of the paths does not matter.
fs::path commonFolder(const std::vector<std::string> &paths) {
  fs::path here = fs::current_path(), common;
  bool allBelow = std::all_of(paths.begin(), paths.end(), [&](const std::string &path) {
    return fs::path(path).is_relative() && isInside(here.string(), folderOf(path).string());
  });
  if (allBelow)
    return here;
  for (const std::string &path : paths) {
    fs::path folder = folderOf(path);
    if (common.empty())
      common = folder;
    while (!isInside(common.string(), folder.string()))
      common = common.parent_path();
  }
  return common;
}

} // namespace

std::string projectOf(const std::vector<std::string> &paths) {
  std::error_code error;
  fs::path first = commonFolder(paths);
  if (auto top = gitTopLevel(first.string()); top && !gitIgnores(first.string()))
    return *top;
  for (fs::path at = first; at != at.root_path(); at = at.parent_path())
    if (fs::exists(at / ".clearway.yaml", error))
      return at.string();
  return first.string();
}

std::string reportedPath(const std::string &path, const std::string &project) {
  std::error_code error;
  return reportedFrom(fs::current_path(error).string(), path, project);
}

} // namespace clearway::source
