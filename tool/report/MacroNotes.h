// What the rules of a macro do is reported where the macro is called; the notes lead to the rules.
#pragma once

#include "report/Finding.h"

#include <vector>

namespace clearway::report {

/// Adds to each finding with a step in a macro call where that macro is defined.
void addMacroDefinitions(std::vector<Finding> &findings, const link::Program &program);

} // namespace clearway::report
