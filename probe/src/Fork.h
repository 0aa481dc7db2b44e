// fork: the parent notices nothing, the child starts with clean locks and without a watchdog.
#pragma once

namespace clearway::probe {

// Once per process.
void install_fork_handlers();

// In a child whose parent asked for it: starts the watchdog again.
void restart_after_fork_if_wanted();

} // namespace clearway::probe
