// From files to facts, on several threads.
#pragma once

#include "Languages.h"
#include "Pipeline.h"

namespace clearway {

/// One FileFacts per file that could be read, in the order of `files`, whatever the number of threads. Files
/// that could not are notifications.
std::vector<facts::FileFacts> extractAll(const std::vector<source::Candidate> &files, Analysed &analysed,
                                         const Frontends &frontends, const Request &request,
                                         const Progress &progress);

} // namespace clearway
