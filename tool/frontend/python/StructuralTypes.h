// Classes that have all methods of a protocol, which is all that a protocol asks for: they need not name it.
#pragma once

#include "frontend/python/SemanticsEvaluator.h"

namespace clearway::python {

/// Adds the methods of such classes to the overriders of the protocol's. Single methods with fewer than two parameters are left
/// out: `close()` says nothing about a class.
void linkStructuralOverrides(link::Program &program, Evaluator &evaluator);

} // namespace clearway::python
