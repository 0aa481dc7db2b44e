// Edits that a check can offer.
#pragma once

#include "checks/Check.h"

#include <optional>

namespace clearway::checks {

/// `time.sleep(x)` → `await asyncio.sleep(x)`: where the statement stands directly in a coroutine of a file
/// that imports asyncio, nothing else can change.
std::optional<report::Fix> awaitAsyncioSleep(const Context &context, const analysis::Operation &operation);

/// Puts `await` before a call that is a statement of a coroutine. Safe only when nothing but the wait was
/// left out.
std::optional<report::Fix> addAwait(const Context &context, link::CallId call, bool safe);

} // namespace clearway::checks
