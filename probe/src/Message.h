// Messages for a person: what went wrong and what to do.
#pragma once

#include <clearway/probe.h>

#include <string>

namespace clearway::probe {

enum class Level { error = 0, warning = 1, information = 2 };

// Where messages go from now on; NULL means standard error. No call of the handler before is in progress afterwards, but
// those of the calling thread.
void set_message_handler(clearway_message_fn handler, void *user);

// Each distinct text is passed on once to each handler, so that a mistake in a hot loop does not flood a log.
void message(Level level, const std::string &text);

void lock_messages_for_fork();
void unlock_messages_after_fork();
void messages_become_child(); // before they are unlocked

} // namespace clearway::probe
