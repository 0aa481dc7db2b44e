// Whether a catalogue entry's effect, boundary or limit holds at one call: its conditions against the call's
// arguments, the receiver's construction, and calls that configure the receiver.
#pragma once

#include "link/Program.h"

namespace clearway::analysis {

/// True when the entry's effect happens at this call. `RuntimeIs` conditions are left to `suitsRuntime`.
bool takesEffect(const link::Program &program, const link::Call &call, const catalog::Entry &entry);

/// True when the entry's effect happens in code that runs on `runtime`.
bool suitsRuntime(const catalog::Entry &entry, Name runtime);

/// True when the wait has a limit: always, or by the arguments of this call.
bool isBounded(const link::Program &program, const link::Call &call, const catalog::Entry &entry);

/// What the call does with the callable at `argument`: the first matching element, or nullptr.
const catalog::RunsArgument *runsArgument(const link::Program &program, const link::Call &call,
                                          const catalog::Entry &entry, uint32_t argument);

/// The same for what the call's receiver is, a coroutine (`work().scheduleOn(pool)`), and for the coroutine that awaits the
/// call's result (`co_await pool.schedule()`).
const catalog::RunsArgument *runsReceiver(const link::Program &program, const link::Call &call, const catalog::Entry &entry);
const catalog::RunsArgument *runsAwaiter(const link::Program &program, const link::Call &call, const catalog::Entry &entry);

/// The value a method is called on, or 0: `q` in `q.put(x)`.
facts::ValueId receiverOf(const facts::FileFacts &file, const facts::CallSite &site);

} // namespace clearway::analysis
