// How code on the event loop comes to an operation: the calls from an entry point to it, in steps and in words, and the other
// entry points that lead there.
#pragma once

#include "checks/Check.h"

#include <string>
#include <vector>

namespace clearway::checks {

/// The steps from the entry point to `function`, which `reach` is about, then `last`.
std::vector<report::Step> chainTo(const Context &context, const analysis::Reach &reach,
                                  link::FunctionId function, report::Step last);

/// "async `a` → `b`": the functions from the entry point to `function`; the middle of a long chain is left
/// out.
std::string route(const Context &context, const analysis::Reach &reach, link::FunctionId function);

/// Fills `related`, `otherChains` and `otherEntryPoints` with the entry points besides the chain's.
void addOtherEntryPoints(const Context &context, link::FunctionId function, const analysis::Reach &reach,
                         report::Finding &finding);

} // namespace clearway::checks
