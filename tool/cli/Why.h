// The answer to "why is, or isn't, this line reported?"
#pragma once

#include "Pipeline.h"

#include <string>

namespace clearway::cli {

/// What is known about a line: its findings, the function around it and where that runs, the calls on it and
/// what they do. Empty if the file was not analysed.
std::string explainLine(const Analysed &analysed, const report::Report &report,
                        const std::string &absoluteFile, uint32_t line);

} // namespace clearway::cli
