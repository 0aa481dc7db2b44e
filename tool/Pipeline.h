// The passes of a run, in order.
#pragma once

#include "analysis/Analyses.h"
#include "catalog/Catalog.h"
#include "checks/Check.h"
#include "config/Settings.h"
#include "report/Report.h"
#include "report/SourceText.h"
#include "source/Discovery.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clearway {

/// What a run is asked to do.
struct Request {
  std::vector<std::string> paths;
  config::Settings settings;
  unsigned jobs = 1;
  bool readsTests = true; // false: the bodies of test functions may be left out of the facts
};

/// Told how far a run is, from any thread; `total` is 0 where nobody knows.
using Progress = std::function<void(const char *what, size_t done, size_t total)>;

/// The program that was read, and what the analyses found out about it.
struct Analysed {
  std::string project;
  std::vector<source::Candidate> files;
  std::vector<source::Notification> notifications;
  bool namedPathFailed = false; // something the user named could not be analysed
  size_t filesAnalysed = 0;
  std::unique_ptr<catalog::Catalog> catalog;
  link::Program program;
  analysis::Analyses analyses;
};

/// Reads, links and analyses. Whatever goes wrong with a file is a notification; the others are analysed all
/// the same.
Analysed analyse(const Request &request, const Progress &progress);

/// Runs the checks over an analysed program: the findings sorted, with fingerprints, suppressed ones marked.
report::Report runChecks(Analysed &analysed, const Request &request,
                         const std::vector<checks::Registration> &selected);

/// A check's page; empty if there is none.
std::string_view pageOf(std::string_view check);

/// The facts of the files alone, in path order; notifications are in each.
std::vector<facts::FileFacts> extractFacts(const Request &request, Analysed &analysed,
                                           const Progress &progress);

} // namespace clearway
