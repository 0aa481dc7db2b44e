#pragma once

#include <clearway/probe.h>

#include <string>

namespace clearway::probe {

// A stall for a person: one line, then its stack.
std::string stall_text(const clearway_report &report);

} // namespace clearway::probe
