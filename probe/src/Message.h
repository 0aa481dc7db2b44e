// Messages for a person: what went wrong and what to do.
#pragma once

#include <clearway/probe.h>

#include <string>

namespace clearway::probe {

enum class Level { error = 0, warning = 1, information = 2 };

// Where messages go from now on; NULL means standard error.
void set_message_handler(clearway_message_fn handler, void *user);

// Each distinct text is passed on once per process, so that a mistake in a hot loop does not flood a log.
void message(Level level, const std::string &text);

void lock_messages_for_fork();
void unlock_messages_after_fork();

} // namespace clearway::probe
