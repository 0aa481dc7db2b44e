// The arguments of a call as the catalogue names them.
#pragma once

#include "link/Program.h"

#include <optional>

namespace clearway::analysis {

/// The argument's index in CallSite::arguments, if the call shows it. `*args` before a position hides it.
std::optional<uint32_t> findArgument(const facts::FileFacts &file, const facts::CallSite &site,
                                     const catalog::ArgumentRef &ref);

/// True if the argument at `index` is what `ref` names.
bool isArgument(const facts::FileFacts &file, const facts::CallSite &site, uint32_t index,
                const catalog::ArgumentRef &ref);

/// True if `*args` or `**kwargs` of the call might bring the argument unseen.
bool mayBeHidden(const facts::FileFacts &file, const facts::CallSite &site, const catalog::ArgumentRef &ref);

/// Number of positional arguments, as far as they are written one by one.
uint32_t positionalCount(const facts::FileFacts &file, const facts::CallSite &site);

} // namespace clearway::analysis
