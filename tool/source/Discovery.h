// Finds the files to analyse: what the user named, and in folders whatever looks like code of a supported
// language and is neither ignored by git nor somebody else's.
#pragma once

#include "source/Notification.h"

#include <optional>
#include <string>
#include <vector>

namespace clearway::source {

struct Candidate {
  std::string
      path; // as reported: relative to the current folder where it lies below the project, '/'-separated
  std::string absolutePath; // without `.`, `..` and links in its folders
  facts::Language language = facts::Language::Python;
  uint64_t size = 0; // bytes
  bool isTest = false;
  bool named = false; // a PATH of the command line, not found in a folder
};

struct Request {
  std::vector<std::string> paths;    // files or folders
  std::vector<std::string> excludes; // globs, relative to `project`
  std::string project;               // absolute
};

struct Discovered {
  std::vector<Candidate> files; // by path, each file once
  std::vector<Notification> notifications;
  bool namedPathFailed = false; // a PATH is not there, or cannot be read
};

/// Never fails as a whole: what cannot be read becomes a notification.
Discovered discover(const Request &request);

/// By extension, else by the interpreter that the first line names; nothing if it is no supported language.
std::optional<facts::Language> languageOf(const std::string &path);

/// The folder that reports are relative to: the git work tree around the first path, else the nearest folder
/// at or above it that has a .clearway.yaml, else that folder itself. Absolute.
std::string projectOf(const std::vector<std::string> &paths);

/// True if the path is test code by convention: tests/, test_*.py, benches/, examples/, build.rs, ….
bool isTestPath(std::string_view path);

/// How a report names a file: relative to the current folder where both lie in the project, so that a
/// terminal can open it.
std::string reportedPath(const std::string &absolute, const std::string &project);

} // namespace clearway::source
