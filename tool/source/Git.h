// What git knows about a folder. Every function copes with a machine that has no git and a folder that is no
// repository.
#pragma once

#include <tl/expected.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace clearway::source {

/// Top of the work tree that contains `folder`.
std::optional<std::string> gitTopLevel(const std::string &folder);

/// True if `.gitignore` and its like exclude `folder` itself.
bool gitIgnores(const std::string &folder);

struct GitFile {
  std::string path; // relative to the folder that was asked about
  bool tracked = false;
};

/// Tracked files and untracked ones that are not ignored; nothing if git cannot say.
std::optional<std::vector<GitFile>> gitFiles(const std::string &folder);

/// Full hash of the commit that is checked out; nothing before the first commit.
std::optional<std::string> gitHead(const std::string &folder);
/// URL of the remote "origin" without credentials.
std::optional<std::string> gitRemote(const std::string &folder);

/// Inclusive.
struct LineSpan {
  uint32_t first = 0, last = 0;
};

/// By absolute path: the lines that are new or changed. A file that is new has one span with all lines.
using ChangedLines = std::map<std::string, std::vector<LineSpan>>;

/// Lines that differ between `revision` and the work tree, untracked files included; an error says what git
/// said.
tl::expected<ChangedLines, std::string> gitChangedSince(const std::string &folder,
                                                        const std::string &revision);

/// Reads a unified diff whose paths are relative to `root`.
ChangedLines parseDiff(const std::string &diff, const std::string &root);

} // namespace clearway::source
