// Brings the arenas of one file into the order that Program's tables promise.
#pragma once

#include "facts/Facts.h"

#include <vector>

namespace clearway::link {

/// Groups calls and objects by function, in function order and otherwise as they stand, and removes the
/// bodies (control flow, calls, objects, suspensions) of the functions marked in `dropped`, which is empty or
/// has one element per function. Every reference to what moved is renumbered; values that were results of
/// removed calls become Unknown.
void orderByFunction(facts::FileFacts &file, const std::vector<bool> &dropped);

} // namespace clearway::link
